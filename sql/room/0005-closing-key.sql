-- room: the key of the request that wants a room deleted, so that it is stored with the deletion,
-- whoever finishes it.

ALTER TABLE room_closing
	ADD COLUMN IF NOT EXISTS key_scope VARCHAR(159) NOT NULL DEFAULT ''
		COMMENT 'What the Idempotency-Key is bound to: caller, method and path; empty without a key.',
	ADD COLUMN IF NOT EXISTS idempotency_key VARCHAR(255) NOT NULL DEFAULT ''
		COMMENT 'The Idempotency-Key of the request; empty if there was none.',
	ADD COLUMN IF NOT EXISTS fingerprint CHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT ''
		COMMENT 'A hash of what the request with the key said; empty without a key.';
