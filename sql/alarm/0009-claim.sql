-- alarm: who has a booking now, so that what nobody in particular was told goes to the account that claims it.

ALTER TABLE contact
	ADD COLUMN IF NOT EXISTS guest_id BIGINT UNSIGNED NOT NULL DEFAULT 0
		COMMENT 'The account that has the booking; 0 while it belongs to nobody in particular.',
	ADD COLUMN IF NOT EXISTS key_version INT UNSIGNED NOT NULL DEFAULT 1
		COMMENT 'The version of the booking''s key that counts; a claim raises it.';

ALTER TABLE notification ADD KEY IF NOT EXISTS by_book (book_id);
