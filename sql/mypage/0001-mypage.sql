-- mypage: the view that guests and hosts look at, made of events only.

CREATE TABLE IF NOT EXISTS mypage (
	book_id BIGINT UNSIGNED NOT NULL
		COMMENT 'The booking this row shows.',
	book_sequence BIGINT UNSIGNED NOT NULL DEFAULT 0
		COMMENT 'The version of the booking that the book part shows; 0 while no event of it came: the row is not shown yet.',
	room_id BIGINT UNSIGNED NULL
		COMMENT 'Book part: the room; its name stands in room_name.',
	host_id BIGINT UNSIGNED NULL
		COMMENT 'Book part: the host of the room when it was booked.',
	guest_id BIGINT UNSIGNED NULL
		COMMENT 'Book part: the guest.',
	guest_name VARCHAR(100) NULL
		COMMENT 'Book part: the name of the guest, as given for this booking.',
	price BIGINT UNSIGNED NULL
		COMMENT 'Book part: the price of the whole stay, in the smallest unit of the currency.',
	currency CHAR(3) CHARACTER SET ascii COLLATE ascii_bin NULL
		COMMENT 'Book part: the ISO 4217 code of the currency the price is in.',
	start_date DATE NULL
		COMMENT 'Book part: the first night.',
	end_date DATE NULL
		COMMENT 'Book part: the day of departure.',
	status ENUM('Requested', 'PaymentPending', 'Booked', 'Rejected', 'Expired', 'BookCanceled') NULL
		COMMENT 'Book part: the state of the booking.',
	pay_sequence BIGINT UNSIGNED NOT NULL DEFAULT 0
		COMMENT 'The version of the payment that the pay part shows; 0 while no event of it came.',
	pay_id BIGINT UNSIGNED NULL
		COMMENT 'Pay part: the payment; nothing while there is none.',
	pay_status ENUM('PayApproved', 'PayDeclined', 'PayCanceled') NULL
		COMMENT 'Pay part: the state of the payment; nothing while there is none.',
	updated_at DATETIME(3) NOT NULL
		COMMENT 'The time of the latest event that the book and pay parts show, in UTC.',
	PRIMARY KEY (book_id),
	KEY by_guest (guest_id, book_id),
	KEY by_guest_change (guest_id, updated_at),
	KEY by_host (host_id, book_id),
	KEY by_host_change (host_id, updated_at)
) ENGINE = InnoDB CHARACTER SET utf8mb4 COLLATE utf8mb4_bin
	COMMENT 'One row a booking: its book part and its pay part, each merged by its own sequence.';

CREATE TABLE IF NOT EXISTS room_name (
	room_id BIGINT UNSIGNED NOT NULL
		COMMENT 'The room.',
	sequence BIGINT UNSIGNED NOT NULL
		COMMENT 'The version of the room that this row shows; an older one changes nothing.',
	name VARCHAR(100) NOT NULL
		COMMENT 'What the host calls the room.',
	PRIMARY KEY (room_id)
) ENGINE = InnoDB CHARACTER SET utf8mb4 COLLATE utf8mb4_bin
	COMMENT 'The room part of every row of that room, held once.';

CREATE TABLE IF NOT EXISTS progress (
	id TINYINT UNSIGNED NOT NULL
		COMMENT 'Always 1: there is one row.',
	caught_up_at DATETIME(3) NOT NULL
		COMMENT 'Up to this instant, in UTC, everything that was there to read has been merged.',
	PRIMARY KEY (id)
) ENGINE = InnoDB CHARACTER SET utf8mb4 COLLATE utf8mb4_bin
	COMMENT 'How old the view can be.';
