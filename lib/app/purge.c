/* SPDX-License-Identifier: MIT */
/* purge - forgets what was kept for long enough. */
#include "app/purge.h"

#include "app/book/book.h"

#define HOUR_MS INT64_C(3600000)

static instant_t
hours_ago(const struct app *app, uint32_t hours)
{
	return app->now() - hours * HOUR_MS;
}

/* The shorter of two ages, of which 0 is for ever. */
static uint32_t
shorter(uint32_t a_days, uint32_t b_days)
{
	if (!a_days || !b_days)
		return a_days + b_days;
	return a_days < b_days ? a_days : b_days;
}

static const char *const kind_names[PURGE_KIND_MAX] = {
	[PURGE_KEYS] = "keys",
	[PURGE_NIGHTS] = "nights",
	[PURGE_CONTACTS] = "contacts",
	[PURGE_NOTIFICATIONS] = "notifications",
	[PURGE_DELIVERIES] = "deliveries",
	[PURGE_SESSIONS] = "sessions",
	[PURGE_MAILS] = "mails",
	[PURGE_AUDIT] = "audit",
	[PURGE_CHANGES] = "changes",
};

/* Counts n of a kind. After a full round there may be more. */
static void
note(const struct app *app, enum purge_kind kind, size_t n, bool *more)
{
	app->purged->n[kind] += n;
	*more = *more || n >= PURGE_MAX;
}

static void
purged_metric(const struct app *app, struct metrics *to, enum purge_kind kind)
{
	METRIC(to, METRIC_PURGED, app->purged->n[kind], kind_names[kind]);
}

void
purge_metrics(const struct app *app, struct metrics *to)
{
	if (app->rooms || app->books || app->notifications || app->accounts)
		purged_metric(app, to, PURGE_KEYS);
	if (app->books) {
		purged_metric(app, to, PURGE_NIGHTS);
		purged_metric(app, to, PURGE_CONTACTS);
	}
	if (app->notifications) {
		purged_metric(app, to, PURGE_NOTIFICATIONS);
		purged_metric(app, to, PURGE_DELIVERIES);
	}
	if (app->accounts) {
		purged_metric(app, to, PURGE_SESSIONS);
		purged_metric(app, to, PURGE_MAILS);
	}
	if (app->audit)
		purged_metric(app, to, PURGE_AUDIT);
	if (app->rooms)
		purged_metric(app, to, PURGE_CHANGES);
}

/* Purges entries of the audit after a round that went well, and passes on how it went. */
static enum err
audit_purge(const struct app *app, enum err err, bool *more)
{
	const uint32_t days = app->settings->audit_days;
	size_t n = 0;
	if (err != OK || !days || !app->audit)
		return err;
	err = app->audit->purge(app->audit->self, hours_ago(app, days * 24), PURGE_MAX, &n);
	note(app, PURGE_AUDIT, n, more);
	return err;
}

enum err
purge_audit(const struct app *app, bool *ret_more)
{
	*ret_more = false;
	return audit_purge(app, OK, ret_more);
}

enum err
purge_room(const struct app *app, bool *ret_more)
{
	const struct room_store *store = app->rooms;
	size_t keys = 0, changes = 0;
	enum err err = store->keys_purge(
		store->self, hours_ago(app, app->settings->idempotency_hours), PURGE_MAX, &keys);
	if (err == OK)
		err = store->changes_purge(store->self, PURGE_MAX, &changes);
	*ret_more = false;
	note(app, PURGE_KEYS, keys, ret_more);
	note(app, PURGE_CHANGES, changes, ret_more);
	return audit_purge(app, err, ret_more);
}

/* Where stays in the past can be booked, past nights can still be sold, and not twice. */
static enum err
nights_purge(const struct app *app, size_t *ret_n)
{
	const struct settings *settings = app->settings;
	const struct book_store *store = app->books;
	if (!settings->night_days || settings->past_dates == PAST_ALLOW)
		return OK;
	return store->nights_purge(store->self, app_today(app) - (day_t)settings->night_days,
	                           PURGE_MAX, ret_n);
}

enum err
purge_book(const struct app *app, bool *ret_more)
{
	const struct book_store *store = app->books;
	size_t keys = 0, nights = 0, contacts = 0;
	bool more_contacts = false;
	enum err err = store->keys_purge(
		store->self, hours_ago(app, app->settings->idempotency_hours), PURGE_MAX, &keys);
	if (err == OK)
		err = nights_purge(app, &nights);
	if (err == OK)
		err = book_erase_old(app, &contacts, &more_contacts);
	*ret_more = more_contacts;
	note(app, PURGE_KEYS, keys, ret_more);
	note(app, PURGE_NIGHTS, nights, ret_more);
	note(app, PURGE_CONTACTS, contacts, ret_more);
	return audit_purge(app, err, ret_more);
}

/* Without its notification an event is of no use. */
enum err
purge_alarm(const struct app *app, bool *ret_more)
{
	const struct notification_store *store = app->notifications;
	const uint32_t days = app->settings->notification_days;
	const uint32_t delivery_days = shorter(days, app->settings->delivery_days);
	size_t keys = 0, notifications = 0, deliveries = 0;
	enum err err = store->keys_purge(
		store->self, hours_ago(app, app->settings->idempotency_hours), PURGE_MAX, &keys);
	if (err == OK && days)
		err = store->notifications_purge(store->self, hours_ago(app, days * 24), PURGE_MAX,
		                                 &notifications);
	if (err == OK && delivery_days)
		err = store->deliveries_purge(store->self, hours_ago(app, delivery_days * 24),
		                              PURGE_MAX, &deliveries);
	*ret_more = false;
	note(app, PURGE_KEYS, keys, ret_more);
	note(app, PURGE_NOTIFICATIONS, notifications, ret_more);
	note(app, PURGE_DELIVERIES, deliveries, ret_more);
	return audit_purge(app, err, ret_more);
}

/* With sessions go the records of tries to sign in, with mails the tokens that they had. */
enum err
purge_account(const struct app *app, bool *ret_more)
{
	const struct account_store *accounts = app->accounts;
	size_t keys = 0, sessions = 0, mails = 0;
	enum err err = accounts->keys_purge(
		accounts->self, hours_ago(app, app->settings->idempotency_hours), PURGE_MAX, &keys);
	if (err == OK)
		err = app->sessions->purge(app->sessions->self, app->now(), PURGE_MAX, &sessions);
	if (err == OK)
		err = app->account_mails->purge(app->account_mails->self, app->now(), PURGE_MAX,
		                                &mails);
	*ret_more = false;
	note(app, PURGE_KEYS, keys, ret_more);
	note(app, PURGE_SESSIONS, sessions, ret_more);
	note(app, PURGE_MAILS, mails, ret_more);
	return audit_purge(app, err, ret_more);
}
