-- book: where unpaid bookings without an account come from, so that they can be counted.

ALTER TABLE book
	ADD COLUMN IF NOT EXISTS client CHAR(22) CHARACTER SET ascii COLLATE ascii_bin NULL
		COMMENT 'A keyed hash of the network that a booking without an account was asked for from; nothing if it is not counted.',
	ADD KEY IF NOT EXISTS by_client (client, status),
	ADD KEY IF NOT EXISTS by_client_age (client, created_at),
	ADD KEY IF NOT EXISTS by_phone (phone, guest_id);
