-- alarm: which addresses their owners have confirmed, so that nobody has mails sent to strangers.

ALTER TABLE contact
	ADD COLUMN IF NOT EXISTS mailing ENUM('all', 'few', 'none') NOT NULL DEFAULT 'all'
		COMMENT 'What is mailed to the e-mail until its owner confirms it, as the booking says.',
	ADD COLUMN IF NOT EXISTS confirmed BOOLEAN NOT NULL DEFAULT FALSE
		COMMENT 'Whether the link in a mail to it was opened.';

ALTER TABLE recipient
	ADD COLUMN IF NOT EXISTS unconfirmed BOOLEAN NOT NULL DEFAULT FALSE
		COMMENT 'Whether the e-mail is not the verified one of the account, as far as anybody has shown.';

ALTER TABLE delivery
	ADD KEY IF NOT EXISTS by_target (target(64), since);
