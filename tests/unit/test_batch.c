/* SPDX-License-Identifier: MIT */
/* Batches and dispositions: what becomes of events when applying them fails. */
#include "tests/unit/test.h"

#include "base/backoff.h"
#include "base/mem.h"
#include "workers/batch.h"

#include <string.h>

/* The store: it fails as planned and records what it applied. */
static struct {
	enum err of_part;         /* the outcome of every call, unless OK */
	uint64_t bad_id;          /* the event of this booking fails... */
	enum err of_bad;          /* ...with this */
	uint64_t part_gone_after; /* after this booking's event the part is down; 0: never */
	uint64_t applied[64];
	size_t n_applied, calls;
} store;

static enum err
apply(const struct app *app, const struct event events[], size_t n)
{
	(void)app;
	store.calls++;
	for (size_t i = 0; store.of_part == OK && i < n; i++)
		if (events[i].data.book.id == store.bad_id)
			return store.of_bad;
	if (store.of_part != OK)
		return store.of_part;
	for (size_t i = 0; i < n; i++) {
		store.applied[store.n_applied++] = events[i].data.book.id;
		if (events[i].data.book.id == store.part_gone_after)
			store.of_part = ERR_UNAVAILABLE;
	}
	return OK;
}

static const struct worker worker = {.name = "worker-test", .apply = apply};

static struct batch batch;

static void
add(uint64_t book_id)
{
	struct event *event = batch_next(&batch);
	assert_non_null(event);
	memset(event, 0, sizeof(*event));
	event->data.book.id = book_id;
	batch_add(&batch, 100 + book_id);
}

static int
begin(void **state)
{
	(void)state;
	memset(&store, 0, sizeof(store));
	return batch_open(&batch, 8) == OK ? 0 : -1;
}

static int
end(void **state)
{
	(void)state;
	batch_close(&batch);
	return 0;
}

static void
a_batch_is_applied_in_one_call(void **state)
{
	(void)state;
	add(1), add(2), add(3);
	assert_ok(batch_apply(&batch, &worker, NULL, 0));
	assert_int_equal(store.calls, 1);
	assert_true(batch_is_done(&batch));
	batch_sweep(&batch);
	assert_int_equal(batch.n, 0);
}

static void
a_full_batch_takes_no_further_event(void **state)
{
	(void)state;
	for (uint64_t id = 1; id <= 8; id++)
		add(id);
	assert_null(batch_next(&batch));
}

static void
an_unavailable_part_is_not_counted_against_any_event(void **state)
{
	(void)state;
	store.of_part = ERR_UNAVAILABLE;
	add(1), add(2);
	for (unsigned i = 0; i < 3 * BATCH_FAILURES_MAX; i++)
		assert_err(batch_apply(&batch, &worker, NULL, i), ERR_UNAVAILABLE);
	batch_sweep(&batch);
	assert_int_equal(batch.n, 2);
	assert_int_equal(batch_retry_at(&batch), INT64_MAX);
	store.of_part = OK;
	assert_ok(batch_apply(&batch, &worker, NULL, 0));
	assert_true(batch_is_done(&batch));
}

static void
a_poison_event_is_dead_lettered_at_once_and_the_others_are_applied(void **state)
{
	(void)state;
	store.bad_id = 2;
	store.of_bad = ERR_POISON;
	add(1), add(2), add(3);
	assert_ok(batch_apply(&batch, &worker, NULL, 0));
	assert_int_equal(batch.items[0].state, BATCH_DONE);
	assert_int_equal(batch.items[1].state, BATCH_DEAD);
	assert_int_equal(batch.items[2].state, BATCH_DONE);
	assert_false(batch_is_done(&batch));
}

static void
an_event_that_keeps_failing_by_itself_is_dead_lettered_in_the_end(void **state)
{
	(void)state;
	int64_t now = 1000;
	store.bad_id = 2;
	store.of_bad = ERR_BUG;
	add(1), add(2), add(3);
	assert_ok(batch_apply(&batch, &worker, NULL, now));
	batch_sweep(&batch);
	assert_int_equal(batch.n, 1);
	for (unsigned tries = 1; tries < BATCH_FAILURES_MAX; tries++) {
		assert_int_equal(batch.items[0].state, BATCH_WAITING);
		assert_int_equal(batch.items[0].failures, tries);
		assert_true(batch_retry_at(&batch) > now);
		now = batch_retry_at(&batch);
		assert_ok(batch_apply(&batch, &worker, NULL, now));
	}
	assert_int_equal(batch.items[0].state, BATCH_DEAD);
	assert_err(batch.items[0].last, ERR_BUG);
	assert_int_equal(batch.retries, BATCH_FAILURES_MAX - 1);
	assert_int_equal(store.n_applied, 2);
}

static void
a_failing_event_is_not_retried_before_its_backoff_is_over(void **state)
{
	(void)state;
	store.bad_id = 1;
	store.of_bad = ERR_STATE_CONFLICT;
	add(1);
	assert_ok(batch_apply(&batch, &worker, NULL, 0));
	size_t calls = store.calls;
	assert_ok(batch_apply(&batch, &worker, NULL, batch_retry_at(&batch) - 1));
	assert_int_equal(store.calls, calls);
	add(2);
	assert_ok(batch_apply(&batch, &worker, NULL, batch_retry_at(&batch) - 1));
	assert_int_equal(store.calls, calls + 1);
	assert_int_equal(batch.items[1].state, BATCH_DONE);
}

static void
an_event_whose_retry_succeeds_is_done(void **state)
{
	(void)state;
	store.bad_id = 1;
	store.of_bad = ERR_NOT_FOUND;
	add(1);
	assert_ok(batch_apply(&batch, &worker, NULL, 0));
	store.bad_id = 0;
	assert_ok(batch_apply(&batch, &worker, NULL, batch_retry_at(&batch)));
	assert_int_equal(batch.items[0].state, BATCH_DONE);
}

