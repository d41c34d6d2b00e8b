-- book: nights of stays that are long over are found by their date, to be forgotten.

ALTER TABLE night
	ADD KEY IF NOT EXISTS by_night (night);
