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

static void
choice_add(struct stay_choice *choice, day_t start, int nights)
{
	if (choice->n < STAY_CHOICES_MAX)
		choice->stays[choice->n++] = (struct stay){start, start + nights};
}

void
stay_choose_near(struct stay stay, unsigned days, day_t first, day_t last,
                 struct stay_choice *ret_choice)
{
	const int nights = stay_nights(stay);
	ret_choice->n = 0;
	choice_add(ret_choice, stay.start, nights);
	for (day_t moved = 1; moved <= (day_t)days; moved++) {
		if (stay.start - moved >= first)
			choice_add(ret_choice, stay.start - moved, nights);
		if (stay.start + moved <= last)
			choice_add(ret_choice, stay.start + moved, nights);
	}
}

void
stay_choose_within(struct stay range, unsigned nights, day_t last, struct stay_choice *ret_choice)
{
	ret_choice->n = 0;
	for (day_t start = range.start; start + (day_t)nights <= range.end && start <= last;
	     start++)
		choice_add(ret_choice, start, (int)nights);
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
