INSERT INTO idempotency (scope, idempotency_key, fingerprint, subject_id, created_at)
	SELECT CONCAT('guest ', seq % 1000, ' POST /x'), CONCAT('key ', seq), SHA2(seq, 256), seq,
		'2026-01-01' + INTERVAL seq HOUR
	FROM seq_1_to_5000;
