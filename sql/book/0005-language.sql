-- book: the language in which a booking was asked for, and in which its guest is written to.

ALTER TABLE book
	ADD COLUMN IF NOT EXISTS language VARCHAR(2) CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT ''
		COMMENT 'The language in which it was asked for, ko or en; empty: unknown.';
