/* SPDX-License-Identifier: MIT */
/*
 * stay - a half-open range of nights, [start, end): the guest leaves on the day of end.
 */
#ifndef DOMAIN_STAY_H
#define DOMAIN_STAY_H

#include "base/day.h"
#include "base/faults.h"

#include <stdbool.h>

#define STAY_NIGHTS_MAX 30  /* of one booking */
#define STAY_DAYS_AHEAD 365 /* a stay may start at most this many days from today */

struct stay {
	day_t start, end;
};

/* The number of nights; 0 or less if the stay does not end after its start. */
int stay_nights(struct stay stay);

/* Whether the two share a night. */
bool stay_overlaps(struct stay a, struct stay b);

/* The last day on which a stay may start that is booked on the day `today`. */
day_t stay_last_start(day_t today);

/*
 * Checks that the stay may be booked on the day `today`: at least one night, at most
 * STAY_NIGHTS_MAX, not in the past (unless past_allowed) and not too far ahead. Adds each violation
 * to faults, with the pointers /startDate and /endDate.
 */
void stay_check(struct stay stay, day_t today, bool past_allowed, struct faults *faults);

#endif
