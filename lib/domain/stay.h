/*
 * stay - a half-open range of nights, [start, end): the night of end is not slept.
 */
#ifndef DOMAIN_STAY_H
#define DOMAIN_STAY_H

#include "base/day.h"
#include "base/faults.h"

#include <stdbool.h>

#define STAY_NIGHTS_MAX 30  /* of one book */
#define STAY_DAYS_AHEAD 365 /* a stay may start this many days from today */

struct stay {
	day_t start, end;
};

/* How many nights; 0 or less for a stay that ends before it begins to count. */
int stay_nights(struct stay stay);

/* Whether the two share a night. */
bool stay_overlaps(struct stay a, struct stay b);

/*
 * Whether the stay may be booked on the day `today`: at least one night, at most STAY_NIGHTS_MAX,
 * not in the past (unless past_allowed) and not too far ahead. Adds what is wrong to faults, with
 * the pointers /startDate and /endDate.
 */
void stay_check(struct stay stay, day_t today, bool past_allowed, struct faults *faults);

#endif
