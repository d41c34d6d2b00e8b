-- What several contexts have: nearly all that waits was sent, and nearly every key is young.
INSERT INTO audit (at, what, outcome, who, role, name, address, request_id, subject, subject_id, detail, email, missed)
	SELECT '2026-01-01' + INTERVAL seq HOUR, ELT(1 + seq % 3, 'sign-in', 'role-given', 'read'), 'done', seq % 1000,
		'account', '', CONCAT('10.0.', seq % 250, '.1'), CONCAT('r', seq), 'account', seq, '',
		SHA2(seq % 700, 256), 0
	FROM seq_1_to_5000;
