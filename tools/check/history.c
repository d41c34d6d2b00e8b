/* SPDX-License-Identifier: MIT */
/*
 * history - checks that the stream `history` and the databases agree.
 *
 * Every published change must be in the stream, and the stream may have no event that did not
 * happen. Changes that are older than the retention of the stream are not looked for.
 */
#include "tools/check/history.h"

#include "base/mem.h"
#include "tools/common/broker_history.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#define DAY_MS    (24 * 3600 * INT64_C(1000))
#define MARGIN_MS 60000 /* events are not in the stream in the order of their time */

/* One version of one aggregate. */
struct fact {
	uint32_t aggregate; /* enum aggregate */
	uint64_t id, version;
	instant_t at;
};

struct facts {
	struct fact *list;
	size_t n, size;
};

static enum err
facts_add(struct facts *facts, const struct fact *fact)
{
	if (facts->n == facts->size) {
		size_t size = facts->size ? facts->size * 2 : 1024;
		struct fact *list = reallocarray(facts->list, size, sizeof(*list));
		if (!list)
			return ERR_MEMORY;
		facts->list = list;
		facts->size = size;
	}
	facts->list[facts->n++] = *fact;
	return OK;
}

static void
facts_done(struct facts *facts)
{
	free(facts->list);
}

static int
compare(const void *left, const void *right)
{
	const struct fact *a = left, *b = right;
	if (a->aggregate != b->aggregate)
		return a->aggregate < b->aggregate ? -1 : 1;
	if (a->id != b->id)
		return a->id < b->id ? -1 : 1;
	if (a->version != b->version)
		return a->version < b->version ? -1 : 1;
	return 0;
}

static void
facts_sort(struct facts *facts)
{
	if (facts->n)
		qsort(facts->list, facts->n, sizeof(*facts->list), compare);
}

/* ---- the databases ---- */

enum query { CHANGES, QUERY_MAX };

static const struct db_field fact_fields[] = {
	DB_FIELD(struct fact, aggregate),
	DB_FIELD(struct fact, id),
	DB_FIELD(struct fact, version),
	DB_FIELD(struct fact, at),
};

/* The numbers are those of enum aggregate. Rooms and payments have their last version in the
 * database, and each version is published; bookings have every step. */
static const struct db_statement queries[QUERY_MAX] = {
	[CHANGES] = {"SELECT CAST(0 AS UNSIGNED), id, version, updated_at FROM hotel_room.room"
                     " UNION ALL SELECT 1, book_id, version, at FROM hotel_book.book_step"
                     "  WHERE to_status <> 'Requested'"
                     " UNION ALL SELECT 2, id, version, updated_at FROM hotel_pay.payment"
                     "  WHERE status <> 'PayVoided'",
                     DB_GIVES(struct fact, fact_fields)},
};

static const struct db_table history_table = {"history", NULL, DB_STATEMENTS(queries)};

static enum err
change_add(void *row, void *arg)
{
	return facts_add(arg, row);
}

/* ---- the stream ---- */

static enum err
event_add(const struct event *event, void *arg)
{
	const struct fact fact = {.aggregate = event_kinds[event->type].aggregate,
	                          .id = event_subject_id(event),
	                          .version = event->sequence,
	                          .at = event->time};
	return facts_add(arg, &fact);
}

/* ---- the comparison ---- */

/* Since when every change has to be in the stream: it may have lost what is older. */
static instant_t
complete_since(const struct facts *events, instant_t begun)
{
	instant_t oldest = INT64_MAX;
	for (size_t i = 0; i < events->n; i++)
		if (events->list[i].at < oldest)
			oldest = events->list[i].at;
	bool may_be_cut = events->n && oldest < instant_now() - DAY_MS;
	instant_t since = may_be_cut ? oldest + MARGIN_MS : 0;
	return since > begun ? since : begun;
}

static enum err
report(struct findings *findings, const char *rule, const struct fact *fact)
{
	static const char *const names[] = {"room", "booking", "payment"};
	char row[128];
	snprintf(row, sizeof(row), "%s %" PRIu64 ", version %" PRIu64, names[fact->aggregate],
	         fact->id, fact->version);
	return findings_add(findings, "I8", rule, row);
}

static enum err
check_complete(const struct facts *changes, const struct facts *events, instant_t begun,
               struct findings *findings)
{
	instant_t since = complete_since(events, begun);
	enum err err = OK;
	findings_begin(findings);
	for (size_t i = 0; err == OK && i < changes->n; i++)
		if (changes->list[i].at >= since &&
		    !(events->n && bsearch(&changes->list[i], events->list, events->n,
		                           sizeof(changes->list[i]), compare)))
			err = report(findings, "every change is in history", &changes->list[i]);
	return err == OK ? findings_end(findings) : err;
}

/* Whether there is a change of that version, or, of a room or payment, a later one. */
static bool
is_real(const struct facts *changes, const struct fact *event)
{
	size_t low = 0, high = changes->n;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (compare(&changes->list[middle], event) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low < changes->n && changes->list[low].aggregate == event->aggregate &&
	       changes->list[low].id == event->id &&
	       (event->aggregate != AGGREGATE_BOOK || changes->list[low].version == event->version);
}

static enum err
check_invented(const struct facts *changes, const struct facts *events, struct findings *findings)
{
	enum err err = OK;
	findings_begin(findings);
	for (size_t i = 0; err == OK && i < events->n; i++)
		if (!is_real(changes, &events->list[i]))
			err = report(findings, "history has no event that did not happen",
			             &events->list[i]);
	return err == OK ? findings_end(findings) : err;
}

enum err
history_check(struct db *db, struct broker *broker, instant_t since, struct findings *findings)
{
	CLEANUP(facts_done) struct facts events = {0};
	CLEANUP(facts_done) struct facts changes = {0};
	enum err err = broker_history_read(broker, NULL, event_add, &events);
	if (err != OK && err != ERR_NOT_FOUND) /* a stream that does not exist has no events */
		return err;
	struct fact row;
	struct db_try try = db_begin(db, DB_READ);
	while (db_next(&try)) {
		changes.n = 0;
		try.err = db_each(try.conn, &history_table, CHANGES, NULL, &row, change_add,
		                  &changes);
	}
	if (try.err != OK)
		return try.err;
	facts_sort(&events);
	facts_sort(&changes);
	err = check_complete(&changes, &events, since, findings);
	return err == OK ? check_invented(&changes, &events, findings) : err;
}
