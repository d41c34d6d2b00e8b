-- account: who somebody is, how that is proved, and the sign-ins that last.

CREATE TABLE IF NOT EXISTS account (
	id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT
		COMMENT 'The number of the account: the guest of its bookings and the host of its rooms.',
	email VARCHAR(254) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin NOT NULL
		COMMENT 'The address that signs in, in NFC; compared byte by byte.',
	name VARCHAR(100) NOT NULL
		COMMENT 'What the owner wants to be called.',
	language CHAR(2) CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT ''
		COMMENT 'The language of mails; empty: the default of the system.',
	is_host BOOLEAN NOT NULL DEFAULT FALSE
		COMMENT 'Whether the account may offer rooms.',
	is_operator BOOLEAN NOT NULL DEFAULT FALSE
		COMMENT 'Whether the account may read everything, once a second factor was used.',
	verified BOOLEAN NOT NULL DEFAULT FALSE
		COMMENT 'Whether somebody opened a link that was mailed to the address.',
	password VARCHAR(128) CHARACTER SET ascii COLLATE ascii_bin NOT NULL
		COMMENT 'The hash of the password with its salt and costs, as libsodium writes it.',
	second_factor BOOLEAN NOT NULL DEFAULT FALSE
		COMMENT 'Whether signing in takes a one-time code.',
	otp_key VARCHAR(40) CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT ''
		COMMENT 'The key of one-time codes in hexadecimal digits; empty: none was set up.',
	otp_step BIGINT UNSIGNED NOT NULL DEFAULT 0
		COMMENT 'The time step of the last code that was used: none up to it counts again.',
	version BIGINT UNSIGNED NOT NULL DEFAULT 1
		COMMENT 'Counts the changes of the row from 1: its ETag.',
	created_at DATETIME(3) NOT NULL
		COMMENT 'When the account was made, in UTC.',
	updated_at DATETIME(3) NOT NULL
		COMMENT 'When the account changed last, in UTC.',
	PRIMARY KEY (id),
	UNIQUE KEY once (email),
	KEY by_time (created_at, id)
) ENGINE = InnoDB AUTO_INCREMENT = 1000000000 CHARACTER SET utf8mb4 COLLATE utf8mb4_bin
	COMMENT 'Everybody who has signed up; lower numbers belong to guests and hosts from before accounts.';

CREATE TABLE IF NOT EXISTS recovery_code (
	account_id BIGINT UNSIGNED NOT NULL
		COMMENT 'The account that the code signs in to, together with its password.',
	hash CHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL
		COMMENT 'SHA-256 of the code in hexadecimal digits; the code itself is not stored.',
	PRIMARY KEY (account_id, hash),
	CONSTRAINT recovery_code_of_account FOREIGN KEY (account_id) REFERENCES account (id) ON DELETE CASCADE
) ENGINE = InnoDB CHARACTER SET utf8mb4 COLLATE utf8mb4_bin
	COMMENT 'Codes for a lost device that were not used yet.';

CREATE TABLE IF NOT EXISTS one_time_token (
	hash CHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL
		COMMENT 'SHA-256 of the token in hexadecimal digits; the token itself is in the mail only.',
	account_id BIGINT UNSIGNED NOT NULL
		COMMENT 'The account whose owner got it.',
	kind ENUM('verify', 'reset') NOT NULL
		COMMENT 'What it does: it verifies the e-mail, or resets the password.',
	created_at DATETIME(3) NOT NULL
		COMMENT 'When its mail was sent, in UTC; half an hour later it does not count any more.',
	PRIMARY KEY (hash),
	KEY by_account (account_id, kind),
	KEY by_age (created_at),
	CONSTRAINT one_time_token_of_account FOREIGN KEY (account_id) REFERENCES account (id) ON DELETE CASCADE
) ENGINE = InnoDB CHARACTER SET utf8mb4 COLLATE utf8mb4_bin
	COMMENT 'Tokens of mails that were not used yet.';

