-- Host and guest 7 have a fifth of all bookings, the oldest ones; the others have a few each.
INSERT INTO offer (room_id, host_id, sequence, price, currency, capacity, open, closed)
	SELECT seq, 1000 + seq % 500, 1, 1000 + seq * 7 % 9000, 'KRW', 1 + seq % 6, TRUE, seq % 1000 = 0
	FROM seq_1_to_5000;
INSERT INTO book (reference, room_id, host_id, guest_id, start_date, end_date, guests, price, currency, name, email,
		phone, client, status, pay_id, pay_until, version, created_at, updated_at, erased)
	SELECT LPAD(CONV(seq, 10, 36), 8, '0'), 1 + seq % 5000, IF(seq <= 4000, 7, 1000 + seq % 500),
		IF(seq <= 4000, 7, 1000 + seq % 4000), '2026-01-01' + INTERVAL seq % 600 DAY,
		'2026-01-04' + INTERVAL seq % 600 DAY, 2, 4500 + seq % 777, 'KRW', 'Kim', CONCAT('kim', seq % 4000, '@example.com'),
		CONCAT('+82', seq % 4000), LPAD(seq % 3000, 22, 'x'),
		CASE seq % 500 WHEN 0 THEN 'PaymentPending' WHEN 1 THEN 'Requested' WHEN 2 THEN 'Expired' WHEN 3 THEN 'Rejected'
			ELSE IF(seq % 20 = 0, 'BookCanceled', 'Booked') END,
		seq, '2026-01-01' + INTERVAL seq HOUR, 2, '2026-01-01' + INTERVAL seq MINUTE, '2026-01-01' + INTERVAL seq MINUTE,
		seq % 600 < 100
	FROM seq_1_to_20000;
INSERT IGNORE INTO night (room_id, night, book_id)
	SELECT room_id, start_date + INTERVAL seq DAY, id FROM book JOIN seq_0_to_2 WHERE status = 'Booked';
INSERT INTO book_step (book_id, version, at, from_status, to_status, by_id, by_roles)
	SELECT seq, 2, '2026-01-01' + INTERVAL seq HOUR, 'Requested', 'Booked', 7, 1 FROM seq_1_to_20000;
INSERT INTO guest (id) SELECT seq FROM seq_1_to_5000;
