/* SPDX-License-Identifier: MIT */
/* book_race - concurrent calls on the book store of MariaDB: invariants of every interleaving. */
#include "adapters/mariadb/book/book_store.h"
#include "tests/contract/book_tables.h"
#include "tests/contract/booking_attempt.h"
#include "tests/contract/crowd.h"
#include "tests/contract/database.h"
#include "tests/unit/test.h"

#include <sched.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>

#define CROWD 50

static struct db *db;
static struct book_store store;

/* The outcomes of the calls of a crowd. */
static struct {
	atomic_uint outcomes[ERR_MAX];
	atomic_uint kinds[HOLD_REFUSED + 1];
	_Atomic uint64_t ids[CROWD];
} seen;

static int
empty(void **state)
{
	(void)state;
	book_tables_empty();
	for (int i = 0; i < ERR_MAX; i++)
		seen.outcomes[i] = 0;
	for (int i = 0; i <= HOLD_REFUSED; i++)
		seen.kinds[i] = 0;
	for (uint64_t id = 1; id <= CROWD; id++) {
		const struct offer offer = attempt_offer(id);
		if (store.offer_put(store.self, &offer) != OK)
			return -1;
	}
	return 0;
}

static void
hold(unsigned number, const struct book_hold *asked)
{
	struct hold_result result = {.kind = HOLD_REFUSED};
	enum err err = store.hold(store.self, asked, &result);
	seen.outcomes[err]++;
	seen.kinds[result.kind]++;
	if (number < CROWD)
		seen.ids[number] = err == OK ? result.book.id : 0;
}

static struct book
held(uint64_t room_id, int from, int nights)
{
	const struct book_hold asked = attempt_hold(room_id, 0, from, nights);
	struct hold_result result;
	assert_ok(store.hold(store.self, &asked, &result));
	return result.book;
}

/* ---- holding ---- */

static void
hold_the_same(unsigned number, void *arg)
{
	const struct book_hold asked = attempt_hold(1, 100 + number, 0, 3);
	(void)arg;
	hold(number, &asked);
}

static void
of_fifty_guests_one_gets_the_nights_and_none_sees_a_deadlock(void **state)
{
	(void)state;
	crowd_run(CROWD, hold_the_same, NULL);
	assert_int_equal(seen.outcomes[OK], 1);
	assert_int_equal(seen.outcomes[ERR_TAKEN], CROWD - 1);
	assert_int_equal(database_number("book", "SELECT COUNT(*) FROM night"), 3);
	book_tables_agree();
}

static void
hold_anywhere(unsigned number, void *arg)
{
	unsigned seed = number;
	(void)arg;
	for (int i = 0; i < 20; i++) {
		const int from = rand_r(&seed) % 40, nights = 1 + rand_r(&seed) % 6;
		const uint64_t room_id = 1 + (uint64_t)rand_r(&seed) % 3;
		const struct book_hold asked = attempt_hold(room_id, 0, from, nights);
		hold(CROWD, &asked);
	}
}

static void
of_a_thousand_overlapping_stays_no_two_share_a_night(void **state)
{
	(void)state;
	crowd_run(CROWD, hold_anywhere, NULL);
	assert_int_equal(seen.outcomes[OK] + seen.outcomes[ERR_TAKEN], 20 * CROWD);
	assert_true(seen.outcomes[OK] > 20);
	book_tables_agree();
}

/* ---- holds that are made together ---- */

static void
hold_in_own_room(unsigned number, void *arg)
{
	const struct book_hold asked = attempt_hold(1 + number, 100 + number % 3, 0, 2);
	(void)arg;
	hold(number, &asked);
}

