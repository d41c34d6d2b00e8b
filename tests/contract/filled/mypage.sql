INSERT INTO room_name (room_id, sequence, name) SELECT seq, 1, CONCAT('Room ', seq) FROM seq_1_to_5000;
INSERT INTO mypage (book_id, book_sequence, room_id, host_id, guest_id, guest_name, price, currency, start_date,
		end_date, status, pay_sequence, pay_id, pay_status, updated_at)
	SELECT seq, 2, 1 + seq % 5000, IF(seq <= 4000, 7, 1000 + seq % 500), IF(seq <= 4000, 7, 1000 + seq % 4000), 'Kim',
		4500 + seq % 777, 'KRW', '2026-01-01' + INTERVAL seq % 600 DAY, '2026-01-04' + INTERVAL seq % 600 DAY,
		IF(seq % 20 = 0, 'BookCanceled', 'Booked'), 1, seq, 'PayApproved', '2026-01-01' + INTERVAL seq MINUTE
	FROM seq_1_to_20000;
INSERT INTO progress (id, caught_up_at) VALUES (1, '2026-11-01');
