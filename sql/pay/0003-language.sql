-- pay: the language of the booking, for what is said of its payment.

ALTER TABLE payment
	ADD COLUMN IF NOT EXISTS language VARCHAR(2) CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT ''
		COMMENT 'The language in which the booking was asked for, ko or en; empty: unknown.';