/* Locks the offer of room 1 until everybody but its own guest is done. The others begin once it is locked. */
static void
lock_or_hold(unsigned number, void *arg)
{
	atomic_bool *is_locked = arg;
	if (number < CROWD) {
		while (!*is_locked)
			sched_yield();
		hold_in_own_room(number, NULL);
		return;
	}
	struct db_try try = db_begin(db, DB_WRITE);
	while (db_next(&try)) {
		try.err = database_say(try.conn,
		                       "SELECT room_id FROM offer WHERE room_id = 1 FOR UPDATE");
		*is_locked = true;
		while (try.err == OK && seen.outcomes[OK] < CROWD - 1)
			sched_yield();
		seen.kinds[HOLD_REFUSED] = seen.outcomes[OK];
	}
}

static void
a_room_that_somebody_has_locked_delays_no_stranger(void **state)
{
	(void)state;
	atomic_bool is_locked = false;
	crowd_run(CROWD + 1, lock_or_hold, &is_locked);
	assert_int_equal(seen.kinds[HOLD_REFUSED], CROWD - 1);
	assert_int_equal(seen.outcomes[OK], CROWD);
	book_tables_agree();
}

/* Of four, two are refused: the room is not there, or the price has changed. */
static void
hold_or_be_refused(unsigned number, void *arg)
{
	struct book_hold asked = attempt_hold(1 + number, 0, 0, 2);
	(void)arg;
	if (number % 4 == 1)
		asked.book.room_id = 4711 + number;
	if (number % 4 == 3)
		asked.night_price++;
	hold(number, &asked);
}

static void
who_is_refused_disturbs_nobody(void **state)
{
	(void)state;
	crowd_run(CROWD, hold_or_be_refused, NULL);
	assert_int_equal(seen.outcomes[OK], 26 - 1);
	assert_int_equal(seen.outcomes[ERR_NOT_FOUND], 13);
	assert_int_equal(seen.outcomes[ERR_PRICE_CHANGED], 12);
	book_tables_agree();
}

/* One guest, in many rooms at once. */
static void
hold_as_one_guest(unsigned number, void *arg)
{
	struct book_hold asked = attempt_hold(1 + number, 100, 0, 2);
	(void)arg;
	asked.guest_limit = 20;
	hold(number, &asked);
}

static void
the_limit_of_a_guest_counts_holds_of_the_same_moment(void **state)
{
	(void)state;
	crowd_run(CROWD, hold_as_one_guest, NULL);
	assert_int_equal(seen.outcomes[OK], 20);
	assert_int_equal(seen.outcomes[ERR_TOO_MANY], CROWD - 20);
	book_tables_agree();
}

/* What nobody in particular is counted by: the network, the e-mail, or the telephone number. */
enum counted { BY_CLIENT, BY_EMAIL, BY_PHONE };

static void
hold_as_nobody(unsigned number, void *arg)
{
	const enum counted counted = *(enum counted *)arg;
	struct book_hold asked = attempt_hold(1 + number, 0, 0, 2);
	struct contact *contact = &asked.book.contact;
	asked.nobody_counts = true;
	asked.guest_limit = 7;
	snprintf(asked.client, sizeof(asked.client), "network-%u",
	         counted == BY_CLIENT ? 0 : number);
	snprintf(contact->email, sizeof(contact->email), "kim%u@example.com",
	         counted == BY_EMAIL ? 0 : number);
	snprintf(contact->phone, sizeof(contact->phone), "+82 2 123 %02u",
	         counted == BY_PHONE ? 0 : number);
	hold(number, &asked);
}

static void
holds_of_nobody_at_one_moment_count_each_other(void **state)
{
	for (enum counted counted = BY_CLIENT; counted <= BY_PHONE; counted++) {
		empty(state);
		crowd_run(CROWD, hold_as_nobody, &counted);
		assert_int_equal(seen.outcomes[OK], 7);
		assert_int_equal(seen.outcomes[ERR_TOO_MANY], CROWD - 7);
		book_tables_agree();
	}
}

static void
hold_with_mail(unsigned number, void *arg)
{
	struct book_hold asked = attempt_hold(1 + number, *(uint64_t *)arg, 0, 2);
	asked.nobody_counts = !asked.book.guest_id;
	asked.guest_limit = CROWD;
	asked.book.contact.mailing = MAILING_FEW;
	snprintf(asked.client, sizeof(asked.client), "network");
	hold(number, &asked);
}

