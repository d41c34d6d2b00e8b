/* SPDX-License-Identifier: MIT */
/*
 * facts - versions of rooms, bookings and payments: what the databases have, or what was published.
 */
#ifndef TOOLS_CHECK_FACTS_H
#define TOOLS_CHECK_FACTS_H

#include "domain/event.h"

#define FACT_DIGEST 16 /* bytes */

/* One version of one aggregate. */
struct fact {
	uint32_t aggregate; /* enum aggregate */
	uint64_t id, version;
	instant_t at;
	unsigned char
		digest[FACT_DIGEST]; /* of the content; all 0 where only the version is known */
};

struct facts {
	struct fact *list;
	size_t n, size;
};

/* Appends one. ERR_MEMORY. */
MUST_CHECK enum err facts_add(struct facts *facts, const struct fact *fact);

/* Appends the version that this event published, with its content. ERR_MEMORY, ERR_TOO_LARGE. */
MUST_CHECK enum err facts_add_event(struct facts *facts, const struct event *event);

/* The content of the aggregate in event->data, as its view shows it. ERR_MEMORY, ERR_TOO_LARGE. */
MUST_CHECK enum err fact_digest(const struct event *event, unsigned char ret_digest[FACT_DIGEST]);

/* Sorts by aggregate, id and version, for the functions below. */
void facts_sort(struct facts *facts);

/* The first that is not before this aggregate, id and version; NULL: all are before it. */
const struct fact *facts_from(const struct facts *facts, const struct fact *fact);

/* Whether they are versions of the same aggregate, and the same version. */
bool fact_same_subject(const struct fact *a, const struct fact *b);
bool fact_same(const struct fact *a, const struct fact *b);

/* For CLEANUP(). */
void facts_done(struct facts *facts);

#endif
