-- pay: one payment for each booking, decided once.

CREATE TABLE IF NOT EXISTS payment (
	id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT
		COMMENT 'The number everybody names the payment by.',
	book_id BIGINT UNSIGNED NOT NULL
		COMMENT 'The booking that is paid; there is one payment for each, ever.',
	room_id BIGINT UNSIGNED NOT NULL
		COMMENT 'The room that was booked.',
	host_id BIGINT UNSIGNED NOT NULL
		COMMENT 'The account that offered the room.',
	guest_id BIGINT UNSIGNED NOT NULL
		COMMENT 'The account that pays; 0 where nobody in particular does.',
	price BIGINT UNSIGNED NOT NULL
		COMMENT 'The amount, in the smallest unit of the currency.',
	currency CHAR(3) CHARACTER SET ascii COLLATE ascii_bin NOT NULL
		COMMENT 'The ISO 4217 code of the currency the amount is in.',
	start_date DATE NOT NULL
		COMMENT 'The first night of the stay that is paid.',
	end_date DATE NOT NULL
		COMMENT 'The day of departure.',
	status ENUM('PayApproved', 'PayDeclined', 'PayCanceled', 'PayVoided') NOT NULL
		COMMENT 'What became of it; PayVoided is a tombstone: this booking will never be paid.',
	version BIGINT UNSIGNED NOT NULL DEFAULT 1
		COMMENT 'Counts the changes of the row from 1: its ETag, and the sequence of its events.',
	created_at DATETIME(3) NOT NULL
		COMMENT 'When it was decided, in UTC.',
	updated_at DATETIME(3) NOT NULL
		COMMENT 'When the row changed last, in UTC.',
	PRIMARY KEY (id),
	UNIQUE KEY by_book (book_id),
	KEY by_guest (guest_id),
	KEY by_host (host_id)
) ENGINE = InnoDB CHARACTER SET utf8mb4 COLLATE utf8mb4_bin
	COMMENT 'A payment, whatever became of it; rows are never removed, tombstones neither.';
