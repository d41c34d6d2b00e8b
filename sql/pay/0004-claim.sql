-- pay: a payment follows its booking to the account that claims it.

ALTER TABLE payment
	ADD COLUMN IF NOT EXISTS key_version INT UNSIGNED NOT NULL DEFAULT 1
		COMMENT 'The version of the booking''s key that opens the payment; a claim raises it.';

CREATE TABLE IF NOT EXISTS holder (
	book_id BIGINT UNSIGNED NOT NULL
		COMMENT 'The booking that was claimed.',
	guest_id BIGINT UNSIGNED NOT NULL
		COMMENT 'The account that has it now.',
	key_version INT UNSIGNED NOT NULL
		COMMENT 'The version of the booking''s key since then; an older claim changes nothing.',
	PRIMARY KEY (book_id)
) ENGINE = InnoDB CHARACTER SET utf8mb4 COLLATE utf8mb4_bin
	COMMENT 'Who has a booking that was claimed, also before it is paid; rows are never removed.';
