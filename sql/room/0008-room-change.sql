-- room: which rooms changed, or their taken nights, for what fcgi-room keeps in memory to search in.

CREATE TABLE IF NOT EXISTS room_change (
	id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT
		COMMENT 'Orders the rows by age, roughly: ids are given before their transactions commit.',
	room_id BIGINT UNSIGNED NOT NULL
		COMMENT 'The room that changed, or whose taken nights did.',
	at DATETIME(3) NOT NULL DEFAULT UTC_TIMESTAMP(3)
		COMMENT 'When it changed, in UTC; minutes later every reader has seen the row, and it is purged.',
	PRIMARY KEY (id),
	KEY by_age (at)
) ENGINE = InnoDB CHARACTER SET utf8mb4 COLLATE utf8mb4_bin
	COMMENT 'What changed, written in the transaction of the change.';
