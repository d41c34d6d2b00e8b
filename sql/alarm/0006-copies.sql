-- alarm: how often a recipient requested another copy of a mail, which is a mail of its own.

ALTER TABLE delivery
	ADD COLUMN IF NOT EXISTS copies INT UNSIGNED NOT NULL DEFAULT 0
		COMMENT 'How often the recipient requested the delivery again after it had ended.';
