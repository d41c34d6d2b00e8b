-- alarm: how far back anything is told of, so that what was forgotten is not told again.

CREATE TABLE IF NOT EXISTS horizon (
	id TINYINT UNSIGNED NOT NULL
		COMMENT 'Always 1: there is one horizon.',
	told_since DATETIME(3) NOT NULL
		COMMENT 'Of what happened before this, in UTC, nobody is told any more; it only moves forward.',
	PRIMARY KEY (id)
) ENGINE = InnoDB CHARACTER SET utf8mb4 COLLATE utf8mb4_bin
	COMMENT 'Where forgetting begins; everybody who tells locks the row first.';

INSERT IGNORE INTO horizon (id, told_since) VALUES (1, '1970-01-01');

ALTER TABLE notification
	ADD KEY IF NOT EXISTS by_age (created_at);
