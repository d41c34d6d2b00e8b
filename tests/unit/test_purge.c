/* SPDX-License-Identifier: MIT */
/* test_purge - what is forgotten when: the settings as ages. */
#include "adapters/system/prometheus_text.h"
#include "app/purge.h"
#include "base/mem.h"
#include "tests/unit/test.h"

#include <string.h>

#define NOW   INT64_C(1800000000000)
#define HOUR  INT64_C(3600000)
#define DAY   (24 * HOUR)
#define NEVER INT64_C(-1)

/* What was asked to be forgotten, NEVER: nothing was; and how much there is of everything. */
static instant_t keys, notifications, deliveries, audited;
static int64_t nights;
static size_t there;

static instant_t
now(void)
{
	return NOW;
}

static enum err
note(instant_t *asked, instant_t before, size_t max, size_t *ret_n)
{
	*asked = before;
	*ret_n = there < max ? there : max;
	return OK;
}

static enum err
keys_purge(void *self, instant_t before, size_t max, size_t *ret_n)
{
	(void)self;
	return note(&keys, before, max, ret_n);
}

static enum err
nights_purge(void *self, day_t before, size_t max, size_t *ret_n)
{
	(void)self;
	return note(&nights, before, max, ret_n);
}

static enum err
notifications_purge(void *self, instant_t before, size_t max, size_t *ret_n)
{
	(void)self;
	return note(&notifications, before, max, ret_n);
}

static enum err
deliveries_purge(void *self, instant_t before, size_t max, size_t *ret_n)
{
	(void)self;
	return note(&deliveries, before, max, ret_n);
}

static enum err
audit_purge(void *self, instant_t before, size_t max, size_t *ret_n)
{
	(void)self;
	return note(&audited, before, max, ret_n);
}

static enum err
changes_purge(void *self, size_t max, size_t *ret_n)
{
	(void)self;
	*ret_n = there < max ? there : max;
	return OK;
}

static const struct audit audit = {.purge = audit_purge};
static const struct room_store rooms = {.keys_purge = keys_purge, .changes_purge = changes_purge};
static const struct book_store books = {.keys_purge = keys_purge, .nights_purge = nights_purge};
static const struct notification_store told = {.keys_purge = keys_purge,
                                               .notifications_purge = notifications_purge,
                                               .deliveries_purge = deliveries_purge};
static struct settings settings;
static struct purged purged;
static const struct app app = {.settings = &settings,
                               .purged = &purged,
                               .now = now,
                               .rooms = &rooms,
                               .books = &books,
                               .notifications = &told,
                               .audit = &audit};

static int
begin(void **state)
{
	(void)state;
	settings = (struct settings){.idempotency_hours = 24,
	                             .night_days = 365,
	                             .notification_days = 90,
	                             .delivery_days = 30,
	                             .audit_days = 400};
	keys = notifications = deliveries = audited = nights = NEVER;
	there = 0;
	purged = (struct purged){.n = {0}};
	return 0;
}

static bool more_after(enum err (*purge)(const struct app *app, bool *ret_more))
{
	bool more = true;
	assert_ok(purge(&app, &more));
	return more;
}

static void
each_kind_has_an_age_of_its_own(void **state)
{
	(void)state;
	assert_false(more_after(purge_room));
	assert_int_equal(keys, NOW - 24 * HOUR);
	settings.idempotency_hours = 8760;
	assert_false(more_after(purge_book));
	assert_int_equal(keys, NOW - 365 * DAY);
	assert_int_equal(nights, day_at(NOW) - 365);
	assert_false(more_after(purge_alarm));
	assert_int_equal(notifications, NOW - 90 * DAY);
	assert_int_equal(deliveries, NOW - 30 * DAY);
}

static void
each_context_purges_its_audit(void **state)
{
	(void)state;
	enum err (*const purges[])(const struct app *app, bool *ret_more) = {
		purge_room, purge_book, purge_alarm, purge_audit};
	for (size_t i = 0; i < ARRAY_SIZE(purges); i++) {
		audited = NEVER;
		assert_false(more_after(purges[i]));
		assert_int_equal(audited, NOW - 400 * DAY);
	}
	there = PURGE_MAX;
	assert_true(more_after(purge_audit));
	settings.audit_days = 0;
	audited = NEVER;
	assert_false(more_after(purge_audit));
	assert_int_equal(audited, NEVER);
}

static void
days_of_0_are_for_ever(void **state)
{
	(void)state;
	settings.night_days = settings.notification_days = settings.delivery_days = 0;
	assert_false(more_after(purge_book));
	assert_false(more_after(purge_alarm));
	assert_int_equal(nights, NEVER);
	assert_int_equal(notifications, NEVER);
	assert_int_equal(deliveries, NEVER);
}

static void
no_delivery_outlives_its_notification(void **state)
{
	(void)state;
	settings.delivery_days = 0;
	assert_false(more_after(purge_alarm));
	assert_int_equal(deliveries, NOW - 90 * DAY);
	settings.delivery_days = 100;
	assert_false(more_after(purge_alarm));
	assert_int_equal(deliveries, NOW - 90 * DAY);
	settings.notification_days = 0;
	assert_false(more_after(purge_alarm));
	assert_int_equal(deliveries, NOW - 100 * DAY);
}

static void
past_nights_are_kept_while_they_can_be_booked(void **state)
{
	(void)state;
	settings.past_dates = PAST_ALLOW;
	assert_false(more_after(purge_book));
	assert_int_equal(nights, NEVER);
	assert_int_equal(keys, NOW - 24 * HOUR);
}

static void
a_full_round_is_followed_by_another(void **state)
{
	(void)state;
	there = PURGE_MAX - 1;
	assert_false(more_after(purge_room) || more_after(purge_book) || more_after(purge_alarm));
	there = PURGE_MAX;
	assert_true(more_after(purge_room) && more_after(purge_book) && more_after(purge_alarm));
}

static void
what_was_forgotten_is_counted_by_kind(void **state)
{
	(void)state;
	CLEANUP(buf_done) struct buf text = BUF_INIT(4096);
	struct prometheus_text to = prometheus_text(&text);
	there = 3;
	assert_false(more_after(purge_book) || more_after(purge_book) || more_after(purge_alarm));
	purge_metrics(&app, &to.metrics);
	assert_ok(to.err);
	assert_non_null(strstr(text.data, "hotel_purged_total{kind=\"keys\"} 9\n"));
	assert_non_null(strstr(text.data, "hotel_purged_total{kind=\"nights\"} 6\n"));
	assert_non_null(strstr(text.data, "hotel_purged_total{kind=\"notifications\"} 3\n"));
	assert_non_null(strstr(text.data, "hotel_purged_total{kind=\"deliveries\"} 3\n"));
	assert_non_null(strstr(text.data, "hotel_purged_total{kind=\"audit\"} 9\n"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(each_kind_has_an_age_of_its_own, begin),
		cmocka_unit_test_setup(each_context_purges_its_audit, begin),
		cmocka_unit_test_setup(days_of_0_are_for_ever, begin),
		cmocka_unit_test_setup(no_delivery_outlives_its_notification, begin),
		cmocka_unit_test_setup(past_nights_are_kept_while_they_can_be_booked, begin),
		cmocka_unit_test_setup(a_full_round_is_followed_by_another, begin),
		cmocka_unit_test_setup(what_was_forgotten_is_counted_by_kind, begin),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
