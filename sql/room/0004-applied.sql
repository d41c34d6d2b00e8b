-- When a stay was taken from its event, for those who follow a booking.

ALTER TABLE taken_stay
	ADD COLUMN IF NOT EXISTS applied_at DATETIME(3) NULL
		COMMENT 'When the row was taken from its event, in UTC; nothing where that was not noted.';
