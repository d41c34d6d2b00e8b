-- alarm: notifications that go out, by e-mail and webhook.

ALTER TABLE delivery
	MODIFY COLUMN channel ENUM('inbox', 'email', 'webhook') NOT NULL
		COMMENT 'The way it goes; the inbox is the list that the recipient reads here.',
	MODIFY COLUMN state ENUM('waiting', 'delivered', 'failed') NOT NULL
		COMMENT 'Waiting until the channel has taken it, or until it was tried for long enough.',
	ADD COLUMN IF NOT EXISTS target VARCHAR(512) NOT NULL DEFAULT ''
		COMMENT 'The address or URL chosen when it was told; empty: the contact of the booking, not known then.',
	ADD COLUMN IF NOT EXISTS destination VARCHAR(269) CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT ''
		COMMENT 'The server it goes to; empty for the inbox.',
	ADD COLUMN IF NOT EXISTS language ENUM('ko', 'en') NULL
		COMMENT 'The language the recipient had chosen when it was told.',
	ADD COLUMN IF NOT EXISTS since DATETIME(3) NULL
		COMMENT 'When the delivery came up, or was asked for again, in UTC; nothing for the inbox.',
	ADD COLUMN IF NOT EXISTS next_at DATETIME(3) NULL
		COMMENT 'When it is tried next, in UTC; nothing once it is delivered or failed.',
	ADD COLUMN IF NOT EXISTS asked_at DATETIME(3) NULL
		COMMENT 'When the recipient last asked for it again, in UTC; nothing if never.',
	ADD COLUMN IF NOT EXISTS leased_until DATETIME(3) NULL
		COMMENT 'Until when a sender has it, in UTC; afterwards it is as free as before.',
	ADD COLUMN IF NOT EXISTS reason VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT ''
		COMMENT 'A word for why the last try failed; empty if none did.',
	ADD KEY IF NOT EXISTS by_destination (destination, state, next_at),
	ADD KEY IF NOT EXISTS by_state (state, channel, since);

CREATE TABLE IF NOT EXISTS destination (
	name VARCHAR(269) CHARACTER SET ascii COLLATE ascii_bin NOT NULL
		COMMENT 'Scheme, host and port of webhooks, or a lane to the mail server.',
	channel ENUM('inbox', 'email', 'webhook') NOT NULL
		COMMENT 'What goes there.',
	failures INT UNSIGNED NOT NULL DEFAULT 0
		COMMENT 'How often in a row it was away.',
	busy_until DATETIME(3) NOT NULL
		COMMENT 'Until when nobody may claim deliveries for it, in UTC: a sender is at work, or it was away.',
	PRIMARY KEY (name),
	KEY by_turn (channel, busy_until)
) ENGINE = InnoDB CHARACTER SET utf8mb4 COLLATE utf8mb4_bin
	COMMENT 'Where deliveries go. Each is served by one sender at a time, so that a slow one holds up no other.';

CREATE TABLE IF NOT EXISTS announcement (
	event_id CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL
		COMMENT 'The id of the event.',
	body MEDIUMTEXT NOT NULL
		COMMENT 'The CloudEvent: what mails are written from and webhooks get.',
	created_at DATETIME(3) NOT NULL
		COMMENT 'When the event happened, in UTC.',
	PRIMARY KEY (event_id),
	KEY by_age (created_at)
) ENGINE = InnoDB CHARACTER SET utf8mb4 COLLATE utf8mb4_bin
	COMMENT 'Events that somebody was told of.';

CREATE TABLE IF NOT EXISTS contact (
	book_id BIGINT UNSIGNED NOT NULL
		COMMENT 'The booking.',
	sequence BIGINT UNSIGNED NOT NULL
		COMMENT 'The version of the booking that this is from; only a newer one replaces it.',
	email VARCHAR(254) NOT NULL
		COMMENT 'Where its guest is written to; empty: nowhere.',
	PRIMARY KEY (book_id)
) ENGINE = InnoDB CHARACTER SET utf8mb4 COLLATE utf8mb4_bin
	COMMENT 'The contact of each booking, from its events: those of its payment do not carry it.';

ALTER TABLE recipient
	ADD COLUMN IF NOT EXISTS webhook_secret VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT ''
		COMMENT 'What webhooks are signed with; made with the first URL, kept from then on.';
