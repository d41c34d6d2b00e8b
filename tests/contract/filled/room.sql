INSERT INTO room (host_id, name, description, city, capacity, price, currency, status, created_at, updated_at)
	SELECT IF(seq <= 4000, 7, 1000 + seq % 500), CONCAT('Room ', seq), 'By the sea', CONCAT('City ', seq % 40),
		1 + seq % 6, 1000 + seq * 7 % 9000, 'KRW', IF(seq % 20 = 0, 'Deleted', 'Open'),
		'2026-01-01' + INTERVAL seq HOUR, '2026-01-01' + INTERVAL seq HOUR
	FROM seq_1_to_5000;
INSERT INTO taken_stay (book_id, sequence, room_id, start_date, end_date, taken)
	SELECT seq, 2, 1 + seq % 5000, '2027-01-01' + INTERVAL seq % 300 DAY, '2027-01-04' + INTERVAL seq % 300 DAY,
		seq % 20 > 0
	FROM seq_1_to_20000;
INSERT INTO room_closing (room_id, cancel_bookings, asked_at, caller_id, caller_roles, request_id, traceparent,
		causation_id)
	SELECT seq, FALSE, '2026-11-01', 7, 2, '', '', '' FROM seq_1_to_20;
