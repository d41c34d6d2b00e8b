-- A relay that was away: 5,000 events wait, of which some are leased.
INSERT INTO outbox (type, message_id, correlation_id, time, body, owner, leased_until)
	SELECT 'Booked', CONCAT('m', seq), seq, '2026-11-01' + INTERVAL seq SECOND, '{}',
		IF(seq <= 64, 'relay', NULL), IF(seq <= 64, '2099-01-01', NULL)
	FROM seq_1_to_5000;
