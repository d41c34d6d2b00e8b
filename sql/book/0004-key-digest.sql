-- book: which key a booking was made with, so that the two can be compared.

ALTER TABLE book
	ADD COLUMN IF NOT EXISTS key_digest CHAR(64) CHARACTER SET ascii COLLATE ascii_bin NULL
		COMMENT 'SHA-256 of scope, a space and Idempotency-Key of the request that made it, in hexadecimal digits; nothing if it had none.';
