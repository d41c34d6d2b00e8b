INSERT INTO notification (event_id, role, recipient_id, book_id, event, message, is_read, created_at)
	SELECT CONCAT('e', seq), ELT(1 + seq % 2, 'guest', 'host'), IF(seq <= 4000, 7, 1000 + seq % 4000), seq, 'Booked',
		'Hello', seq % 3 = 0, '2026-01-01' + INTERVAL seq MINUTE
	FROM seq_1_to_20000;
INSERT INTO delivery (notification_id, channel, state, attempts, delivered_at, target, destination, since)
	SELECT id, 'inbox', 'delivered', 1, created_at, '', '', created_at FROM notification;
-- Mails to 1,000 destinations; 100 wait.
INSERT INTO delivery (notification_id, channel, state, attempts, delivered_at, target, destination, since, next_at)
	SELECT id, 'email', IF(id % 200 = 0, 'waiting', 'delivered'), 1, IF(id % 200 = 0, NULL, created_at),
		CONCAT('kim', id % 4000, '@example.com'), CONCAT('email example', id % 1000, '.com'), created_at,
		IF(id % 200 = 0, '2026-01-01', NULL)
	FROM notification;
INSERT INTO destination (name, channel, busy_until)
	SELECT CONCAT('email example', seq, '.com'), 'email', '2026-01-01' + INTERVAL seq SECOND FROM seq_0_to_999;
INSERT INTO announcement (event_id, body, created_at) SELECT event_id, '{}', created_at FROM notification;
INSERT INTO contact (book_id, sequence, email, guest_id)
	SELECT seq, 1, CONCAT('kim', seq % 4000, '@example.com'), IF(seq <= 4000, 7, 1000 + seq % 4000) FROM seq_1_to_20000;
INSERT INTO recipient (recipient_id, updated_at) SELECT seq, '2026-01-01' FROM seq_1_to_5000;
INSERT INTO room_label (room_id, sequence, name) SELECT seq, 1, CONCAT('Room ', seq) FROM seq_1_to_5000;
