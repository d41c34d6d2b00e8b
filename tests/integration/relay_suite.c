/* SPDX-License-Identifier: MIT */
/* Relaying: every row of the outbox is published, and only then removed. The outbox is the fake in
 * memory; published events are read from the queue of alarm, which gets all of them. */
#include "tests/integration/suites.h"

#include "tests/contract/life.h"
#include "tests/fakes/outbox_fake.h"
#include "tests/integration/proxy.h"
#include "tests/integration/rabbit.h"
#include "tests/unit/test.h"

#include "adapters/amqp/topology.h"
#include "adapters/json/event.h"
#include "base/clock.h"
#include "base/mem.h"
#include "workers/relay.h"

#include <pthread.h>
#include <string.h>
#include <time.h>

#define LIMIT_MS  60000
#define LEASE_S   15
#define BOOKS_MAX 4001

static struct outbox_fake fake;

static const struct worker worker = {.name = "worker-book", .context = "book"};

/* A relay in a thread of its own. Static in each test: the thread outlives a test that fails. */
struct running {
	struct settings settings;
	struct outbox outbox;
	struct app app;
	struct stop stop;
	struct relay relay;
	pthread_t thread;
};

static void
start(struct running *running, uint32_t port)
{
	rabbit_settings("book", &running->settings);
	if (port)
		running->settings.amqp_port = port;
	running->outbox = outbox_fake_port(&fake);
	running->app = (struct app){.settings = &running->settings, .outbox = &running->outbox};
	assert_ok(stop_open(&running->stop));
	assert_ok(relay_open(&running->relay, &worker, &running->app, &running->stop));
	assert_int_equal(pthread_create(&running->thread, NULL, relay_run, &running->relay), 0);
}

static void
end(struct running *running)
{
	stop_ask(&running->stop);
	pthread_join(running->thread, NULL);
	relay_close(&running->relay);
	stop_close(&running->stop);
}

/* Adds the events of so many bookings to the outbox, as the service does. */
static void
put_books(uint64_t first, uint64_t last)
{
	CLEANUP(buf_done) struct buf body = BUF_INIT(EVENT_BODY_MAX);
	for (uint64_t id = first; id <= last; id++) {
		struct event event = life_book(id, 2, BOOK_BOOKED);
		buf_reset(&body);
		assert_ok(event_write(&event, &body));
		assert_ok(outbox_fake_put(&fake, &event, body.data));
	}
}

static uint64_t
backlog(void)
{
	struct outbox outbox = outbox_fake_port(&fake);
	uint64_t rows;
	instant_t oldest;
	if (outbox.backlog(outbox.self, &rows, &oldest) != OK)
		return UINT64_MAX;
	return rows;
}

/* One short wait of a poll with a deadline: the fake has no way to signal a change. */
static void
wait_a_turn(int64_t until_ms)
{
	const struct timespec turn = {.tv_nsec = 2000000};
	assert_true(monotonic_ms() < until_ms);
	nanosleep(&turn, NULL);
}

/* Waits until at most so many rows are left. */
static void
await_backlog(uint64_t most)
{
	int64_t until_ms = monotonic_ms() + LIMIT_MS;
	while (backlog() > most)
		wait_a_turn(until_ms);
}

static void
await_connected(const struct running *running)
{
	int64_t until_ms = monotonic_ms() + LIMIT_MS;
	while (!broker_is_connected(running->relay.broker))
		wait_a_turn(until_ms);
}

/* How often the event of each booking has arrived at alarm. */
static unsigned arrived[BOOKS_MAX];

static void
arrival_note(const struct received_message *received, size_t *books)
{
	static struct event event;
	assert_ok(event_read(received->body->data, received->body->len, &event));
	assert_true(event.data.book.id < BOOKS_MAX);
	assert_string_equal(received->id, event.id);
	*books += arrived[event.data.book.id]++ == 0;
}

/* Reads the events of so many different bookings, and those right after them. How many events there
 * were in all. */
