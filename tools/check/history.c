/* SPDX-License-Identifier: MIT */
/*
 * history - checks that the stream `history` and the databases agree.
 *
 * Every published change must be in the stream with the content that is stored, and the stream may
 * have no event that did not happen. Changes that are older than the retention of the stream are
 * not looked for. What everybody was notified of is compared with the stream as well.
 */
#include "tools/check/history.h"

#include "base/clock.h"
#include "base/mem.h"
#include "tools/check/notices.h"
#include "tools/common/broker_history.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define DAY_MS    (24 * 3600 * INT64_C(1000))
#define MARGIN_MS 60000 /* events are not in the stream in the order of their time */

/* What the stream says. */
struct published {
	struct facts facts;
	struct facts forged; /* published by another context than the one that they name */
	struct notices notices;
};

static void
published_done(struct published *published)
{
	facts_done(&published->facts);
	facts_done(&published->forged);
	notices_done(&published->notices);
}

static enum err
event_add(const struct event *event, bool genuine, void *arg)
{
	struct published *published = arg;
	if (!genuine)
		return facts_add_event(&published->forged, event);
	enum err err = facts_add_event(&published->facts, event);
	return err == OK ? notices_add_event(&published->notices, event) : err;
}

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
check_complete(const struct facts *changes, const struct facts *events, instant_t since,
               struct findings *findings)
{
	enum err err = OK;
	findings_begin(findings);
	for (size_t i = 0; err == OK && i < changes->n; i++) {
		const struct fact *change = &changes->list[i];
		const struct fact *event = facts_from(events, change);
		if (change->at >= since && !(event && fact_same(event, change)))
			err = report(findings, "every change is in history", change);
	}
	return err == OK ? findings_end(findings) : err;
}

/* Whether there is a change of that version, or, of a room or payment, a later one. */
static bool
is_real(const struct facts *changes, const struct fact *event)
{
	const struct fact *change = facts_from(changes, event);
	return change && fact_same_subject(change, event) &&
	       (event->aggregate != AGGREGATE_BOOK || fact_same(change, event));
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

static enum err
check_forged(const struct facts *forged, struct findings *findings)
{
	enum err err = OK;
	findings_begin(findings);
	for (size_t i = 0; err == OK && i < forged->n; i++)
		err = report(findings, "history has no forged event", &forged->list[i]);
	return err == OK ? findings_end(findings) : err;
}

/* Whether each event of the stored version has the stored content. */
static bool
is_as_published(const struct fact *stored, const struct facts *events)
{
	const struct fact *end = events->list + events->n;
	const struct fact *event = facts_from(events, stored);
	for (; event && event < end && fact_same(event, stored); event++)
		if (memcmp(event->digest, stored->digest, sizeof(stored->digest)) != 0)
			return false;
	return true;
}

static enum err
check_contents(const struct owners *owners, const struct facts *events, instant_t since,
               struct findings *findings)
{
	CLEANUP(facts_done) struct facts contents = {0};
	enum err err = owners_contents(owners, &contents);
	findings_begin(findings);
	for (size_t i = 0; err == OK && i < contents.n; i++)
		if (contents.list[i].at >= since && !is_as_published(&contents.list[i], events))
			err = report(findings, "what is stored is what was published",
			             &contents.list[i]);
	return err == OK ? findings_end(findings) : err;
}

enum err
history_check(struct db *db, const struct owners *owners, struct broker *broker, instant_t since,
              struct findings *findings)
{
	CLEANUP(published_done) struct published published = {0};
	CLEANUP(facts_done) struct facts changes = {0};
	enum err err = broker_history_read(broker, NULL, event_add, &published);
	if (err == ERR_NOT_FOUND) /* a stream that does not exist has no events */
		err = OK;
	if (err == OK)
		err = owners_changes(db, &changes);
	if (err != OK)
		return err;
	facts_sort(&published.facts);
	facts_sort(&changes);
	since = complete_since(&published.facts, since);
	err = check_complete(&changes, &published.facts, since, findings);
	if (err == OK)
		err = check_invented(&changes, &published.facts, findings);
	if (err == OK)
		err = check_forged(&published.forged, findings);
	if (err == OK)
		err = check_contents(owners, &published.facts, since, findings);
	return err == OK ? notices_check(db, &published.notices, since, findings) : err;
}
