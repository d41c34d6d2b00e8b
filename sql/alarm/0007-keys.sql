-- alarm: keys of requests, so that a repeated one has one effect.

CREATE TABLE IF NOT EXISTS idempotency (
	scope VARCHAR(159) NOT NULL
		COMMENT 'Who called which path: a key means nothing outside.',
	idempotency_key VARCHAR(255) NOT NULL
		COMMENT 'The Idempotency-Key that the caller sent.',
	fingerprint CHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL
		COMMENT 'A hash of the request in hexadecimal digits: another request with the key is refused.',
	subject_id BIGINT UNSIGNED NOT NULL
		COMMENT 'What the request made or changed: a notification, or the settings of a recipient.',
	created_at DATETIME(3) NOT NULL
		COMMENT 'When the effect happened, in UTC; a day later the key may be forgotten.',
	PRIMARY KEY (scope, idempotency_key),
	KEY by_age (created_at),
	KEY by_subject (subject_id)
) ENGINE = InnoDB CHARACTER SET utf8mb4 COLLATE utf8mb4_bin
	COMMENT 'Keys of requests that had an effect; a row commits together with it.';