CREATE TABLE IF NOT EXISTS session (
	id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT
		COMMENT 'The number of the session.',
	account_id BIGINT UNSIGNED NOT NULL
		COMMENT 'The account that signed in.',
	refresh CHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL
		COMMENT 'SHA-256 of the refresh token that counts now, in hexadecimal digits.',
	cookie CHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL
		COMMENT 'SHA-256 of the cookie, in hexadecimal digits.',
	second_factor BOOLEAN NOT NULL
		COMMENT 'Whether it began with a one-time code.',
	created_at DATETIME(3) NOT NULL
		COMMENT 'When it began, in UTC.',
	seen_at DATETIME(3) NOT NULL
		COMMENT 'When it was used last, in UTC, to the minute.',
	address VARCHAR(45) CHARACTER SET ascii COLLATE ascii_bin NOT NULL
		COMMENT 'The address it began from.',
	agent VARCHAR(200) NOT NULL
		COMMENT 'The User-Agent it began with; empty: none was sent.',
	PRIMARY KEY (id),
	UNIQUE KEY by_refresh (refresh),
	UNIQUE KEY by_cookie (cookie),
	KEY by_account (account_id, seen_at),
	KEY by_seen (seen_at),
	KEY by_age (created_at),
	CONSTRAINT session_of_account FOREIGN KEY (account_id) REFERENCES account (id) ON DELETE CASCADE
) ENGINE = InnoDB CHARACTER SET utf8mb4 COLLATE utf8mb4_bin
	COMMENT 'Sign-ins that have not ended; one that ends has no row any more.';

CREATE TABLE IF NOT EXISTS refresh_exchanged (
	hash CHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL
		COMMENT 'SHA-256 of a refresh token that was exchanged for another, in hexadecimal digits.',
	session_id BIGINT UNSIGNED NOT NULL
		COMMENT 'The session it belonged to, which ends if the token is used again.',
	PRIMARY KEY (hash),
	KEY by_session (session_id),
	CONSTRAINT refresh_exchanged_of_session FOREIGN KEY (session_id) REFERENCES session (id) ON DELETE CASCADE
) ENGINE = InnoDB CHARACTER SET utf8mb4 COLLATE utf8mb4_bin
	COMMENT 'Refresh tokens that do not count any more, while their session lasts.';

CREATE TABLE IF NOT EXISTS sign_in_try (
	email CHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL
		COMMENT 'SHA-256 of the e-mail that was tried, in hexadecimal digits; empty: any, from this address.',
	address VARCHAR(45) CHARACTER SET ascii COLLATE ascii_bin NOT NULL
		COMMENT 'The address that tried; after "mail ": that had mails sent, which is another count.',
	failures INT UNSIGNED NOT NULL
		COMMENT 'How many tries in a row failed.',
	last_at DATETIME(3) NOT NULL
		COMMENT 'When the last of them began, in UTC; a day later the row may be forgotten.',
	PRIMARY KEY (email, address),
	KEY by_age (last_at)
) ENGINE = InnoDB CHARACTER SET utf8mb4 COLLATE utf8mb4_bin
	COMMENT 'Failed sign-ins of an e-mail from an address, and of an address.';

CREATE TABLE IF NOT EXISTS account_mail (
	id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT
		COMMENT 'The number of the mail.',
	account_id BIGINT UNSIGNED NOT NULL
		COMMENT 'The account whose owner gets it.',
	kind ENUM('verify', 'reset', 'email', 'email-notice', 'email-taken') NOT NULL
		COMMENT 'What its link does, or what it tells.',
	created_at DATETIME(3) NOT NULL
		COMMENT 'When it was asked for, in UTC.',
	due_at DATETIME(3) NULL
		COMMENT 'When it is to be sent, in UTC; nothing: it was sent, or given up.',
	attempts INT UNSIGNED NOT NULL DEFAULT 0
		COMMENT 'How often sending it was begun.',
	PRIMARY KEY (id),
	KEY by_due (due_at),
	KEY by_account (account_id, kind, created_at),
	KEY by_age (created_at),
	CONSTRAINT account_mail_of_account FOREIGN KEY (account_id) REFERENCES account (id) ON DELETE CASCADE
) ENGINE = InnoDB CHARACTER SET utf8mb4 COLLATE utf8mb4_bin
	COMMENT 'Mails to the owners of accounts; a mail has no token before it is sent.';

CREATE TABLE IF NOT EXISTS idempotency (
	scope VARCHAR(159) NOT NULL
		COMMENT 'Who called which path: a key means nothing outside.',
	idempotency_key VARCHAR(255) NOT NULL
		COMMENT 'The Idempotency-Key that the caller sent.',
	fingerprint CHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL
		COMMENT 'A hash of the request without secrets, in hexadecimal digits: another request with the key is refused.',
	subject_id BIGINT UNSIGNED NOT NULL
		COMMENT 'The account that the request made or changed.',
	created_at DATETIME(3) NOT NULL
		COMMENT 'When the effect happened, in UTC; a day later the key may be forgotten.',
	PRIMARY KEY (scope, idempotency_key),
	KEY by_age (created_at),
	KEY by_subject (subject_id)
) ENGINE = InnoDB CHARACTER SET utf8mb4 COLLATE utf8mb4_bin
	COMMENT 'Keys of requests that had an effect; a row commits together with it.';
