/* SPDX-License-Identifier: MIT */
#include "tools/check/notices.h"

#include "adapters/json/event.h"
#include "base/mem.h"
#include "base/text.h"
#include "domain/alarm/notification.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static enum err
notices_add(struct notices *notices, const struct notice *notice)
{
	if (notices->n == notices->size) {
		size_t size = notices->size ? notices->size * 2 : 1024;
		struct notice *list = reallocarray(notices->list, size, sizeof(*list));
		if (!list)
			return ERR_MEMORY;
		notices->list = list;
		notices->size = size;
	}
	notices->list[notices->n++] = *notice;
	return OK;
}

enum err
notices_add_event(struct notices *notices, const struct event *event)
{
	static const enum role roles[] = {ROLE_GUEST, ROLE_HOST};
	unsigned char digest[FACT_DIGEST], without_contact[FACT_DIGEST];
	struct event erased = *event;
	event_erase(&erased);
	enum err err = fact_digest(event, digest);
	if (err == OK)
		err = fact_digest(&erased, without_contact);
	for (size_t i = 0; err == OK && i < ARRAY_SIZE(roles); i++) {
		struct notice notice = {
			.role = roles[i], .book_id = event->correlation_id, .at = event->time};
		memcpy(notice.digest, digest, sizeof(digest));
		memcpy(notice.erased, without_contact, sizeof(without_contact));
		if (!notification_recipient(event, roles[i], &notice.recipient_id))
			continue;
		memcpy(notice.event_id, event->id, sizeof(notice.event_id));
		err = text_copy(notice.event, sizeof(notice.event), event_type_name(event->type));
		if (err == OK)
			err = notices_add(notices, &notice);
	}
	return err;
}

void
notices_done(struct notices *notices)
{
	free(notices->list);
}

/* ---- the database ---- */

enum { FOUND, WATERMARK, KEPT };

/* An event that alarm keeps. */
struct kept_event {
	char event_id[UUID_TEXT];
	struct buf body;
	instant_t at;
	bool erased; /* its booking was */
};

static const char *
role_word(unsigned role)
{
	return role_name((enum role)role);
}

static const struct db_field found_fields[] = {
	DB_FIELD(struct notice, event_id),
	DB_ENUM(struct notice, role, role_word, ROLE_HOST + 1),
	DB_FIELD(struct notice, recipient_id),
	DB_NULLABLE(struct notice, book_id),
	DB_FIELD(struct notice, event),
	DB_FIELD(struct notice, id),
	DB_FIELD(struct notice, at),
};

static const struct db_field kept_fields[] = {
	DB_FIELD(struct kept_event, event_id),
	DB_FIELD(struct kept_event, body),
	DB_FIELD(struct kept_event, at),
	DB_FIELD(struct kept_event, erased),
};

static const struct db_field watermark_fields[] = {
	{.type = DB_INSTANT, .size = sizeof(instant_t)},
};

static const struct db_statement queries[] = {
	[FOUND] = {"SELECT n.event_id, n.role, n.recipient_id, n.book_id, n.event, n.id,"
                   "  COALESCE(a.created_at, n.created_at)"
                   " FROM hotel_alarm.notification n"
                   "  LEFT JOIN hotel_alarm.announcement a ON a.event_id = n.event_id",
                   DB_GIVES(struct notice, found_fields)},
	[WATERMARK] = {"SELECT COALESCE(MAX(told_since), '1970-01-01') FROM hotel_alarm.horizon",
                       DB_GIVES(instant_t, watermark_fields)},
	[KEPT] = {"SELECT a.event_id, a.body, a.created_at, EXISTS (SELECT 1"
                  "  FROM hotel_alarm.notification n JOIN hotel_alarm.contact c ON c.book_id = "
                  "n.book_id"
                  "  WHERE n.event_id = a.event_id AND c.erased) FROM hotel_alarm.announcement a",
                  DB_GIVES(struct kept_event, kept_fields)},
};

static const struct db_table notices_table = {"notices", NULL, DB_STATEMENTS(queries)};

static enum err
found_add(void *row, void *arg)
{
	return notices_add(arg, row);
}

/* ret_watermark: notifications of earlier events may have been purged. */
static enum err
found_read(struct db *db, struct notices *found, instant_t *ret_watermark)
{
	struct notice row = {0};
	struct db_try try = db_begin(db, DB_READ);
	while (db_next(&try)) {
		found->n = 0;
		try.err = db_each(try.conn, &notices_table, FOUND, NULL, &row, found_add, found);
		if (try.err == OK)
			try.err = db_find(try.conn, &notices_table, WATERMARK, NULL, ret_watermark);
	}
	return try.err;
}

/* ---- claims ---- */

/* The guest of a claim that history has: the account that the booking was given to. */
struct claim {
	uint64_t book_id, account_id;
};

static int
claim_compare(const void *left, const void *right)
{
	const struct claim *a = left, *b = right;
	return (a->book_id > b->book_id) - (a->book_id < b->book_id);
}

static size_t
claims_gather(const struct notices *expected, struct claim claims[])
{
	size_t n = 0;
	for (size_t i = 0; i < expected->n; i++) {
		const struct notice *notice = &expected->list[i];
		if (notice->role == ROLE_GUEST &&
		    strcmp(notice->event, event_type_name(EVENT_BOOK_CLAIMED)) == 0)
			claims[n++] = (struct claim){notice->book_id, notice->recipient_id};
	}
	if (n)
		qsort(claims, n, sizeof(*claims), claim_compare);
	return n;
}

/* What nobody in particular was told of a booking goes to the account that claims it, as alarm has it
 * (notification_owner()). */
