-- mypage: when each part of a row was taken from its event, for those who follow a booking.

ALTER TABLE mypage
	ADD COLUMN IF NOT EXISTS book_applied_at DATETIME(3) NULL
		COMMENT 'When the book part was taken from its event, in UTC; nothing where that was not noted.',
	ADD COLUMN IF NOT EXISTS pay_applied_at DATETIME(3) NULL
		COMMENT 'When the pay part was taken from its event, in UTC; nothing where that was not noted.';
