-- alarm: a digest of each message, so that a changed text is found.

ALTER TABLE notification
	ADD COLUMN IF NOT EXISTS message_digest CHAR(64) CHARACTER SET ascii COLLATE ascii_bin NULL
		COMMENT 'SHA-256 of the message in hexadecimal digits; nothing in rows from before there were digests.';