static void
holds_of_one_moment_share_the_limit_of_mails_to_strangers(void **state)
{
	for (uint64_t guest_id = 0; guest_id <= 42; guest_id += 42) {
		empty(state);
		crowd_run(CROWD, hold_with_mail, &guest_id);
		assert_int_equal(seen.outcomes[OK], CROWD);
		assert_int_equal(
			database_number("book", "SELECT COUNT(*) FROM book WHERE mailing = 'few'"),
			MAILINGS_DAY_MAX);
		assert_int_equal(
			database_number("book", "SELECT COUNT(*) FROM book WHERE mailing = 'none'"),
			CROWD - MAILINGS_DAY_MAX);
	}
}

/* Takes the nights under the room's lock and rolls back, while others wait for the lock. */
static enum err
take_and_drop(void)
{
	struct db_try try = db_begin(db, DB_WRITE);
	while (db_next(&try)) {
		try.err = database_say(try.conn,
		                       "SELECT room_id FROM offer WHERE room_id = 1 FOR UPDATE");
		if (try.err == OK)
			try.err = database_say(try.conn,
			                       "INSERT INTO night (room_id, night, book_id) VALUES"
			                       " (1, '2027-05-06', 1), (1, '2027-05-07', 1)");
		if (try.err == OK)
			try.err = ERR_DECLINED;
	}
	return try.err;
}

static void
hold_or_drop(unsigned number, void *arg)
{
	if (number % 5) {
		hold_the_same(number, arg);
		return;
	}
	for (int i = 0; i < 10; i++)
		seen.outcomes[take_and_drop()]++;
}

static void
transactions_that_roll_back_leave_the_nights_to_exactly_one_guest(void **state)
{
	(void)state;
	crowd_run(CROWD, hold_or_drop, NULL);
	assert_int_equal(seen.kinds[HOLD_MADE], 1);
	assert_int_equal(seen.kinds[HOLD_REFUSED], CROWD - CROWD / 5 - 1);
	assert_int_equal(seen.outcomes[OK] + seen.outcomes[ERR_TAKEN] +
	                         seen.outcomes[ERR_DUPLICATE] + seen.outcomes[ERR_DECLINED],
	                 CROWD - CROWD / 5 + CROWD / 5 * 10);
	book_tables_agree();
}

static void
hold_with_one_key(unsigned number, void *arg)
{
	struct book_hold asked = attempt_hold(1, 42, 0, 3);
	(void)arg;
	asked.key = attempt_key("the same", 1);
	hold(number, &asked);
}

static void
one_key_sent_many_times_at_once_makes_one_booking_that_all_get(void **state)
{
	(void)state;
	crowd_run(CROWD, hold_with_one_key, NULL);
	assert_int_equal(seen.outcomes[OK], CROWD);
	assert_int_equal(seen.kinds[HOLD_MADE], 1);
	assert_int_equal(seen.kinds[HOLD_REPLAYED], CROWD - 1);
	for (unsigned i = 1; i < CROWD; i++)
		assert_int_equal(seen.ids[i], seen.ids[0]);
	assert_int_equal(database_number("book", "SELECT COUNT(*) FROM book"), 1);
	assert_int_equal(database_number("book", "SELECT COUNT(*) FROM idempotency"), 1);
}

static void
hold_with_one_key_elsewhere(unsigned number, void *arg)
{
	struct book_hold asked = attempt_hold(1 + number, 42, 0, 3);
	(void)arg;
	asked.key = attempt_key("the same", (unsigned char)number);
	hold(number, &asked);
}

static void
one_key_for_many_rooms_at_once_makes_one_booking(void **state)
{
	(void)state;
	crowd_run(CROWD, hold_with_one_key_elsewhere, NULL);
	assert_int_equal(seen.outcomes[OK], 1);
	assert_int_equal(seen.outcomes[ERR_KEY_REUSED], CROWD - 1);
	assert_int_equal(database_number("book", "SELECT COUNT(*) FROM book"), 1);
	book_tables_agree();
}

