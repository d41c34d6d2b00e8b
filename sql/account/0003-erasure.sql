-- account: accounts that are gone, and whose traces other contexts still have to erase.

CREATE TABLE IF NOT EXISTS erasure (
	account_id BIGINT UNSIGNED NOT NULL
		COMMENT 'The number of the account that was deleted.',
	begun_at DATETIME(3) NOT NULL
		COMMENT 'When it was deleted, in UTC.',
	due_at DATETIME(3) NOT NULL
		COMMENT 'When the other contexts are asked next, in UTC.',
	PRIMARY KEY (account_id),
	KEY by_due (due_at)
) ENGINE = InnoDB CHARACTER SET utf8mb4 COLLATE utf8mb4_bin
	COMMENT 'Numbers of deleted accounts, until nothing of them is left anywhere.';
