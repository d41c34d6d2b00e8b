/* SPDX-License-Identifier: MIT */
/*
 * stay - a half-open range of nights, [start, end): the guest leaves on the day of end.
 */
#ifndef DOMAIN_STAY_H
#define DOMAIN_STAY_H

#include "base/day.h"
#include "base/faults.h"

#include <stdbool.h>
#include <stddef.h>

#define STAY_NIGHTS_MAX 30  /* of one booking */
#define STAY_DAYS_AHEAD 365 /* a stay may start at most this many days from today */

struct stay {
	day_t start, end;
};

#define STAY_FLEXIBLE_MAX 7  /* days that a search may move a stay */
#define STAY_RANGE_MAX    60 /* days of a range in which a search looks for a stay */
#define STAY_CHOICES_MAX  60

/* Stays of equal length that would do, the preferred one first. */
struct stay_choice {
	struct stay stays[STAY_CHOICES_MAX];
	size_t n;
};

/* The number of nights; 0 or less if the stay does not end after its start. */
int stay_nights(struct stay stay);

/* Whether the two share a night. */
bool stay_overlaps(struct stay a, struct stay b);

/* The last day on which a stay may start that is booked on the day `today`. */
day_t stay_last_start(day_t today);

/* The stay itself, then those that start up to `days` (at most STAY_FLEXIBLE_MAX) days earlier or later, the nearest
 * first, of two the earlier one. None starts before `first` or after `last`, except the stay itself. */
void stay_choose_near(struct stay stay, unsigned days, day_t first, day_t last,
                      struct stay_choice *ret_choice);

/* All stays of so many nights in a range of at most STAY_RANGE_MAX days, the earliest first; none starts after `last`. */
void stay_choose_within(struct stay range, unsigned nights, day_t last,
                        struct stay_choice *ret_choice);

/*
 * Checks that the stay may be booked on the day `today`: at least one night, at most
 * STAY_NIGHTS_MAX, not in the past (unless past_allowed) and not too far ahead. Adds each violation
 * to faults, with the pointers /startDate and /endDate.
 */
void stay_check(struct stay stay, day_t today, bool past_allowed, struct faults *faults);

#endif