static void
hold_a_room_each(unsigned number, void *arg)
{
	const struct book_hold asked = attempt_hold(1 + number, 42, 0, 1);
	(void)arg;
	hold(number, &asked);
}

static void
one_guest_in_many_rooms_at_once_stays_within_the_limit(void **state)
{
	(void)state;
	crowd_run(CROWD, hold_a_room_each, NULL);
	assert_int_equal(seen.outcomes[OK], 20);
	assert_int_equal(seen.outcomes[ERR_TOO_MANY], CROWD - 20);
	book_tables_agree();
}

/* ---- changing ---- */

static void
change_somehow(unsigned number, void *arg)
{
	static const enum book_action actions[] = {BOOK_APPROVE, BOOK_DECLINE, BOOK_EXPIRE,
	                                           BOOK_CANCEL, BOOK_DEFER};
	const struct book_change change = attempt_change(*(uint64_t *)arg, actions[number % 5]);
	struct book book;
	seen.outcomes[store.apply(store.self, &change, &book)]++;
}

static void
concurrent_changes_of_a_booking_happen_in_turn_as_the_state_table_allows(void **state)
{
	(void)state;
	for (int i = 0; i < 10; i++) {
		uint64_t id = held(1, i, 1).id;
		crowd_run(20, change_somehow, &id);
	}
	assert_int_equal(seen.outcomes[OK] + seen.outcomes[ERR_STATE_CONFLICT], 200);
	assert_int_equal(database_number("book", "SELECT COUNT(*) FROM book_step"),
	                 10 + seen.outcomes[OK]);
	assert_int_equal(database_number("book", "SELECT COUNT(*) FROM outbox"), seen.outcomes[OK]);
	assert_int_equal(database_number("book", "SELECT SUM(version) FROM book"),
	                 10 + seen.outcomes[OK]);
	book_tables_agree();
}

static void
cancel_with_one_key(unsigned number, void *arg)
{
	struct book_change change = attempt_change(*(uint64_t *)arg, BOOK_CANCEL);
	struct book book;
	(void)number;
	change.key = attempt_key("cancel", 1);
	seen.outcomes[store.apply(store.self, &change, &book)]++;
}

static void
concurrent_cancels_happen_once_and_succeed_for_all(void **state)
{
	(void)state;
	uint64_t id = held(1, 0, 3).id;
	crowd_run(20, cancel_with_one_key, &id);
	assert_int_equal(seen.outcomes[OK], 20);
	assert_int_equal(database_number("book", "SELECT COUNT(*) FROM outbox"), 1);
	book_tables_agree();
}

/* ---- approving ---- */

static void
approve_own(unsigned number, void *arg)
{
	const uint64_t *ids = arg;
	struct book_change change = attempt_change(ids[number], BOOK_APPROVE);
	struct book book;
	change.pay_id = 1000 + number;
	enum err err = store.apply(store.self, &change, &book);
	seen.outcomes[err]++;
	seen.ids[number] = err == OK && book.status == BOOK_BOOKED && book.id == ids[number] &&
	                                   book.pay_id == change.pay_id
	                           ? book.version
	                           : 0;
}

static void
approvals_at_once_are_each_made_once_and_those_refused_disturb_nobody(void **state)
{
	(void)state;
	uint64_t ids[CROWD];
	struct book book;
	for (unsigned i = 0; i < CROWD; i++)
		ids[i] = held(1 + i, 0, 2).id;
	const struct book_change expire = attempt_change(ids[7], BOOK_EXPIRE);
	assert_ok(store.apply(store.self, &expire, &book));
	ids[9] = 4711;
	crowd_run(CROWD, approve_own, ids);
	assert_int_equal(seen.outcomes[OK], CROWD - 2);
	assert_int_equal(seen.outcomes[ERR_STATE_CONFLICT], 1);
	assert_int_equal(seen.outcomes[ERR_NOT_FOUND], 1);
	for (unsigned i = 0; i < CROWD; i++)
		assert_int_equal(seen.ids[i], i == 7 || i == 9 ? 0 : 2);
	assert_int_equal(database_number("book", "SELECT COUNT(DISTINCT correlation_id) FROM outbox"
	                                         " WHERE type = 'Booked'"),
	                 CROWD - 2);
	book_tables_agree();
}

