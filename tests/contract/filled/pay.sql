INSERT INTO payment (book_id, room_id, host_id, guest_id, price, currency, start_date, end_date, status, created_at,
		updated_at)
	SELECT seq, 1 + seq % 5000, IF(seq <= 4000, 7, 1000 + seq % 500), IF(seq <= 4000, 7, 1000 + seq % 4000),
		4500 + seq % 777, 'KRW', '2026-01-01' + INTERVAL seq % 600 DAY, '2026-01-04' + INTERVAL seq % 600 DAY,
		IF(seq % 20 = 0, 'PayCanceled', 'PayApproved'), '2026-01-01' + INTERVAL seq MINUTE,
		'2026-01-01' + INTERVAL seq MINUTE
	FROM seq_1_to_20000;
INSERT INTO holder (book_id, guest_id, key_version) SELECT seq, seq % 4000, 2 FROM seq_1_to_5000;
