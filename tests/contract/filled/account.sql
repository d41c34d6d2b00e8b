INSERT INTO account (email, name, is_host, verified, password, created_at, updated_at)
	SELECT CONCAT('kim', seq, '@example.com'), 'Kim', seq % 10 = 0, TRUE, '', '2026-01-01' + INTERVAL seq HOUR,
		'2026-01-01' + INTERVAL seq HOUR
	FROM seq_1_to_5000;
INSERT INTO recovery_code (account_id, hash) SELECT id, SHA2(id, 256) FROM account;
INSERT INTO one_time_token (hash, account_id, kind, created_at)
	SELECT SHA2(id, 256), id, 'verify', created_at FROM account;
INSERT INTO session (account_id, refresh, cookie, second_factor, created_at, seen_at, address, agent)
	SELECT a.id, SHA2(CONCAT(a.id, ' ', seq), 256), SHA2(CONCAT(a.id, '-', seq), 256), FALSE, created_at, created_at,
		'10.0.0.1', 'curl'
	FROM account a JOIN seq_1_to_3;
INSERT INTO refresh_exchanged (hash, session_id) SELECT SHA2(id, 256), id FROM session;
INSERT INTO sign_in_try (email, address, failures, last_at)
	SELECT SHA2(seq % 700, 256), CONCAT('10.0.', seq % 250, '.', seq DIV 250), 2, '2026-01-01' + INTERVAL seq HOUR
	FROM seq_1_to_5000;
INSERT INTO account_mail (account_id, kind, created_at, due_at)
	SELECT id, 'verify', created_at, IF(id % 200 = 0, created_at, NULL) FROM account;
INSERT INTO erasure (account_id, begun_at, due_at)
	SELECT seq, '2026-01-01' + INTERVAL seq HOUR, '2026-01-01' + INTERVAL seq HOUR FROM seq_1_to_1000;
INSERT INTO identity (account_id, issuer, subject, created_at)
	SELECT id, 'https://issuer.example', CONCAT('s', id), created_at FROM account;
INSERT INTO email_change (account_id, email, asked_at, hash)
	SELECT id, CONCAT('lee', id, '@example.com'), created_at, SHA2(CONCAT('c', id), 256) FROM account WHERE id % 5 = 0;
