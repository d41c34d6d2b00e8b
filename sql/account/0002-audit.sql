-- account: who did what, from where and when. Rows are added and, when they are old, purged; hotel-migrate adds
-- triggers that refuse anything else. The contexts share this shape.

CREATE TABLE IF NOT EXISTS audit (
	id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT
		COMMENT 'Orders the rows of one moment.',
	at DATETIME(3) NOT NULL
		COMMENT 'When it happened, in UTC.',
	what VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL
		COMMENT 'What happened, such as sign-in or role-given.',
	outcome ENUM('done', 'refused', 'limited') NOT NULL
		COMMENT 'Whether it was done, refused, or not even looked at after too many tries.',
	who BIGINT UNSIGNED NOT NULL
		COMMENT 'The account that did it; 0: none is known.',
	role VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL
		COMMENT 'In which capacity: nobody, account, guest, host, operator, service, key or command.',
	name VARCHAR(64) NOT NULL
		COMMENT 'Of a command: the user at the machine; otherwise empty.',
	address VARCHAR(45) CHARACTER SET ascii COLLATE ascii_bin NOT NULL
		COMMENT 'The address it came from; empty: a terminal, or none was known.',
	request_id VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL
		COMMENT 'The X-Request-Id, as in the logs; empty: there was no request.',
	subject VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL
		COMMENT 'What kind of thing it was about, such as account or booking; empty: none.',
	subject_id BIGINT UNSIGNED NOT NULL
		COMMENT 'The number of that thing; 0: none in particular.',
	detail VARCHAR(64) NOT NULL
		COMMENT 'The role, the name of a key or secret, or method and path of a request; never a secret.',
	email CHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL
		COMMENT 'SHA-256 of the e-mail that a refused sign-in named, in hexadecimal digits; empty: none.',
	missed INT UNSIGNED NOT NULL
		COMMENT 'How many of its kind were left out before it, because there were too many at once.',
	PRIMARY KEY (id),
	KEY by_time (at)
) ENGINE = InnoDB CHARACTER SET utf8mb4 COLLATE utf8mb4_bin
	COMMENT 'Facts for whoever asks later who did what; no row is ever changed.';
