-- alarm: what guests and hosts were told, by which channels, and how they want to be told.

CREATE TABLE IF NOT EXISTS notification (
	id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT
		COMMENT 'The number everybody names the notification by.',
	event_id CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL
		COMMENT 'The id of the event that is told of.',
	role ENUM('guest', 'host') NOT NULL
		COMMENT 'As whom the recipient is told; with the event it makes the row unique.',
	recipient_id BIGINT UNSIGNED NOT NULL
		COMMENT 'The account that is told; 0 where nobody in particular is.',
	book_id BIGINT UNSIGNED NULL
		COMMENT 'The booking it is about; nothing for an event of a room.',
	event VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL
		COMMENT 'The short type of the event, such as Booked.',
	message VARCHAR(2400) NOT NULL
		COMMENT 'The text, in the language the recipient had chosen when it was told.',
	is_read BOOLEAN NOT NULL DEFAULT FALSE
		COMMENT 'Whether the recipient has marked it as read.',
	created_at DATETIME(3) NOT NULL
		COMMENT 'When the notification was made, in UTC.',
	PRIMARY KEY (id),
	UNIQUE KEY once (event_id, role),
	KEY by_recipient (recipient_id, id),
	KEY by_recipient_time (recipient_id, created_at, id)
) ENGINE = InnoDB CHARACTER SET utf8mb4 COLLATE utf8mb4_bin
	COMMENT 'One thing told to one recipient, once, however often its event comes.';

CREATE TABLE IF NOT EXISTS delivery (
	notification_id BIGINT UNSIGNED NOT NULL
		COMMENT 'The notification that is delivered.',
	channel ENUM('inbox') NOT NULL
		COMMENT 'The way it goes; the inbox is the list that the recipient reads here.',
	state ENUM('waiting', 'delivered') NOT NULL
		COMMENT 'Waiting until the channel has taken it.',
	attempts INT UNSIGNED NOT NULL DEFAULT 0
		COMMENT 'How often the channel was tried.',
	delivered_at DATETIME(3) NULL
		COMMENT 'When the channel took it, in UTC; nothing before.',
	PRIMARY KEY (notification_id, channel),
	CONSTRAINT delivery_of_notification FOREIGN KEY (notification_id) REFERENCES notification (id)
) ENGINE = InnoDB CHARACTER SET utf8mb4 COLLATE utf8mb4_bin
	COMMENT 'How one notification goes by one channel.';

CREATE TABLE IF NOT EXISTS recipient (
	recipient_id BIGINT UNSIGNED NOT NULL
		COMMENT 'The account whose wishes these are.',
	email VARCHAR(254) NOT NULL DEFAULT ''
		COMMENT 'Where e-mail goes; empty: none is wanted.',
	webhook_url VARCHAR(512) NOT NULL DEFAULT ''
		COMMENT 'Where a POST goes; empty: none is wanted.',
	language ENUM('ko', 'en') NULL
		COMMENT 'The language of the texts; nothing: the default of the house.',
	updated_at DATETIME(3) NOT NULL
		COMMENT 'When the recipient said so last, in UTC.',
	PRIMARY KEY (recipient_id)
) ENGINE = InnoDB CHARACTER SET utf8mb4 COLLATE utf8mb4_bin
	COMMENT 'How a recipient wants to be told; who has no row gets the defaults.';
