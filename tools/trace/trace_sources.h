/*
 * trace_sources - where a booking leaves its marks: the databases, the stream of history, and the
 * log of requests. Each adds the steps it knows.
 */
#ifndef TOOLS_TRACE_TRACE_SOURCES_H
#define TOOLS_TRACE_TRACE_SOURCES_H

#include "adapters/amqp/broker.h"
#include "adapters/mariadb/db.h"
#include "domain/book/book.h"
#include "tools/trace/steps.h"

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

/* What the contexts have noted. ERR_UNAVAILABLE, ERR_TIMEOUT, ERR_MEMORY. */
MUST_CHECK enum err trace_data(struct db *db, const struct traced *traced, struct steps *steps);

/* The booking's events in history, all of which is read. On an error no step was added.
 * ERR_NOT_FOUND: there is no history. ERR_UNAVAILABLE, ERR_TIMEOUT, ERR_MEMORY. */
MUST_CHECK enum err trace_history(struct broker *broker, const struct traced *traced,
                                  struct steps *steps);

/* The requests that led to the steps known so far, from a log of nginx. A file that is not there
 * any more is passed over. ERR_SYSTEM: it cannot be read; ERR_MEMORY. */
MUST_CHECK enum err trace_requests(const char *path, struct steps *steps);

#endif
