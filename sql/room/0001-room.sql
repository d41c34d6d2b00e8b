-- room: what hosts offer, and, for searching only, which stays are taken.

CREATE TABLE IF NOT EXISTS room (
	id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT
		COMMENT 'The number everybody names the room by.',
	host_id BIGINT UNSIGNED NOT NULL
		COMMENT 'The account that offers the room; 0 where nobody in particular does.',
	name VARCHAR(100) NOT NULL DEFAULT ''
		COMMENT 'What the host calls the room, on one line.',
	description VARCHAR(2000) NOT NULL DEFAULT ''
		COMMENT 'What the host says about the room, on any number of lines.',
	city VARCHAR(100) NOT NULL DEFAULT ''
		COMMENT 'The place the room is in, as the host wrote it.',
	capacity INT UNSIGNED NOT NULL
		COMMENT 'How many guests may sleep in the room.',
	price BIGINT UNSIGNED NOT NULL
		COMMENT 'What one night costs, in the smallest unit of the currency.',
	currency CHAR(3) CHARACTER SET ascii COLLATE ascii_bin NOT NULL
		COMMENT 'The ISO 4217 code of the currency the price is in.',
	status ENUM('Open', 'Deleted') NOT NULL DEFAULT 'Open'
		COMMENT 'Whether the room is offered; Deleted is final.',
	version BIGINT UNSIGNED NOT NULL DEFAULT 1
		COMMENT 'Counts the changes of the row from 1: its ETag, and the sequence of its events.',
	created_at DATETIME(3) NOT NULL
		COMMENT 'When the room was registered, in UTC.',
	updated_at DATETIME(3) NOT NULL
		COMMENT 'When the row changed last, in UTC.',
	PRIMARY KEY (id),
	KEY by_id (status, id),
	KEY by_price (status, price, id),
	KEY by_name (status, name, id),
	KEY by_city (status, city, id),
	KEY by_capacity (status, capacity, id),
	KEY by_host (host_id, status, id)
) ENGINE = InnoDB CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_520_ci
	COMMENT 'A room, open or deleted; rows are never removed.';

CREATE TABLE IF NOT EXISTS taken_stay (
	book_id BIGINT UNSIGNED NOT NULL
		COMMENT 'The booking whose stay this is.',
	sequence BIGINT UNSIGNED NOT NULL
		COMMENT 'The version of the booking that this row shows; an older one changes nothing.',
	room_id BIGINT UNSIGNED NOT NULL
		COMMENT 'The room the booking is for.',
	start_date DATE NOT NULL
		COMMENT 'The first night of the stay.',
	end_date DATE NOT NULL
		COMMENT 'The day of departure: the first night after the stay.',
	taken BOOLEAN NOT NULL
		COMMENT 'Whether the booking, in that version, keeps the nights from others.',
	PRIMARY KEY (book_id),
	KEY by_room (room_id, taken, start_date, end_date)
) ENGINE = InnoDB CHARACTER SET utf8mb4 COLLATE utf8mb4_bin
	COMMENT 'What is known of bookings from their events, for searches and calendars; the truth is with book.';

CREATE TABLE IF NOT EXISTS room_closing (
	room_id BIGINT UNSIGNED NOT NULL
		COMMENT 'The room that is to be deleted as soon as book has closed it.',
	cancel_bookings BOOLEAN NOT NULL
		COMMENT 'Whether future bookings may be cancelled for it; else they keep the room.',
	requests INT UNSIGNED NOT NULL DEFAULT 1
		COMMENT 'How many requests stand behind it: the intent goes when each has withdrawn.',
	asked_at DATETIME(3) NOT NULL
		COMMENT 'When it was asked for last, in UTC.',
	caller_id BIGINT UNSIGNED NOT NULL
		COMMENT 'Who asked for it.',
	caller_roles INT UNSIGNED NOT NULL
		COMMENT 'In which capacities, as a sum: 1 guest, 2 host, 4 operator, 8 service.',
	request_id VARCHAR(64) NOT NULL
		COMMENT 'The X-Request-Id of the request; empty if there was none.',
	traceparent VARCHAR(55) NOT NULL
		COMMENT 'The W3C Trace Context of the request; empty if there was none.',
	causation_id VARCHAR(36) NOT NULL
		COMMENT 'The event that led to the request; empty if none did.',
	PRIMARY KEY (room_id),
	KEY by_age (asked_at)
) ENGINE = InnoDB CHARACTER SET utf8mb4 COLLATE utf8mb4_bin
	COMMENT 'Intents to delete a room: written before book is asked, gone when its answer stands.';
