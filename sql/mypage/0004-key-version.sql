-- mypage: which of a booking's keys opens its row. Both copies of the view have the same shape.

ALTER TABLE mypage ADD COLUMN IF NOT EXISTS key_version INT UNSIGNED NOT NULL DEFAULT 1
	COMMENT 'Book part: the version of the booking''s key that counts; a claim raises it.';

ALTER TABLE mypage_next ADD COLUMN IF NOT EXISTS key_version INT UNSIGNED NOT NULL DEFAULT 1
	COMMENT 'Book part: the version of the booking''s key that counts; a claim raises it.';
