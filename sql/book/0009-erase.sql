-- book: contacts are erased: by an account that goes, or some days after the stay.

ALTER TABLE book
	ADD COLUMN IF NOT EXISTS erased BOOLEAN NOT NULL DEFAULT FALSE
		COMMENT 'Whether name, e-mail and telephone number were overwritten; they never come back.',
	ADD KEY IF NOT EXISTS by_contact_age (erased, end_date);

ALTER TABLE outbox ADD KEY IF NOT EXISTS by_correlation (correlation_id);
