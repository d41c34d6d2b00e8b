/* SPDX-License-Identifier: MIT */
/* book_crash - the book store while its server dies and its sessions are killed. */
#include "adapters/mariadb/book/book_store.h"
#include "base/clock.h"
#include "tests/contract/book_tables.h"
#include "tests/contract/booking_attempt.h"
#include "tests/contract/crowd.h"
#include "tests/contract/database.h"
#include "tests/unit/test.h"

#include <sched.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <time.h>

#define CLIENTS   8
#define ENOUGH    200  /* bookings before the failure, and again after it */
#define BOOKS_MAX 2000 /* of one client */
#define ROOMS     (CLIENTS * BOOKS_MAX / 400)
#define LIMIT_MS  60000

static struct book_store store;
static void (*strike)(void); /* what happens to the server */
static atomic_bool struck;
static int64_t end_ms;
static atomic_uint outcomes[ERR_MAX];
static struct book answered[CLIENTS][BOOKS_MAX];
static int n_answered[CLIENTS];

static int
empty(void **state)
{
	(void)state;
	book_tables_empty();
	struck = false;
	end_ms = monotonic_ms() + LIMIT_MS;
	for (int i = 0; i < ERR_MAX; i++)
		outcomes[i] = 0;
	for (uint64_t id = 1; id <= ROOMS; id++) {
		const struct offer offer = attempt_offer(id);
		if (store.offer_put(store.self, &offer) != OK)
			return -1;
	}
	return 0;
}

static bool
is_over(void)
{
	return (struck && outcomes[OK] >= 2 * ENOUGH) || monotonic_ms() > end_ms;
}

/* Books the client's next night; every second booking is approved too. */
static enum err
book_one(unsigned client, int i, struct book *ret_book)
{
	const uint64_t room_id = 1 + client + CLIENTS * (uint64_t)(i / 400);
	const struct book_hold asked = attempt_hold(room_id, 0, i % 400, 1);
	struct hold_result result;
	enum err err = store.hold(store.self, &asked, &result);
	if (err != OK)
		return err;
	*ret_book = result.book;
	if (i % 2 == 0)
		return OK;
	const struct book_change approve = attempt_change(result.book.id, BOOK_APPROVE);
	do
		err = store.apply(store.self, &approve, ret_book);
	while (err == ERR_UNAVAILABLE && !is_over());
	return err;
}

/* Retries what could not be done until the server is back; any other error ends the test. */
static void
book_on(unsigned client)
{
	int i = 0;
	enum err err = OK;
	while (i < BOOKS_MAX && !is_over() && (err == OK || err == ERR_UNAVAILABLE)) {
		err = book_one(client, i, &answered[client][i]);
		outcomes[err]++;
		i += err == OK;
	}
	n_answered[client] = i;
}

static void
book_on_or_strike(unsigned number, void *arg)
{
	(void)arg;
	if (number < CLIENTS) {
		book_on(number);
		return;
	}
	while (outcomes[OK] < ENOUGH && !is_over())
		sched_yield();
	strike();
	struck = true;
}

static void
answers_hold(void)
{
	for (int client = 0; client < CLIENTS; client++)
		for (int i = 0; i < n_answered[client]; i++) {
			const struct book *said = &answered[client][i];
			struct book book;
			assert_ok(store.find(store.self, said->id, NULL, &book));
			assert_int_equal(book.status, said->status);
			assert_int_equal(book.version, said->version);
		}
	book_tables_agree();
}

static void
strike_and_look(void (*how)(void))
{
	strike = how;
	crowd_run(CLIENTS + 1, book_on_or_strike, NULL);
	assert_true(struck && outcomes[OK] >= 2 * ENOUGH);
	for (int err = OK + 1; err < ERR_MAX; err++)
		if (err != ERR_UNAVAILABLE)
			assert_int_equal(outcomes[err], 0);
	answers_hold();
}

static void
what_was_confirmed_before_a_server_crash_is_there_after_it(void **state)
{
	(void)state;
	strike_and_look(database_crash);
}

static void
kill_sessions(void)
{
	const struct timespec pause = {.tv_nsec = 20000000};
	for (int i = 0; i < 20; i++) {
		database_run("book", "KILL CONNECTION USER hotel_book");
		nanosleep(&pause, NULL);
	}
}

static void
killed_sessions_neither_lose_a_booking_nor_make_one_twice(void **state)
{
	(void)state;
	strike_and_look(kill_sessions);
	assert_int_equal(outcomes[ERR_UNAVAILABLE], 0);
}

#define TEST(name) cmocka_unit_test_setup(name, empty)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(what_was_confirmed_before_a_server_crash_is_there_after_it),
		TEST(killed_sessions_neither_lose_a_booking_nor_make_one_twice),
	};
	if (setenv("MARIADB_SAFE", "1", 1))
		return 1;
	database_start();
	if (book_store_mariadb(database_open("book"), &store) != OK)
		return 1;
	int failed = cmocka_run_group_tests_name("books and a dying server", tests, NULL, NULL);
	book_store_mariadb_close(&store);
	database_stop();
	return failed;
}
