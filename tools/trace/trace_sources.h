/* SPDX-License-Identifier: MIT */
/*
 * trace_sources - the sources of a timeline: the databases, the stream `history`, and the log of
 * requests. Each adds the entries it has.
 */
#ifndef TOOLS_TRACE_TRACE_SOURCES_H
#define TOOLS_TRACE_TRACE_SOURCES_H

#include "adapters/amqp/broker.h"
#include "adapters/mariadb/db.h"
#include "domain/book/book.h"
#include "tools/trace/timeline.h"

/* The booking that is traced. */
struct traced {
	uint64_t book_id, room_id, host_id, guest_id;
	char reference[REFERENCE_SIZE];
	enum book_status status;
	struct stay stay;
	money_t price;
	char currency[CURRENCY_TEXT];
};

/* Finds the booking by its number or by its reference. ERR_NOT_FOUND, ERR_UNAVAILABLE,
 * ERR_TIMEOUT. */
MUST_CHECK enum err trace_find(struct db *db, const char *name, struct traced *ret_traced);

/* Adds what the contexts have stored. ERR_UNAVAILABLE, ERR_TIMEOUT, ERR_MEMORY. */
MUST_CHECK enum err trace_data(struct db *db, const struct traced *traced,
                               struct timeline *timeline);

/* Adds the booking's events of the stream, all of which is read. After an error nothing was added.
 * ERR_NOT_FOUND: the stream does not exist. ERR_UNAVAILABLE, ERR_TIMEOUT, ERR_MEMORY. */
MUST_CHECK enum err trace_history(struct broker *broker, const struct traced *traced,
                                  struct timeline *timeline);

/* Adds the requests that led to the entries so far, from a log of nginx. A file that does not exist
 * is skipped: it may have been rotated away. ERR_SYSTEM: it cannot be read; ERR_MEMORY. */
MUST_CHECK enum err trace_requests(const char *path, struct timeline *timeline);

#endif
