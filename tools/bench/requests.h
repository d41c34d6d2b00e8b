/* SPDX-License-Identifier: MIT */
/*
 * requests - the requests of each kind of load, one after the other.
 *
 * The n-th request of a plan is always the same, so a run can be repeated, and one can go on where another
 * ended.
 */
#ifndef TOOLS_BENCH_REQUESTS_H
#define TOOLS_BENCH_REQUESTS_H

#include "base/buf.h"
#include "base/day.h"

#include <stdint.h>

enum request_kind {
	REQUEST_BOOK,     /* POST /books: three nights, another room or other dates each time */
	REQUEST_SEARCH,   /* GET /rooms: the rooms that are free on some dates, by price */
	REQUEST_FILTERED, /* the same with number of guests and highest price */
	REQUEST_OWN,      /* GET /mypages of one guest after the other */
	REQUEST_MALFORMED, /* POST /books with a body that is no JSON: the least that a service does */
	REQUEST_PATH,      /* GET of one path */
	REQUEST_MAX
};

struct request_plan {
	enum request_kind kind;
	const char *path;           /* of REQUEST_PATH */
	const char *host;           /* the Host of all */
	uint64_t first_room, rooms; /* numbers of the rooms */
	uint64_t first_guest, guests;
	day_t today; /* in the time zone of the hotel */
};

/* The kind of a name, such as "book". ERR_INVALID. */
MUST_CHECK enum err request_kind_parse(const char *name, enum request_kind *ret_kind);

/* The status that answers such a request as it should be. */
unsigned request_good_status(enum request_kind kind);

/* Sets buf to the n-th request, from 0. ERR_MEMORY, ERR_TOO_LARGE. */
MUST_CHECK enum err request_make(const struct request_plan *plan, uint64_t n, struct buf *buf);

#endif
