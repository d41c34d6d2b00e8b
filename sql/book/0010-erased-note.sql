-- book: the lines of erasures, until they are in the list that restores apply.

CREATE TABLE IF NOT EXISTS erased_note (
	id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT
		COMMENT 'The order in which they wait.',
	line VARCHAR(63) NOT NULL
		COMMENT 'What was erased: "book REFERENCE", or "account NUMBER TIME" with the time it was made.',
	PRIMARY KEY (id)
) ENGINE = InnoDB CHARACTER SET utf8mb4 COLLATE utf8mb4_bin
	COMMENT 'Written by an erasure; the worker appends it to the list, which no backup has, and removes it.';
