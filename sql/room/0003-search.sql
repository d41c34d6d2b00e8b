-- What a search counts by: all that narrows it in one index, and the rooms that are busy on a day.

ALTER TABLE room
	ADD KEY IF NOT EXISTS by_filter (status, price, capacity, city, host_id);

ALTER TABLE taken_stay
	ADD KEY IF NOT EXISTS by_day (taken, start_date, end_date, room_id);
