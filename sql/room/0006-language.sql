-- room: the language in which a room was registered, and in which its host is written to.

ALTER TABLE room
	ADD COLUMN IF NOT EXISTS language VARCHAR(2) CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT ''
		COMMENT 'The language in which it was registered, ko or en; empty: unknown.';
