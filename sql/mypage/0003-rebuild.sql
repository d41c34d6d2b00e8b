-- mypage: a copy of the view, to be filled beside it and to take its place. Whoever changes the shape
-- of one changes both.

CREATE TABLE IF NOT EXISTS mypage_next LIKE mypage;

CREATE TABLE IF NOT EXISTS room_name_next LIKE room_name;

CREATE TABLE IF NOT EXISTS rebuild (
	id TINYINT UNSIGNED NOT NULL
		COMMENT 'Always 1: there is one rebuild at most.',
	copying BOOLEAN NOT NULL
		COMMENT 'Whether whatever is merged into the view is merged into the copy as well.',
	PRIMARY KEY (id)
) ENGINE = InnoDB CHARACTER SET utf8mb4 COLLATE utf8mb4_bin
	COMMENT 'Whether a rebuild is under way; everybody who merges locks the row first.';

INSERT IGNORE INTO rebuild (id, copying) VALUES (1, FALSE);
