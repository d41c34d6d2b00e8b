-- book: who sleeps where and when; what book knows of rooms; and each booking's life.

CREATE TABLE IF NOT EXISTS offer (
	room_id BIGINT UNSIGNED NOT NULL
		COMMENT 'The room; its row is the lock that every change of its nights takes first.',
	host_id BIGINT UNSIGNED NOT NULL
		COMMENT 'The account that offers the room.',
	sequence BIGINT UNSIGNED NOT NULL
		COMMENT 'The version of the room this was taken from; 0 while no event of it was seen.',
	price BIGINT UNSIGNED NOT NULL
		COMMENT 'What one night costs, in the smallest unit of the currency.',
	currency CHAR(3) CHARACTER SET ascii COLLATE ascii_bin NOT NULL
		COMMENT 'The ISO 4217 code of the currency the price is in.',
	capacity INT UNSIGNED NOT NULL
		COMMENT 'How many guests may sleep in the room.',
	open BOOLEAN NOT NULL
		COMMENT 'Whether the room is offered, as room says.',
	closed BOOLEAN NOT NULL DEFAULT FALSE
		COMMENT 'Whether the room was closed for ever, as book decided; no event opens it again.',
	PRIMARY KEY (room_id),
	KEY by_price (closed, open, currency, price, room_id)
) ENGINE = InnoDB CHARACTER SET utf8mb4 COLLATE utf8mb4_bin
	COMMENT 'What book knows of each room, taken from the events of room.';

CREATE TABLE IF NOT EXISTS book (
	id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT
		COMMENT 'The number everybody names the booking by.',
	reference CHAR(8) CHARACTER SET ascii COLLATE ascii_bin NOT NULL
		COMMENT 'The short code that people read out to each other.',
	room_id BIGINT UNSIGNED NOT NULL
		COMMENT 'The room that is booked.',
	host_id BIGINT UNSIGNED NOT NULL
		COMMENT 'The account that offered the room when it was booked.',
	guest_id BIGINT UNSIGNED NOT NULL
		COMMENT 'The account that booked; 0 where nobody in particular did.',
	start_date DATE NOT NULL
		COMMENT 'The first night of the stay.',
	end_date DATE NOT NULL
		COMMENT 'The day of departure: the first night after the stay.',
	guests INT UNSIGNED NOT NULL
		COMMENT 'How many people come.',
	price BIGINT UNSIGNED NOT NULL
		COMMENT 'What the whole stay costs, in the smallest unit of the currency.',
	currency CHAR(3) CHARACTER SET ascii COLLATE ascii_bin NOT NULL
		COMMENT 'The ISO 4217 code of the currency the price is in.',
	name VARCHAR(100) NOT NULL DEFAULT ''
		COMMENT 'Who comes, as the guest wrote it.',
	email VARCHAR(254) NOT NULL DEFAULT ''
		COMMENT 'Where the guest can be written to.',
	phone VARCHAR(32) NOT NULL DEFAULT ''
		COMMENT 'Where the guest can be called.',
	status ENUM('Requested', 'PaymentPending', 'Booked', 'Rejected', 'Expired', 'BookCanceled')
		NOT NULL DEFAULT 'Requested'
		COMMENT 'Where the booking stands in its life; the first three keep the nights.',
	pay_id BIGINT UNSIGNED NULL
		COMMENT 'The payment that decided the booking; nothing before that.',
	pay_until DATETIME(3) NOT NULL
		COMMENT 'Until when the nights are held for an unpaid booking, in UTC.',
	token VARCHAR(64) NOT NULL DEFAULT ''
		COMMENT 'The token to pay with, kept for the settler.',
	attempts INT UNSIGNED NOT NULL DEFAULT 0
		COMMENT 'How often paying was tried again since the booking was deferred.',
	attempted_at DATETIME(3) NULL
		COMMENT 'When paying was tried again last, in UTC; nothing before the first time.',
	version BIGINT UNSIGNED NOT NULL DEFAULT 1
		COMMENT 'Counts the changes of the row from 1: its ETag, and the sequence of its events.',
	created_at DATETIME(3) NOT NULL
		COMMENT 'When the nights were first held, in UTC.',
	updated_at DATETIME(3) NOT NULL
		COMMENT 'When the booking changed its state last, in UTC.',
	PRIMARY KEY (id),
	UNIQUE KEY by_reference (reference),
	KEY by_guest (guest_id, status),
	KEY by_host (host_id),
	KEY by_room (room_id, start_date),
	KEY by_turn (status, attempts, id),
	KEY by_end (status, pay_until),
	KEY by_change (status, updated_at)
) ENGINE = InnoDB CHARACTER SET utf8mb4 COLLATE utf8mb4_bin
	COMMENT 'A booking, whatever became of it; rows are never removed.';

CREATE TABLE IF NOT EXISTS night (
	room_id BIGINT UNSIGNED NOT NULL
		COMMENT 'The room that is slept in.',
	night DATE NOT NULL
		COMMENT 'The night, named by the day it begins on.',
	book_id BIGINT UNSIGNED NOT NULL
		COMMENT 'The booking that the night belongs to, and to no other.',
	PRIMARY KEY (room_id, night),
	KEY by_book (book_id)
) ENGINE = InnoDB CHARACTER SET utf8mb4 COLLATE utf8mb4_bin
	COMMENT 'Every night that is taken, once: its key is the last guard against selling it twice.';

CREATE TABLE IF NOT EXISTS book_step (
	book_id BIGINT UNSIGNED NOT NULL
		COMMENT 'The booking that changed.',
	version BIGINT UNSIGNED NOT NULL
		COMMENT 'The version that the change made.',
	at DATETIME(3) NOT NULL
		COMMENT 'When it changed, in UTC.',
	from_status
		ENUM('Requested', 'PaymentPending', 'Booked', 'Rejected', 'Expired', 'BookCanceled') NOT NULL
		COMMENT 'Where the booking stood before; for the first step the same as afterwards.',
	to_status
		ENUM('Requested', 'PaymentPending', 'Booked', 'Rejected', 'Expired', 'BookCanceled') NOT NULL
		COMMENT 'Where the booking stood afterwards.',
	by_id BIGINT UNSIGNED NOT NULL
		COMMENT 'The account that made the change.',
	by_roles INT UNSIGNED NOT NULL
		COMMENT 'The roles it acted in: 1 guest, 2 host, 4 operator, 8 a service; 0 the settler.',
	why VARCHAR(119) NOT NULL DEFAULT ''
		COMMENT 'The reason, in words for people.',
	request_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT ''
		COMMENT 'The request that led to it, as in the logs; empty if none did.',
	PRIMARY KEY (book_id, version)
) ENGINE = InnoDB CHARACTER SET utf8mb4 COLLATE utf8mb4_bin
	COMMENT 'Every change of every booking: when, by whom, why.';

CREATE TABLE IF NOT EXISTS guest (
	id BIGINT UNSIGNED NOT NULL
		COMMENT 'The account that books.',
	PRIMARY KEY (id)
) ENGINE = InnoDB CHARACTER SET utf8mb4 COLLATE utf8mb4_bin
	COMMENT 'A row to lock while the unpaid bookings of a guest are counted.';
