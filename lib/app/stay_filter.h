/* SPDX-License-Identifier: MIT */
/*
 * stay_filter - what narrows a list of bookings, or of what belongs to one booking each. The list is
 * of the caller's own; this only leaves some of them out.
 */
#ifndef APP_STAY_FILTER_H
#define APP_STAY_FILTER_H

#include "domain/stay.h"

/* All zero: nothing is left out. */
struct stay_filter {
	uint64_t book_id, room_id; /* 0: any */
	bool of_host, of_guest;    /* only those of host_id, of guest_id */
	uint64_t host_id, guest_id;
	bool has_start, has_end; /* only stays with a night in dates; it may be open at one end */
	struct stay dates;
};

/* Whether it leaves nothing out. */
static inline bool
stay_filter_takes_all(const struct stay_filter *filter)
{
	return !filter->book_id && !filter->room_id && !filter->of_host && !filter->of_guest &&
	       !filter->has_start && !filter->has_end;
}

/* Whether the list has what belongs to this booking. */
static inline bool
stay_filter_takes(const struct stay_filter *filter, uint64_t book_id, uint64_t room_id,
                  uint64_t host_id, uint64_t guest_id, struct stay stay)
{
	return (!filter->book_id || filter->book_id == book_id) &&
	       (!filter->room_id || filter->room_id == room_id) &&
	       (!filter->of_host || filter->host_id == host_id) &&
	       (!filter->of_guest || filter->guest_id == guest_id) &&
	       (!filter->has_start || stay.end > filter->dates.start) &&
	       (!filter->has_end || stay.start < filter->dates.end);
}

#endif
