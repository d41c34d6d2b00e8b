/* SPDX-License-Identifier: MIT */
/* stay - a half-open range of nights. */
#include "domain/stay.h"

int
stay_nights(struct stay stay)
{
	return stay.end - stay.start;
}

bool
stay_overlaps(struct stay a, struct stay b)
{
	return a.start < b.end && b.start < a.end;
}

day_t
stay_last_start(day_t today)
{
	return today + STAY_DAYS_AHEAD;
}

void
stay_check(struct stay stay, day_t today, bool past_allowed, struct faults *faults)
{
	char start[DAY_TEXT], other[DAY_TEXT];
	day_format(stay.start, start);
	if (stay.end <= stay.start)
		faults_add(faults, "/endDate", "date.order",
		           "the stay ends on %s, which is not after its start %s",
		           day_format(stay.end, other), start);
	else if (stay_nights(stay) > STAY_NIGHTS_MAX)
		faults_add(faults, "/endDate", "stay.length",
		           "the stay has %d nights; at most %d can be booked at once",
		           stay_nights(stay), STAY_NIGHTS_MAX);
	if (stay.start < today && !past_allowed)
		faults_add(faults, "/startDate", "date.past",
		           "the stay starts on %s, which is past; today is %s", start,
		           day_format(today, other));
	if (stay.start > stay_last_start(today))
		faults_add(faults, "/startDate", "date.far",
		           "the stay starts on %s; the last day to start on is %s", start,
		           day_format(stay_last_start(today), other));
}