static size_t
arrivals(size_t least)
{
	struct received_message received;
	size_t n = 0, books = 0;
	int64_t until_ms = monotonic_ms() + LIMIT_MS;
	memset(arrived, 0, sizeof(arrived));
	struct broker *broker = rabbit_connect("alarm");
	assert_ok(consumer_start(broker, "q.alarm", 100));
	for (;;) {
		enum err err = consumer_take(broker, 1000, &received);
		if (err == ERR_TIMEOUT && books >= least)
			break;
		assert_true(monotonic_ms() < until_ms);
		if (err == ERR_TIMEOUT)
			continue;
		assert_ok(err);
		arrival_note(&received, &books);
		assert_ok(consumer_ack(broker, received.tag, false));
		n++;
	}
	broker_free(broker);
	return n;
}

static int
empty(void **state)
{
	(void)state;
	rabbit_drain("alarm", "q.alarm");
	outbox_fake_init(&fake);
	return 0;
}

static int
done(void **state)
{
	(void)state;
	outbox_fake_done(&fake);
	return 0;
}

static void
each_row_of_the_outbox_is_published_once_and_removed(void **state)
{
	(void)state;
	static struct running running;
	put_books(1, 250);
	start(&running, 0);
	await_backlog(0);
	put_books(251, 252); /* and while it is idle */
	await_backlog(0);
	end(&running);
	assert_int_equal(arrivals(252), 252);
	for (uint64_t id = 1; id <= 252; id++)
		assert_int_equal(arrived[id], 1);
}

static void
two_relays_share_the_rows(void **state)
{
	(void)state;
	static struct running one, other;
	put_books(1, 1000);
	start(&one, 0);
	start(&other, 0);
	await_backlog(0);
	end(&one);
	end(&other);
	assert_int_equal(arrivals(1000), 1000);
}

static void
the_rows_of_a_stopped_relay_are_published_when_its_lease_expires(void **state)
{
	(void)state;
	static struct running running;
	struct outbox outbox = outbox_fake_port(&fake);
	struct outbox_row rows[10];
	uint64_t ids[10];
	size_t n;
	put_books(1, 10);
	assert_ok(outbox.claim(outbox.self, "frozen", LEASE_S, 10, rows, &n));
	assert_int_equal(n, 10);
	put_books(11, 20);
	start(&running, 0);
	await_backlog(10);
	outbox_fake_pass(&fake, LEASE_S * 1000);
	await_backlog(0);
	/* The stopped relay continues: it confirms and releases rows whose lease it has lost. */
	for (size_t i = 0; i < n; i++) {
		ids[i] = rows[i].id;
		free(rows[i].body);
	}
	assert_ok(outbox.confirm(outbox.self, ids, n));
	assert_ok(outbox.release(outbox.self, "frozen", ids, n));
	end(&running);
	assert_int_equal(arrivals(20), 20);
}

static void
a_relay_waits_for_an_outbox_that_is_down(void **state)
{
	(void)state;
	static struct running running;
	put_books(1, 10);
	pthread_mutex_lock(&fake.mutex);
	fake.fails = ERR_UNAVAILABLE;
	pthread_mutex_unlock(&fake.mutex);
	start(&running, 0);
	await_connected(&running);
	pthread_mutex_lock(&fake.mutex);
	fake.fails = OK;
	pthread_mutex_unlock(&fake.mutex);
	await_backlog(0);
	end(&running);
	assert_int_equal(arrivals(10), 10);
}

static void
a_message_that_a_queue_refuses_stays_in_the_outbox_until_it_is_accepted(void **state)
{
	(void)state;
	static struct running running;
	int64_t until_ms = monotonic_ms() + LIMIT_MS;
	for (uint64_t id = 11; id <= 13; id++) {
		struct event event = life_book(id, 2, BOOK_BOOKED);
		rabbit_publish(&event);
	}
	rabbit_fill("^q\\.alarm$");
	put_books(1, 10);
	start(&running, 0);
	while (running.relay.unconfirmed < 20) /* each was refused more than once */
		wait_a_turn(until_ms);
	assert_in_range(running.relay.unconfirmed, 20, 200);
	assert_int_equal(backlog(), 10);
	rabbit_unfill();
	assert_int_equal(arrivals(13), 13); /* the first of them makes room for the others */
	await_backlog(0);
	end(&running);
}