static enum err
hand_over(struct notices *expected)
{
	CLEANUP(free_p) struct claim *claims = calloc(expected->n + 1, sizeof(*claims));
	if (!claims)
		return ERR_MEMORY;
	const size_t n = claims_gather(expected, claims);
	for (size_t i = 0; n && i < expected->n; i++) {
		struct notice *notice = &expected->list[i];
		const struct claim of = {.book_id = notice->book_id};
		const struct claim *claim = bsearch(&of, claims, n, sizeof(*claims), claim_compare);
		if (claim && notice->role == ROLE_GUEST && notice->recipient_id == 0)
			notice->recipient_id = claim->account_id;
	}
	return OK;
}

/* ---- the comparison ---- */

/* Orders by what makes a notification unique. */
static int
compare(const void *left, const void *right)
{
	const struct notice *a = left, *b = right;
	int order = strcmp(a->event_id, b->event_id);
	return order ? order : (int)a->role - (int)b->role;
}

static void
notices_sort(struct notices *notices)
{
	if (notices->n)
		qsort(notices->list, notices->n, sizeof(*notices->list), compare);
}

static const struct notice *
find(const struct notices *in, const struct notice *of)
{
	return in->n ? bsearch(of, in->list, in->n, sizeof(*of), compare) : NULL;
}

/* The same notification in the other list: same event, role, recipient, subject and type. */
static const struct notice *
counterpart(const struct notices *in, const struct notice *of)
{
	const struct notice *other = find(in, of);
	bool same = other && other->recipient_id == of->recipient_id &&
	            other->book_id == of->book_id && !strcmp(other->event, of->event);
	return same ? other : NULL;
}

static enum err
report(struct findings *findings, const char *rule, const struct notice *notice)
{
	char row[256], subject[64] = "a room", number[64] = "none";
	if (notice->book_id)
		snprintf(subject, sizeof(subject), "booking %" PRIu64, notice->book_id);
	if (notice->id)
		snprintf(number, sizeof(number), "%" PRIu64, notice->id);
	snprintf(row, sizeof(row), "event %s, %s of %s, to %s %" PRIu64 ": notification %s",
	         notice->event_id, notice->event, subject, role_name(notice->role),
	         notice->recipient_id, number);
	return findings_add(findings, "I10", rule, row);
}

/* Reports the notifications since an instant that have no counterpart. */
static enum err
check_counterparts(const struct notices *of, const struct notices *in, instant_t since,
                   const char *rule, struct findings *findings)
{
	enum err err = OK;
	findings_begin(findings);
	for (size_t i = 0; err == OK && i < of->n; i++)
		if (of->list[i].at >= since && !counterpart(in, &of->list[i]))
			err = report(findings, rule, &of->list[i]);
	return err == OK ? findings_end(findings) : err;
}

/* ---- the events that alarm keeps ---- */

struct comparison {
	const struct notices *expected;
	struct event *event;
	instant_t since;
	struct findings *findings;
};

/* Whether a kept event has the content of the same event in history, without the contact if its booking was
 * erased. */
static bool
is_as_published(const struct comparison *comparison, const struct kept_event *kept)
{
	struct notice key = {.role = ROLE_GUEST};
	unsigned char digest[FACT_DIGEST];
	if (event_read(kept->body.data, kept->body.len, comparison->event) != OK ||
	    fact_digest(comparison->event, digest) != OK)
		return false;
	memcpy(key.event_id, kept->event_id, sizeof(key.event_id));
	const struct notice *notice = find(comparison->expected, &key);
	if (!notice) {
		key.role = ROLE_HOST;
		notice = find(comparison->expected, &key);
	}
	return notice && !strcmp(comparison->event->id, kept->event_id) &&
	       memcmp(kept->erased ? notice->erased : notice->digest, digest, sizeof(digest)) == 0;
}

static enum err
kept_check(void *row, void *arg)
{
	const struct kept_event *kept = row;
	const struct comparison *comparison = arg;
	char text[64];
	if (kept->at < comparison->since || is_as_published(comparison, kept))
		return OK;
	snprintf(text, sizeof(text), "event %s", kept->event_id);
	return findings_add(comparison->findings, "I10",
	                    "an event that mails are written from is as it was published", text);
}

static enum err
check_kept(struct db *db, const struct notices *expected, instant_t since,
           struct findings *findings)
{
	CLEANUP(free_p) struct event *event = malloc(sizeof(*event));
	if (!event)
		return ERR_MEMORY;
	struct comparison comparison = {expected, event, since, findings};
	struct kept_event row = {.body = BUF_INIT(EVENT_BODY_MAX)};
	findings_begin(findings);
	struct db_try try = db_begin(db, DB_READ);
	while (db_next(&try))
		try.err = db_each(try.conn, &notices_table, KEPT, NULL, &row, kept_check,
		                  &comparison);
	buf_done(&row.body);
	return try.err == OK ? findings_end(findings) : try.err;
}

enum err
notices_check(struct db *db, struct notices *expected, instant_t since, struct findings *findings)
{
	CLEANUP(notices_done) struct notices found = {0};
	instant_t watermark = 0;
	enum err err = found_read(db, &found, &watermark);
	if (err == OK)
		err = hand_over(expected);
	if (err != OK)
		return err;
	notices_sort(expected);
	notices_sort(&found);
	err = check_counterparts(expected, &found, watermark > since ? watermark : since,
	                         "every event is notified to its guest and host, once", findings);
	if (err != OK)
		return err;
	err = check_counterparts(&found, expected, since,
	                         "every notification is of an event, to its guest or host",
	                         findings);
	return err == OK ? check_kept(db, expected, since, findings) : err;
}
