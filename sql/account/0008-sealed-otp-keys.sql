-- account: keys of one-time codes are encrypted with a secret that is not in the database.

ALTER TABLE account
	ADD COLUMN IF NOT EXISTS otp_sealed VARCHAR(120) CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT ''
		COMMENT 'The encrypted key of one-time codes in hexadecimal digits; otp_key is then 5ea1ed00 and the name of the secret.' AFTER otp_key,
	ADD KEY IF NOT EXISTS by_otp_key (otp_key);