static void
a_connection_that_is_cut_while_publishing_loses_no_event(void **state)
{
	(void)state;
	static struct running running;
	struct settings settings;
	rabbit_settings("book", &settings);
	struct proxy *proxy = proxy_open(settings.amqp_port);
	put_books(1, 2000);
	start(&running, proxy_port(proxy));
	for (uint64_t left = 1500; left > 0; left -= 500) {
		await_backlog(left);
		proxy_set(proxy, PROXY_CUT);
		proxy_set(proxy, PROXY_FORWARD);
	}
	await_backlog(0);
	end(&running);
	proxy_close(proxy);
	assert_true(arrivals(2000) >= 2000);
}

static void
a_broker_that_is_killed_while_publishing_loses_no_event(void **state)
{
	(void)state;
	static struct running running;
	put_books(1, 4000);
	start(&running, 0);
	await_backlog(3500);
	rabbit_crash();
	rabbit_restart();
	await_backlog(0);
	end(&running);
	assert_true(arrivals(4000) >= 4000);
}

/* How many events of the bookings first to last are in history. */
static size_t
published_in_history(uint64_t first, uint64_t last)
{
	static struct event event;
	struct received_message received;
	struct history history;
	size_t n = 0;
	struct broker *broker = rabbit_connect("alarm");
	assert_ok(history_start(broker, 500, &history));
	for (;;) {
		enum err err = history_take(&history, LIMIT_MS, &received);
		if (err == ERR_NOT_FOUND)
			break;
		assert_ok(err);
		if (event_read(received.body->data, received.body->len, &event) == OK)
			n += event.data.book.id >= first && event.data.book.id <= last;
		assert_ok(consumer_ack(broker, received.tag, false));
	}
	broker_free(broker);
	return n;
}

/* Until the stream exists, the broker confirms messages that history does not get. */
static void
the_first_events_after_a_start_of_the_broker_are_in_history(void **state)
{
	(void)state;
	static struct running running;
	size_t before = published_in_history(11, 20);
	put_books(11, 20);
	rabbit_crash();
	rabbit_restart();
	start(&running, 0);
	await_backlog(0);
	end(&running);
	assert_int_equal(published_in_history(11, 20), before + 10);
}

static void
a_relay_that_ends_leaves_each_row_either_published_or_unclaimed(void **state)
{
	(void)state;
	static struct running running;
	struct outbox outbox = outbox_fake_port(&fake);
	static struct outbox_row rows[3000];
	size_t n;
	put_books(1, 3000);
	start(&running, 0);
	await_backlog(2500);
	end(&running);
	uint64_t left = backlog();
	assert_ok(outbox.claim(outbox.self, "next", LEASE_S, 3000, rows, &n));
	assert_int_equal(n, left);
	for (size_t i = 0; i < n; i++)
		free(rows[i].body);
	assert_int_equal(arrivals(3000 - left), 3000 - left);
}

int
relay_suite(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			each_row_of_the_outbox_is_published_once_and_removed, empty, done),
		cmocka_unit_test_setup_teardown(two_relays_share_the_rows, empty, done),
		cmocka_unit_test_setup_teardown(
			the_rows_of_a_stopped_relay_are_published_when_its_lease_expires, empty,
			done),
		cmocka_unit_test_setup_teardown(a_relay_waits_for_an_outbox_that_is_down, empty,
	                                        done),
		cmocka_unit_test_setup_teardown(
			a_message_that_a_queue_refuses_stays_in_the_outbox_until_it_is_accepted,
			empty, done),
		cmocka_unit_test_setup_teardown(
			a_connection_that_is_cut_while_publishing_loses_no_event, empty, done),
		cmocka_unit_test_setup_teardown(
			a_broker_that_is_killed_while_publishing_loses_no_event, empty, done),
		cmocka_unit_test_setup_teardown(
			the_first_events_after_a_start_of_the_broker_are_in_history, empty, done),
		cmocka_unit_test_setup_teardown(
			a_relay_that_ends_leaves_each_row_either_published_or_unclaimed, empty,
			done),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
