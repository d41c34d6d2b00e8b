-- book: the bookings that an account claims by its e-mail are found by it.

ALTER TABLE book ADD KEY IF NOT EXISTS by_email (email, guest_id);