static void
events_that_were_applied_stay_done_when_a_part_goes_down(void **state)
{
	(void)state;
	store.bad_id = 1;
	store.of_bad = ERR_BUG;
	store.part_gone_after = 2;
	add(1), add(2), add(3);
	assert_err(batch_apply(&batch, &worker, NULL, 0), ERR_UNAVAILABLE);
	assert_int_equal(batch.items[0].failures, 1);
	assert_int_equal(batch.items[1].state, BATCH_DONE);
	assert_int_equal(batch.items[2].state, BATCH_WAITING);
	assert_int_equal(batch.items[2].failures, 0);
	batch_sweep(&batch);
	assert_int_equal(batch.n, 2);
	assert_int_equal(batch.events[1].data.book.id, 3);
}

/* The whole table once more: a disposition must not change by accident. */
static void
every_outcome_has_its_disposition(void **state)
{
	(void)state;
	static const enum disposition expected[ERR_MAX] = {
		[OK] = DISPOSITION_ACK,
		[ERR_MALFORMED] = DISPOSITION_DEAD_LETTER,
		[ERR_INVALID] = DISPOSITION_RETRY_SINGLE,
		[ERR_TOO_LARGE] = DISPOSITION_RETRY_SINGLE,
		[ERR_MEDIA_TYPE] = DISPOSITION_RETRY_SINGLE,
		[ERR_METHOD] = DISPOSITION_RETRY_SINGLE,
		[ERR_UNAUTHORIZED] = DISPOSITION_PAUSE,
		[ERR_FORBIDDEN] = DISPOSITION_PAUSE,
		[ERR_NOT_FOUND] = DISPOSITION_RETRY_SINGLE,
		[ERR_DECLINED] = DISPOSITION_RETRY_SINGLE,
		[ERR_TAKEN] = DISPOSITION_RETRY_SINGLE,
		[ERR_PRICE_CHANGED] = DISPOSITION_RETRY_SINGLE,
		[ERR_HAS_BOOKINGS] = DISPOSITION_RETRY_SINGLE,
		[ERR_STATE_CONFLICT] = DISPOSITION_RETRY_SINGLE,
		[ERR_VERSION_CONFLICT] = DISPOSITION_RETRY_SINGLE,
		[ERR_NOT_MODIFIED] = DISPOSITION_ACK,
		[ERR_KEY_IN_PROGRESS] = DISPOSITION_PAUSE,
		[ERR_KEY_REUSED] = DISPOSITION_RETRY_SINGLE,
		[ERR_TOO_MANY] = DISPOSITION_PAUSE,
		[ERR_PAY_UNAVAILABLE] = DISPOSITION_PAUSE,
		[ERR_NOT_SENT] = DISPOSITION_PAUSE,
		[ERR_UNKNOWN] = DISPOSITION_PAUSE,
		[ERR_UNDECIDED] = DISPOSITION_PAUSE,
		[ERR_UNAVAILABLE] = DISPOSITION_PAUSE,
		[ERR_TIMEOUT] = DISPOSITION_PAUSE,
		[ERR_CONFLICT] = DISPOSITION_PAUSE,
		[ERR_DUPLICATE] = DISPOSITION_RETRY_SINGLE,
		[ERR_UNCHANGED] = DISPOSITION_RETRY_SINGLE,
		[ERR_CLOSED] = DISPOSITION_PAUSE,
		[ERR_POISON] = DISPOSITION_DEAD_LETTER,
		[ERR_MEMORY] = DISPOSITION_PAUSE,
		[ERR_SYSTEM] = DISPOSITION_PAUSE,
		[ERR_BUG] = DISPOSITION_RETRY_SINGLE,
	};
	for (int err = 0; err < ERR_MAX; err++)
		assert_string_equal(disposition_name(disposition_of((enum err)err)),
		                    disposition_name(expected[err]));
}

static void
pauses_double_up_to_their_limit_and_start_over(void **state)
{
	(void)state;
	struct backoff backoff = {.least_ms = 100, .most_ms = 1000};
	static const uint32_t due[] = {100, 200, 400, 800, 1000, 1000};
	for (size_t i = 0; i < ARRAY_SIZE(due); i++) {
		uint32_t ms = backoff_next(&backoff);
		assert_in_range(ms, due[i] / 2, due[i]);
	}
	backoff_reset(&backoff);
	assert_in_range(backoff_next(&backoff), 50, 100);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_batch_is_applied_in_one_call, begin, end),
		cmocka_unit_test_setup_teardown(a_full_batch_takes_no_further_event, begin, end),
		cmocka_unit_test_setup_teardown(
			an_unavailable_part_is_not_counted_against_any_event, begin, end),
		cmocka_unit_test_setup_teardown(
			a_poison_event_is_dead_lettered_at_once_and_the_others_are_applied, begin,
			end),
		cmocka_unit_test_setup_teardown(
			an_event_that_keeps_failing_by_itself_is_dead_lettered_in_the_end, begin,
			end),
		cmocka_unit_test_setup_teardown(
			a_failing_event_is_not_retried_before_its_backoff_is_over, begin, end),
		cmocka_unit_test_setup_teardown(an_event_whose_retry_succeeds_is_done, begin, end),
		cmocka_unit_test_setup_teardown(
			events_that_were_applied_stay_done_when_a_part_goes_down, begin, end),
		cmocka_unit_test(every_outcome_has_its_disposition),
		cmocka_unit_test(pauses_double_up_to_their_limit_and_start_over),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
