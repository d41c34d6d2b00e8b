-- account: what can be said of secrets without showing them, for who checks the database and may not read them.

ALTER TABLE account
	ADD COLUMN IF NOT EXISTS is_hashed BOOLEAN AS (password = '' OR LEFT(password, 10) = '$argon2id$') VIRTUAL
		COMMENT 'Whether the password is stored as a hash, if there is one.',
	ADD COLUMN IF NOT EXISTS has_otp_key BOOLEAN AS (otp_key <> '') VIRTUAL
		COMMENT 'Whether there is a key of one-time codes.';

ALTER TABLE recovery_code
	ADD COLUMN IF NOT EXISTS is_hashed BOOLEAN AS (hash RLIKE '^[0-9a-f]{64}$') VIRTUAL
		COMMENT 'Whether it is stored as a hash.';

ALTER TABLE one_time_token
	ADD COLUMN IF NOT EXISTS is_hashed BOOLEAN AS (hash RLIKE '^[0-9a-f]{64}$') VIRTUAL
		COMMENT 'Whether it is stored as a hash.';

ALTER TABLE session
	ADD COLUMN IF NOT EXISTS is_hashed BOOLEAN
		AS (refresh RLIKE '^[0-9a-f]{64}$' AND cookie RLIKE '^[0-9a-f]{64}$') VIRTUAL
		COMMENT 'Whether refresh token and cookie are stored as hashes.',
	ADD COLUMN IF NOT EXISTS refresh_mark CHAR(16) CHARACTER SET ascii COLLATE ascii_bin
		AS (LEFT(SHA2(refresh, 256), 16)) VIRTUAL
		COMMENT 'Stands for the refresh token that counts; nothing can be made of it.';

ALTER TABLE refresh_exchanged
	ADD COLUMN IF NOT EXISTS is_hashed BOOLEAN AS (hash RLIKE '^[0-9a-f]{64}$') VIRTUAL
		COMMENT 'Whether it is stored as a hash.',
	ADD COLUMN IF NOT EXISTS mark CHAR(16) CHARACTER SET ascii COLLATE ascii_bin
		AS (LEFT(SHA2(hash, 256), 16)) VIRTUAL
		COMMENT 'Stands for the refresh token that was exchanged; nothing can be made of it.';