static void
approve_the_same(unsigned number, void *arg)
{
	struct book_change change = attempt_change(*(const uint64_t *)arg, BOOK_APPROVE);
	struct book book;
	(void)number;
	change.pay_id = 1000;
	seen.outcomes[store.apply(store.self, &change, &book)]++;
}

static void
a_booking_that_is_approved_by_many_at_once_is_approved_once(void **state)
{
	(void)state;
	uint64_t id = held(1, 0, 2).id;
	crowd_run(CROWD, approve_the_same, &id);
	assert_int_equal(seen.outcomes[OK], 1);
	assert_int_equal(seen.outcomes[ERR_STATE_CONFLICT], CROWD - 1);
	assert_int_equal(
		database_number("book", "SELECT COUNT(*) FROM outbox WHERE type = 'Booked'"), 1);
	book_tables_agree();
}

static void
hold_cancel_or_close(unsigned number, void *arg)
{
	static const struct origin origin = {.request_id = "r"};
	(void)arg;
	if (number == 25)
		seen.outcomes[store.room_close(store.self, 1, true, ATTEMPT_DAY, &origin)]++;
	else
		hold_anywhere(number, NULL);
}

/* The half that are even claim as an account, the others cancel by the key that counts until then. */
static void
claim_or_cancel(unsigned number, void *arg)
{
	const struct book *booked = arg;
	struct book book;
	const struct book_claim claim = {
		.id = booked->id,
		.claimant = {.account_id = 1000000000 + number, .email = "a@b.example"}};
	struct book_change change = attempt_change(booked->id, BOOK_CANCEL);
	change.owned = true;
	change.origin.caller = (struct caller){
		.roles = ROLE_KEY_HOLDER, .key_book_id = booked->id, .key_version = BOOK_KEY_FIRST};
	if (number % 2)
		seen.outcomes[store.apply(store.self, &change, &book)]++;
	else
		seen.kinds[store.claim(store.self, &claim, &book) == OK ? HOLD_OWN
		                                                        : HOLD_REFUSED]++;
}

static void
a_booking_that_is_claimed_and_cancelled_at_once_goes_to_one_account_and_is_cancelled_at_most_once(
	void **state)
{
	(void)state;
	struct book booked = held(1, 0, 3);
	crowd_run(CROWD, claim_or_cancel, &booked);
	assert_int_equal(seen.kinds[HOLD_OWN], 1);
	assert_int_equal(seen.kinds[HOLD_REFUSED], CROWD / 2 - 1);
	assert_true(seen.outcomes[OK] <= 1);
	assert_int_equal(seen.outcomes[OK] + seen.outcomes[ERR_NOT_FOUND] +
	                         seen.outcomes[ERR_STATE_CONFLICT],
	                 CROWD / 2);
	assert_int_equal(database_number("book", "SELECT COUNT(*) FROM book WHERE key_version = 2"
	                                         " AND guest_id >= 1000000000"),
	                 1);
	assert_int_equal(database_number("book", "SELECT version FROM book"),
	                 2 + seen.outcomes[OK]);
	book_tables_agree();
}

static void
a_room_closed_while_it_is_being_booked_keeps_no_booking(void **state)
{
	(void)state;
	crowd_run(CROWD, hold_cancel_or_close, NULL);
	assert_int_equal(database_number("book", "SELECT COUNT(*) FROM night WHERE room_id = 1"),
	                 0);
	assert_int_equal(database_number("book", "SELECT COUNT(*) FROM book WHERE room_id = 1"
	                                         " AND status <> 'BookCanceled'"),
	                 0);
	assert_int_equal(seen.outcomes[OK] + seen.outcomes[ERR_TAKEN] +
	                         seen.outcomes[ERR_NOT_FOUND],
	                 20 * (CROWD - 1) + 1);
	book_tables_agree();
}

