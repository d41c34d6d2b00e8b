-- alarm: the names of rooms and the languages of their hosts, and what a notification was written with.

CREATE TABLE IF NOT EXISTS room_label (
	room_id BIGINT UNSIGNED NOT NULL
		COMMENT 'The room.',
	sequence BIGINT UNSIGNED NOT NULL
		COMMENT 'The version of the room that this is from; only a newer one replaces it.',
	name VARCHAR(100) NOT NULL DEFAULT ''
		COMMENT 'The name of the room; empty: it has none.',
	language VARCHAR(2) CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT ''
		COMMENT 'The language in which it was registered, ko or en; empty: unknown.',
	PRIMARY KEY (room_id)
) ENGINE = InnoDB CHARACTER SET utf8mb4 COLLATE utf8mb4_bin
	COMMENT 'What texts say of each room, from its events: those of bookings do not carry it.';

INSERT IGNORE INTO room_label (room_id, sequence, name)
	SELECT JSON_VALUE(body, '$.data.id'), JSON_VALUE(body, '$.sequence'), JSON_VALUE(body, '$.data.name')
	FROM announcement WHERE JSON_VALUE(body, '$.type') LIKE 'hotel.Room%'
	ORDER BY CAST(JSON_VALUE(body, '$.sequence') AS UNSIGNED) DESC;

ALTER TABLE notification
	ADD COLUMN IF NOT EXISTS room_name VARCHAR(100) NOT NULL DEFAULT ''
		COMMENT 'The name of the room when the notification was created; empty: none was known.',
	ADD COLUMN IF NOT EXISTS language ENUM('ko', 'en') NULL
		COMMENT 'The language of the message; nothing: it was created by a version before.';
