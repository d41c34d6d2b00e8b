-- account: another e-mail of an account, which counts when somebody opens a link that was sent to it.

CREATE TABLE IF NOT EXISTS email_change (
	account_id BIGINT UNSIGNED NOT NULL
		COMMENT 'The account that is to have the e-mail; a later one takes the place of an earlier one.',
	email VARCHAR(254) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin NOT NULL
		COMMENT 'The new address, in NFC.',
	asked_at DATETIME(3) NOT NULL
		COMMENT 'When it was asked for, in UTC; a day later the row may be forgotten.',
	hash CHAR(64) CHARACTER SET ascii COLLATE ascii_bin NULL
		COMMENT 'SHA-256 of the token in the mail to the new address, in hexadecimal digits; nothing: it was not sent yet.',
	sent_at DATETIME(3) NULL
		COMMENT 'When that mail was sent, in UTC; half an hour later its token does not count any more.',
	PRIMARY KEY (account_id),
	UNIQUE KEY by_token (hash),
	KEY by_age (asked_at),
	CONSTRAINT email_change_of_account FOREIGN KEY (account_id) REFERENCES account (id) ON DELETE CASCADE
) ENGINE = InnoDB CHARACTER SET utf8mb4 COLLATE utf8mb4_bin
	COMMENT 'E-mails that accounts are to have, until they are proved.';

ALTER TABLE account_mail
	ADD COLUMN IF NOT EXISTS email VARCHAR(254) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin NOT NULL DEFAULT ''
		COMMENT 'Where it goes; empty: to the e-mail of the account.' AFTER kind;
