/* SPDX-License-Identifier: MIT */
/* payment - the suite of payment_store, in memory and on MariaDB, and a race on MariaDB. */
#include "adapters/mariadb/pay/payment_store.h"
#include "tests/contract/crowd.h"
#include "tests/contract/database.h"
#include "tests/contract/life.h"
#include "tests/contract/payment_suite.h"
#include "tests/fakes/payment_fake.h"
#include "tests/unit/test.h"

#include <pthread.h>
#include <stdatomic.h>

#define RACERS 12
#define BOOKS  40

static struct payment_fake fake;
static struct payment_store store;

static void
empty_fake(void)
{
	fake = (struct payment_fake){.now = 1800000000000};
}

static size_t
events_fake(struct event ret_events[], size_t max)
{
	for (size_t i = 0; i < fake.n_events && i < max; i++)
		ret_events[i] = fake.events[i];
	return fake.n_events;
}

static void
empty_mariadb(void)
{
	database_run("pay", "DELETE FROM payment");
	database_run("pay", "DELETE FROM holder");
	database_run("pay", "DELETE FROM outbox");
}

static size_t
events_mariadb(struct event ret_events[], size_t max)
{
	return database_events("pay", ret_events, max);
}

/* ---- concurrent ---- */

struct racer {
	pthread_t thread;
	unsigned number;
	unsigned firsts, approvals;
	enum err err; /* the first that was not OK */
};

static enum err
race_once(struct racer *racer, uint64_t book_id)
{
	static const struct origin origin = {.request_id = "r"};
	const struct event end = life_book(book_id, 2, BOOK_EXPIRED);
	const struct payment_order order = payment_suite_order(book_id);
	struct payment payment;
	bool first;
	if (racer->number % 3 == 2)
		return store.bookings_apply(store.self, &end, 1);
	enum err err = store.decide(store.self, &order,
	                            racer->number % 3 ? PAYMENT_APPROVE : PAYMENT_DECLINE, &origin,
	                            &payment, &first);
	racer->firsts += err == OK && first;
	racer->approvals += err == OK && payment.status == PAY_APPROVED;
	return err;
}

static void *
race(void *arg)
{
	struct racer *racer = arg;
	for (uint64_t book_id = 1; racer->err == OK && book_id <= BOOKS; book_id++)
		racer->err = race_once(racer, book_id);
	return NULL;
}

static void
an_expired_booking_keeps_no_money_in_whatever_order_approval_decline_and_expiry_come(void **state)
{
	(void)state;
	struct racer racers[RACERS] = {{.err = OK}};
	empty_mariadb();
	for (unsigned i = 0; i < RACERS; i++) {
		racers[i].number = i;
		assert_int_equal(pthread_create(&racers[i].thread, NULL, race, &racers[i]), 0);
	}
	unsigned firsts = 0;
	for (unsigned i = 0; i < RACERS; i++) {
		pthread_join(racers[i].thread, NULL);
		assert_ok(racers[i].err);
		firsts += racers[i].firsts;
	}
	assert_int_equal(database_number("pay", "SELECT COUNT(*) FROM payment"), BOOKS);
	assert_int_equal(database_number("pay", "SELECT COUNT(*) FROM payment"
	                                        " WHERE status = 'PayApproved'"),
	                 0);
	assert_int_equal(database_number("pay", "SELECT COUNT(*) FROM payment"
	                                        " WHERE status <> 'PayVoided'"),
	                 firsts);
	assert_int_equal(database_number("pay", "SELECT COUNT(*) FROM outbox"),
	                 database_number("pay", "SELECT COALESCE(SUM(version), 0) FROM payment"
	                                        " WHERE status <> 'PayVoided'"));
}

/* ---- decisions of one moment ---- */

#define CROWD 40

static struct {
	atomic_uint approved, firsts, failed, wrong;
} seen;

/* Three of four decide a booking of their own, the others all the same one; a claim came before some. */
static void
decide_at_once(unsigned number, void *arg)
{
	static const struct origin origin = {.request_id = "r"};
	const uint64_t book_id = number % 4 ? 1000 + number : 1000;
	const struct payment_order order = payment_suite_order(book_id);
	struct payment payment;
	bool first = false;
	(void)arg;
	enum err err = store.decide(store.self, &order, PAYMENT_APPROVE, &origin, &payment, &first);
	seen.failed += err != OK;
	seen.approved += err == OK && payment.status == PAY_APPROVED;
	seen.firsts += first;
	seen.wrong += err == OK && payment.book_id != book_id;
}

static void
decisions_at_once_make_one_payment_for_each_booking(void **state)
{
	(void)state;
	empty_mariadb();
	seen.approved = seen.firsts = seen.failed = seen.wrong = 0;
	database_run("pay",
	             "INSERT INTO holder (book_id, guest_id, key_version) VALUES (1001, 77, 2)");
	crowd_run(CROWD, decide_at_once, NULL);
	assert_int_equal(seen.failed, 0);
	assert_int_equal(seen.wrong, 0);
	assert_int_equal(seen.approved, CROWD);
	assert_int_equal(seen.firsts, CROWD / 4 * 3 + 1);
	assert_int_equal(database_number("pay", "SELECT COUNT(*) FROM payment"), CROWD / 4 * 3 + 1);
	assert_int_equal(database_number("pay", "SELECT COUNT(DISTINCT correlation_id) FROM outbox"
	                                        " WHERE type = 'PaymentApproved'"),
	                 CROWD / 4 * 3 + 1);
	assert_int_equal(database_number("pay", "SELECT COUNT(*) FROM payment"
	                                        " WHERE guest_id = 77 AND key_version = 2"),
	                 1);
}

int
main(void)
{
	const struct CMUnitTest together[] = {
		cmocka_unit_test(
			an_expired_booking_keeps_no_money_in_whatever_order_approval_decline_and_expiry_come),
		cmocka_unit_test(decisions_at_once_make_one_payment_for_each_booking),
	};
	const struct payment_world in_memory = {payment_fake_port(&fake), empty_fake, events_fake};
	int failed = payment_suite_run("payment_store in memory", &in_memory);
	database_start();
	if (payment_store_mariadb(database_open("pay"), &store) != OK)
		return 1;
	const struct payment_world on_mariadb = {store, empty_mariadb, events_mariadb};
	failed += payment_suite_run("payment_store on MariaDB", &on_mariadb);
	failed += cmocka_run_group_tests_name("concurrent", together, NULL, NULL);
	payment_store_mariadb_close(&store);
	database_stop();
	return failed;
}
