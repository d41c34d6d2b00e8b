-- Which of a booking's keys counts: without an account, whoever shows the key may see, pay and cancel the booking.

ALTER TABLE book ADD COLUMN IF NOT EXISTS key_version INT UNSIGNED NOT NULL DEFAULT 1
	COMMENT 'The version of the key that counts; raising it revokes every key before.';
