-- book: the bookings of a guest in the order of their numbers, as lists show them. by_guest has them by status.

ALTER TABLE book
	ADD KEY IF NOT EXISTS by_guest_number (guest_id, id);
