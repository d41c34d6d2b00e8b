-- account: who somebody is at a foreign issuer, where they sign in as well.

CREATE TABLE IF NOT EXISTS identity (
	id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT
		COMMENT 'The number of the linked sign-in, by which its owner removes it.',
	account_id BIGINT UNSIGNED NOT NULL
		COMMENT 'The account that it signs in to.',
	issuer VARCHAR(255) CHARACTER SET ascii COLLATE ascii_nopad_bin NOT NULL
		COMMENT 'The issuer of the ID tokens (iss), a URL; compared byte by byte.',
	subject VARCHAR(255) CHARACTER SET ascii COLLATE ascii_nopad_bin NOT NULL
		COMMENT 'What the issuer calls the person (sub), which it never gives to another one.',
	created_at DATETIME(3) NOT NULL
		COMMENT 'When it was linked, in UTC.',
	PRIMARY KEY (id),
	UNIQUE KEY once (issuer, subject),
	KEY by_account (account_id, id),
	CONSTRAINT identity_of_account FOREIGN KEY (account_id) REFERENCES account (id) ON DELETE CASCADE
) ENGINE = InnoDB CHARACTER SET utf8mb4 COLLATE utf8mb4_bin
	COMMENT 'Identities of foreign issuers; one belongs to one account only.';