/* ---- outcomes ---- */

static void
settle(unsigned number, void *arg)
{
	const struct due_query query = {
		.stale_ms = 60000, .retry_ms = 60000, .max_retries = 5, .max = 5};
	struct due_book due[5];
	size_t n = 0;
	(void)number;
	do {
		n = 0;
		seen.outcomes[store.due(store.self, &query, due, &n)]++;
		for (size_t i = 0; i < n; i++)
			((atomic_uint *)arg)[due[i].book.id % CROWD]++;
	} while (n);
}

static void
several_settlers_never_take_the_same_booking(void **state)
{
	(void)state;
	static atomic_uint taken[CROWD];
	for (int i = 0; i < CROWD; i++) {
		const struct book_change defer =
			attempt_change(held(1 + (uint64_t)i, 0, 1).id, BOOK_DEFER);
		struct book book;
		assert_ok(store.apply(store.self, &defer, &book));
		taken[i] = 0;
	}
	crowd_run(6, settle, taken);
	for (int i = 0; i < CROWD; i++)
		assert_int_equal(taken[i], 1);
	assert_int_equal(database_number("book", "SELECT SUM(attempts) FROM book"), CROWD);
}

static void
an_active_booking_of_a_closed_room_is_due(void **state)
{
	(void)state;
	const struct due_query query = {
		.stale_ms = 60000, .retry_ms = 60000, .today = ATTEMPT_DAY, .max = 5};
	struct due_book due[5];
	size_t n = 0;
	const struct book future = held(1, 0, 1);
	held(1, -3, 1);
	held(2, 0, 1);
	database_run("book", "UPDATE offer SET closed = TRUE WHERE room_id = 1");
	assert_ok(store.due(store.self, &query, due, &n));
	assert_int_equal(n, 1);
	assert_int_equal(due[0].kind, DUE_CLOSED);
	assert_int_equal(due[0].book.id, future.id);
}

#define TEST(name) cmocka_unit_test_setup(name, empty)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(of_fifty_guests_one_gets_the_nights_and_none_sees_a_deadlock),
		TEST(of_a_thousand_overlapping_stays_no_two_share_a_night),
		TEST(a_room_that_somebody_has_locked_delays_no_stranger),
		TEST(who_is_refused_disturbs_nobody),
		TEST(the_limit_of_a_guest_counts_holds_of_the_same_moment),
		TEST(holds_of_nobody_at_one_moment_count_each_other),
		TEST(holds_of_one_moment_share_the_limit_of_mails_to_strangers),
		TEST(transactions_that_roll_back_leave_the_nights_to_exactly_one_guest),
		TEST(one_key_sent_many_times_at_once_makes_one_booking_that_all_get),
		TEST(one_key_for_many_rooms_at_once_makes_one_booking),
		TEST(one_guest_in_many_rooms_at_once_stays_within_the_limit),
		TEST(concurrent_changes_of_a_booking_happen_in_turn_as_the_state_table_allows),
		TEST(concurrent_cancels_happen_once_and_succeed_for_all),
		TEST(a_booking_that_is_claimed_and_cancelled_at_once_goes_to_one_account_and_is_cancelled_at_most_once),
		TEST(approvals_at_once_are_each_made_once_and_those_refused_disturb_nobody),
		TEST(a_booking_that_is_approved_by_many_at_once_is_approved_once),
		TEST(a_room_closed_while_it_is_being_booked_keeps_no_booking),
		TEST(several_settlers_never_take_the_same_booking),
		TEST(an_active_booking_of_a_closed_room_is_due),
	};
	database_start();
	db = database_open("book");
	if (book_store_mariadb(db, &store) != OK)
		return 1;
	int failed = cmocka_run_group_tests_name("books at once", tests, NULL, NULL);
	book_store_mariadb_close(&store);
	database_stop();
	return failed;
}
