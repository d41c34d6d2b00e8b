-- alarm: which bookings were erased, so that an event from before brings nothing of their guests back.

ALTER TABLE contact
	ADD COLUMN IF NOT EXISTS erased BOOLEAN NOT NULL DEFAULT FALSE
		COMMENT 'Whether the contact of the booking was erased.';
