-- book: what may be mailed to the contact of a booking; anybody can name an e-mail that is not theirs.

ALTER TABLE book
	ADD COLUMN IF NOT EXISTS mailing ENUM('all', 'few', 'none') NOT NULL DEFAULT 'all'
		COMMENT 'What is mailed to the e-mail until its owner confirms it: few: of the booking and its end; none: too much was mailed already.';
