-- What goes out with each change, in the same transaction. The contexts that produce events share this shape.

CREATE TABLE IF NOT EXISTS outbox (
	id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT
		COMMENT 'Orders the rows by age, roughly: ids are given before their transactions commit.',
	type VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL
		COMMENT 'The short type of the event, such as Booked; it names exchange and routing key.',
	message_id CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL
		COMMENT 'The id of the event, a UUIDv7.',
	correlation_id BIGINT UNSIGNED NULL
		COMMENT 'The booking the event belongs to; nothing for an event of a room.',
	time DATETIME(3) NOT NULL
		COMMENT 'When it happened, in UTC.',
	body MEDIUMTEXT NOT NULL
		COMMENT 'The CloudEvent, as it is published.',
	owner VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NULL
		COMMENT 'The relay that claimed the row; nothing while none has.',
	leased_until DATETIME(3) NULL
		COMMENT 'When the claim runs out, in UTC; afterwards the row is as free as a new one.',
	PRIMARY KEY (id)
) ENGINE = InnoDB CHARACTER SET utf8mb4 COLLATE utf8mb4_bin
	COMMENT 'Events on their way to the broker; a row goes when the broker has confirmed it.';

CREATE TABLE IF NOT EXISTS idempotency (
	scope VARCHAR(159) NOT NULL
		COMMENT 'Who called which path: a key means nothing outside.',
	idempotency_key VARCHAR(255) NOT NULL
		COMMENT 'The Idempotency-Key that the caller sent.',
	fingerprint CHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL
		COMMENT 'A hash of the request in hexadecimal digits: another request with the key is refused.',
	subject_id BIGINT UNSIGNED NOT NULL
		COMMENT 'What the request made or changed: a room, or a booking.',
	created_at DATETIME(3) NOT NULL
		COMMENT 'When the effect happened, in UTC; a day later the key may be forgotten.',
	PRIMARY KEY (scope, idempotency_key),
	KEY by_age (created_at),
	KEY by_subject (subject_id)
) ENGINE = InnoDB CHARACTER SET utf8mb4 COLLATE utf8mb4_bin
	COMMENT 'Keys of requests that had an effect; a row commits together with it.';
