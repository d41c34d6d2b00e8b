/* SPDX-License-Identifier: MIT */
/* Consuming: each event is applied once, whatever happens to the broker, the store, or one of the
 * events. The store is in memory and records what it gets. */
#include "tests/integration/suites.h"

#include "tests/contract/life.h"
#include "tests/integration/proxy.h"
#include "tests/integration/rabbit.h"
#include "tests/unit/test.h"

#include "adapters/amqp/publisher.h"
#include "adapters/amqp/topology.h"
#include "adapters/json/event.h"
#include "base/mem.h"
#include "workers/consume.h"

#include <pthread.h>
#include <string.h>
#include <time.h>

#define BOOKS_MAX 2000
#define LIMIT_S   60
#define BAD_BOOK  666 /* the store refuses its event */

static struct {
	pthread_mutex_t lock;
	pthread_cond_t changed;
	bool is_down;
	unsigned refused;               /* calls while it was down */
	unsigned times[BOOKS_MAX];      /* an event of this book was applied */
	size_t applied, books, largest; /* events; different books; in one call */
	size_t notes,
		applied_at_note; /* calls of caught_up; events applied before the first of them */
} store = {.lock = PTHREAD_MUTEX_INITIALIZER, .changed = PTHREAD_COND_INITIALIZER};

static enum err
apply_locked(const struct event events[], size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (events[i].data.book.id == BAD_BOOK)
			return ERR_POISON;
	if (store.is_down) {
		store.refused++;
		return ERR_UNAVAILABLE;
	}
	for (size_t i = 0; i < n; i++) {
		uint64_t id = events[i].data.book.id;
		assert_true(id < BOOKS_MAX);
		store.books += store.times[id]++ == 0;
	}
	store.applied += n;
	store.largest = n > store.largest ? n : store.largest;
	return OK;
}

static enum err
apply(const struct app *app, const struct event events[], size_t n)
{
	(void)app;
	pthread_mutex_lock(&store.lock);
	enum err err = apply_locked(events, n);
	pthread_cond_broadcast(&store.changed);
	pthread_mutex_unlock(&store.lock);
	return err;
}

static enum err
caught_up(const struct app *app, instant_t at)
{
	(void)app;
	pthread_mutex_lock(&store.lock);
	assert_true(at <= instant_now());
	if (store.notes++ == 0)
		store.applied_at_note = store.applied;
	pthread_cond_broadcast(&store.changed);
	pthread_mutex_unlock(&store.lock);
	return OK;
}

/* Waits until a counter of the store has reached this. */
static void
await(const volatile void *number, size_t size, size_t least)
{
	struct timespec until;
	clock_gettime(CLOCK_REALTIME, &until);
	until.tv_sec += LIMIT_S;
	pthread_mutex_lock(&store.lock);
	for (int late = 0;;) {
		size_t now = size == sizeof(unsigned) ? *(const volatile unsigned *)number
		                                      : *(const volatile size_t *)number;
		if (now >= least)
			break;
		assert_int_equal(late, 0);
		late = pthread_cond_timedwait(&store.changed, &store.lock, &until);
	}
	pthread_mutex_unlock(&store.lock);
}

#define AWAIT(member, least) await(&store.member, sizeof(store.member), (least))

static void
store_is_down(bool is_down)
{
	pthread_mutex_lock(&store.lock);
	store.is_down = is_down;
	pthread_mutex_unlock(&store.lock);
}

static const struct worker worker = {
	.name = "worker-alarm",
	.context = "alarm",
	.takes = {[EVENT_BOOKED] = true},
	.apply = apply,
	.caught_up = caught_up,
};

/* A consumer in a thread of its own. Static in each test: the thread outlives a test that fails. */
struct running {
	struct settings settings;
	struct app app;
	struct stop stop;
	struct consume consume;
	pthread_t thread;
	uint32_t batch; /* HOTEL_CONSUME_BATCH; 0: the default */
};

static void
start(struct running *running, uint32_t port)
{
	rabbit_settings("alarm", &running->settings);
	if (port)
		running->settings.amqp_port = port;
	if (running->batch)
		running->settings.consume_batch = running->batch;
	running->app = (struct app){.settings = &running->settings};
	assert_ok(stop_open(&running->stop));
	assert_ok(consume_open(&running->consume, &worker, &running->app, &running->stop));
	assert_int_equal(pthread_create(&running->thread, NULL, consume_run, &running->consume), 0);
}

static void
end(struct running *running)
{
	stop_ask(&running->stop);
	pthread_join(running->thread, NULL);
	consume_close(&running->consume);
	stop_close(&running->stop);
}

static int
empty(void **state)
{
	(void)state;
	rabbit_drain("alarm", "q.alarm");
	rabbit_drain("alarm", "q.alarm.dead");
	store.is_down = false;
	store.refused = 0;
	store.applied = store.books = store.largest = store.notes = store.applied_at_note = 0;
	memset(store.times, 0, sizeof(store.times));
	return 0;
}

static void
publish_books(uint64_t first, uint64_t last)
{
	for (uint64_t id = first; id <= last; id++) {
		struct event event = life_book(id, 2, BOOK_BOOKED);
		rabbit_publish(&event);
	}
}

static void
events_are_applied_in_one_batch_and_acknowledged(void **state)
{
	(void)state;
	static struct running running;
	publish_books(1, 30);
	start(&running, 0);
	AWAIT(books, 30);
	end(&running);
	assert_int_equal(store.applied, 30);
	assert_true(store.largest > 1);
	assert_int_equal(rabbit_depth("alarm", "q.alarm"), 0);
}

static void
events_of_types_that_a_worker_does_not_take_are_acknowledged(void **state)
{
	(void)state;
	static struct running running;
	struct event room = life_room(1, 1, "Sea view");
	rabbit_publish(&room);
	publish_books(1, 1);
	start(&running, 0);
	AWAIT(books, 1);
	end(&running);
	assert_int_equal(store.applied, 1);
	assert_int_equal(rabbit_depth("alarm", "q.alarm"), 0);
}

static void
a_bad_event_is_dead_lettered_and_the_others_are_applied(void **state)
{
	(void)state;
	static struct running running;
	publish_books(1, 5);
	rabbit_publish_text("book", "book.booked", "{\"no\":\"event\"}");
	publish_books(BAD_BOOK, BAD_BOOK);
	rabbit_publish_text("book", "book.booked", "");
	publish_books(6, 10);
	start(&running, 0);
	AWAIT(books, 10);
	end(&running);
	assert_int_equal(store.applied, 10);
	assert_int_equal(rabbit_depth("alarm", "q.alarm"), 0);
	assert_int_equal(rabbit_drain("alarm", "q.alarm.dead"), 3);
}

static void
events_wait_while_the_store_is_down_and_none_is_dead_lettered(void **state)
{
	(void)state;
	static struct running running;
	store_is_down(true);
	publish_books(1, 10);
	start(&running, 0);
	AWAIT(refused, 3);
	publish_books(11, 20);
	AWAIT(refused, 5);
	assert_int_equal(store.applied, 0);
	store_is_down(false);
	AWAIT(books, 20);
	end(&running);
	assert_int_equal(store.applied, 20);
	assert_int_equal(rabbit_depth("alarm", "q.alarm"), 0);
	assert_int_equal(rabbit_depth("alarm", "q.alarm.dead"), 0);
}

/* The broker sends no more than a batch at once, so nothing arrives although more events wait. */
static void
a_worker_has_caught_up_only_when_no_event_waits(void **state)
{
	(void)state;
	static struct running running = {.batch = 4};
	store_is_down(true);
	publish_books(1, 40);
	start(&running, 0);
	AWAIT(refused, 3);
	assert_int_equal(store.notes, 0);
	store_is_down(false);
	AWAIT(notes, 1);
	assert_int_equal(store.applied_at_note, 40);
	publish_books(41, 80);
	AWAIT(books, 80);
	end(&running);
}

static void
a_cut_connection_loses_no_event(void **state)
{
	(void)state;
	static struct running running;
	struct settings settings;
	rabbit_settings("alarm", &settings);
	struct proxy *proxy = proxy_open(settings.amqp_port);
	publish_books(1, 10);
	start(&running, proxy_port(proxy));
	AWAIT(books, 10);
	proxy_set(proxy, PROXY_CUT);
	publish_books(11, 20);
	proxy_set(proxy, PROXY_FORWARD);
	AWAIT(books, 20);
	end(&running);
	proxy_close(proxy);
	assert_int_equal(rabbit_depth("alarm", "q.alarm"), 0);
}

/* The broker returns what a closed connection has not acknowledged a moment later. */
static void
await_depth(const char *queue, uint32_t depth)
{
	const int64_t until_ms = monotonic_ms() + LIMIT_S * 1000;
	while (rabbit_depth("alarm", queue) != depth && monotonic_ms() < until_ms)
		continue;
	assert_int_equal(rabbit_depth("alarm", queue), depth);
}

static void
a_worker_that_ends_while_the_store_is_down_leaves_the_events_in_the_queue(void **state)
{
	(void)state;
	static struct running running;
	store_is_down(true);
	publish_books(1, 10);
	start(&running, 0);
	AWAIT(refused, 2);
	end(&running);
	await_depth("q.alarm", 10);
}

static void
a_deleted_queue_is_refilled_from_history(void **state)
{
	(void)state;
	static struct running running;
	publish_books(1001, 1005);
	rabbit_ctl("delete_queue", "q.alarm");
	publish_books(1006, 1010);
	start(&running, 0);
	for (uint64_t id = 1001; id <= 1010; id++)
		AWAIT(times[id], 1);
	publish_books(1011, 1011);
	AWAIT(times[1011], 1);
	end(&running);
}

static void
a_bad_event_of_history_is_dead_lettered(void **state)
{
	(void)state;
	static struct running running;
	publish_books(BAD_BOOK, BAD_BOOK);
	rabbit_ctl("delete_queue", "q.alarm");
	publish_books(1021, 1022);
	start(&running, 0);
	for (uint64_t id = 1021; id <= 1022; id++)
		AWAIT(times[id], 1);
	end(&running);
	assert_true(rabbit_depth("alarm", "q.alarm.dead") > 0);
}

static void
a_queue_that_is_deleted_while_it_is_consumed_is_declared_again(void **state)
{
	(void)state;
	static struct running running;
	publish_books(1101, 1101);
	start(&running, 0);
	AWAIT(times[1101], 1);
	rabbit_ctl("delete_queue", "q.alarm");
	publish_books(1102, 1105);
	for (uint64_t id = 1102; id <= 1105; id++)
		AWAIT(times[id], 1);
	end(&running);
}

/* Whether the queue exists that marks a refill in progress. */
static bool
is_refilling(void)
{
	struct queue_depth depth;
	struct broker *broker = rabbit_connect("alarm");
	assert_ok(topology_depth(broker, "q.alarm.refill", &depth));
	broker_free(broker);
	return depth.exists;
}

static void
an_interrupted_refill_is_repeated(void **state)
{
	(void)state;
	static struct running running;
	publish_books(1201, 1205);
	rabbit_ctl("delete_queue", "q.alarm");
	store_is_down(true);
	start(&running, 0);
	AWAIT(refused, 1);
	end(&running);
	assert_true(is_refilling());
	store_is_down(false);
	start(&running, 0);
	for (uint64_t id = 1201; id <= 1205; id++)
		AWAIT(times[id], 1);
	publish_books(1206, 1206); /* arrives by the queue: the refill is over */
	AWAIT(times[1206], 1);
	end(&running);
	assert_false(is_refilling());
}

/* As book, of a booking: through another exchange or with another routing key than its own. */
static void
publish_forged(uint64_t id, const char *exchange, const char *routing_key)
{
	CLEANUP(buf_done) struct buf body = BUF_INIT(EVENT_BODY_MAX);
	struct event event = life_book(id, 9, BOOK_BOOKED);
	assert_ok(event_write(&event, &body));
	assert_ok(buf_add(&body, "", 1));
	rabbit_publish_text(exchange, routing_key, body.data);
}

static void
an_event_that_another_context_publishes_is_dropped(void **state)
{
	(void)state;
	static struct running running;
	publish_forged(1401, "room", "room.changed");
	publish_forged(1402, "pay", "pay.approved");
	publish_forged(1403, "book", "book.canceled");
	publish_books(1404, 1404);
	start(&running, 0);
	AWAIT(times[1404], 1);
	end(&running);
	assert_int_equal(store.applied, 1);
	assert_int_equal(running.consume.forged, 3);
	assert_int_equal(running.consume.dead, 0);
	assert_int_equal(rabbit_depth("alarm", "q.alarm"), 0);
	assert_int_equal(rabbit_depth("alarm", "q.alarm.dead"), 0);
}

static void
a_forged_event_of_history_is_dropped_by_a_refill(void **state)
{
	(void)state;
	static struct running running;
	publish_forged(1411, "room", "room.changed");
	publish_books(1412, 1412);
	rabbit_ctl("delete_queue", "q.alarm");
	start(&running, 0);
	AWAIT(times[1412], 1);
	publish_books(1413, 1413);
	AWAIT(times[1413], 1);
	end(&running);
	assert_int_equal(store.times[1411], 0);
	assert_true(running.consume.forged > 0);
}

/* ---- the queue of an earlier version ---- */

#define EARLIER HOTEL_SOURCE_DIR "/tests/servers/earlier-queues.json"

/* Makes the queues of an earlier version with two events, and one dead letter, which waited before the
 * definitions of now were imported: the queue of now does not have them. */
static void
earlier_fill(void)
{
	rabbit_ctl("import_definitions", EARLIER);
	rabbit_drain("alarm", "alarm");
	rabbit_drain("alarm", "alarm.dead");
	publish_books(1501, 1502);
	rabbit_publish_text("book", "book.booked", "bad");
	struct broker *broker = rabbit_connect("alarm");
	struct received_message received;
	assert_ok(consumer_start(broker, "alarm", 10));
	for (int i = 0; i < 3; i++)
		assert_ok(consumer_take(broker, LIMIT_S * 1000, &received));
	assert_ok(consumer_reject(broker, received.tag));
	broker_free(broker);
	rabbit_drain("alarm", "q.alarm");
}

static void
put(const struct message *message)
{
	enum publish_outcome outcome;
	struct broker *operator= rabbit_connect("operator");
	assert_ok(publisher_send(operator, message, 1, LIMIT_S * 1000, 0, &outcome));
	assert_int_equal(outcome, PUBLISH_CONFIRMED);
	broker_free(operator);
}

/* Waits until an event is applied that only the queue of now has: then the earlier one is done with. */
static void
await_moved(uint64_t id)
{
	CLEANUP(buf_done) struct buf body = BUF_INIT(EVENT_BODY_MAX);
	struct event event = life_book(id, 2, BOOK_BOOKED);
	assert_ok(event_write(&event, &body));
	const struct message message = {.exchange = "",
	                                .routing_key = "q.alarm",
	                                .id = event.id,
	                                .type = "Booked",
	                                .correlation_id = "",
	                                .content_type = EVENT_CONTENT_TYPE,
	                                .app_id = "book",
	                                .body = body.data,
	                                .body_len = body.len};
	put(&message);
	AWAIT(times[id], 1);
}

static uint32_t
bindings_of_earlier(void)
{
	const uint32_t before = rabbit_depth("alarm", "alarm");
	publish_books(1599, 1599);
	return rabbit_depth("alarm", "alarm") - before;
}

static void
what_waits_in_the_queue_of_an_earlier_version_is_applied(void **state)
{
	(void)state;
	static struct running running;
	earlier_fill();
	assert_int_equal(bindings_of_earlier(), 1);
	start(&running, 0);
	AWAIT(times[1501], 1);
	AWAIT(times[1502], 1);
	await_moved(1503);
	end(&running);
	assert_int_equal(rabbit_depth("alarm", "alarm"), 0);
	assert_int_equal(bindings_of_earlier(), 0);
	assert_int_equal(rabbit_depth("alarm", "q.alarm.dead"), 1);
}

static void
the_dead_letters_of_an_earlier_version_are_moved(void **state)
{
	(void)state;
	static struct running running;
	struct received_message received;
	earlier_fill();
	rabbit_drain("alarm", "q.alarm.dead");
	struct broker *operator= rabbit_connect("operator");
	const struct message letter = {.exchange = "",
	                               .routing_key = "alarm.dead",
	                               .id = "letter",
	                               .type = "Booked",
	                               .correlation_id = "17",
	                               .content_type = "",
	                               .app_id = "book",
	                               .body = "old",
	                               .body_len = 3};
	enum publish_outcome outcome;
	assert_ok(publisher_send(operator, & letter, 1, LIMIT_S * 1000, 0, &outcome));
	broker_free(operator);
	start(&running, 0);
	AWAIT(times[1502], 1);
	end(&running);
	assert_int_equal(rabbit_depth("alarm", "alarm.dead"), 0);
	struct broker *broker = rabbit_connect("alarm");
	assert_ok(consumer_start(broker, "q.alarm.dead", 10));
	assert_ok(consumer_take(broker, LIMIT_S * 1000, &received));
	assert_string_equal(received.id, "letter");
	assert_string_equal(received.body->data, "old");
	assert_ok(consumer_ack(broker, received.tag, false));
	broker_free(broker);
}

/* A worker of the version before goes on; the one of now starts beside it. */
static void
the_queue_of_an_earlier_version_is_emptied_when_its_worker_has_left(void **state)
{
	(void)state;
	static struct running running;
	earlier_fill();
	struct broker *old = rabbit_connect("alarm");
	struct received_message received;
	assert_ok(consumer_start(old, "alarm", 1));
	assert_ok(consumer_take(old, LIMIT_S * 1000, &received));
	start(&running, 0);
	publish_books(1511, 1511);
	AWAIT(times[1511], 1);
	assert_int_equal(store.times[1501], 0);
	broker_free(old);
	AWAIT(times[1501], 1);
	AWAIT(times[1502], 1);
	await_moved(1505);
	end(&running);
	assert_int_equal(bindings_of_earlier(), 0);
}

static void
an_interrupted_move_is_repeated(void **state)
{
	(void)state;
	static struct running running;
	earlier_fill();
	store_is_down(true);
	start(&running, 0);
	AWAIT(refused, 1);
	end(&running);
	await_depth("alarm", 2);
	assert_int_equal(bindings_of_earlier(), 1);
	store_is_down(false);
	start(&running, 0);
	AWAIT(times[1501], 1);
	AWAIT(times[1502], 1);
	AWAIT(times[1599], 1);
	await_moved(1506);
	end(&running);
	assert_int_equal(rabbit_depth("alarm", "alarm"), 0);
	assert_int_equal(bindings_of_earlier(), 0);
}

/* A queue whose leader is still being elected may lose acknowledgements that are in flight when the
 * connection closes. Their messages are delivered again, to the next consumer. */
static void
take_what_comes_again(struct running *running)
{
	uint32_t depth = rabbit_depth("alarm", "q.alarm");
	if (depth == 0)
		return;
	size_t applied = store.applied;
	start(running, 0);
	AWAIT(applied, applied + depth);
	end(running);
}

static void
a_worker_reconnects_after_the_broker_crashed(void **state)
{
	(void)state;
	static struct running running;
	publish_books(1301, 1305);
	store_is_down(true);
	start(&running, 0);
	AWAIT(refused, 1);
	rabbit_crash();
	store_is_down(false);
	rabbit_restart();
	for (uint64_t id = 1301; id <= 1305; id++)
		AWAIT(times[id], 1);
	end(&running);
	take_what_comes_again(&running);
	assert_int_equal(rabbit_depth("alarm", "q.alarm"), 0);
	assert_int_equal(rabbit_depth("alarm", "q.alarm.dead"), 0);
}

int
consume_suite(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(events_are_applied_in_one_batch_and_acknowledged, empty),
		cmocka_unit_test_setup(events_of_types_that_a_worker_does_not_take_are_acknowledged,
	                               empty),
		cmocka_unit_test_setup(a_bad_event_is_dead_lettered_and_the_others_are_applied,
	                               empty),
		cmocka_unit_test_setup(
			events_wait_while_the_store_is_down_and_none_is_dead_lettered, empty),
		cmocka_unit_test_setup(a_worker_has_caught_up_only_when_no_event_waits, empty),
		cmocka_unit_test_setup(a_cut_connection_loses_no_event, empty),
		cmocka_unit_test_setup(
			a_worker_that_ends_while_the_store_is_down_leaves_the_events_in_the_queue,
			empty),
		cmocka_unit_test_setup(an_event_that_another_context_publishes_is_dropped, empty),
		cmocka_unit_test_setup(a_forged_event_of_history_is_dropped_by_a_refill, empty),
		cmocka_unit_test_setup(what_waits_in_the_queue_of_an_earlier_version_is_applied,
	                               empty),
		cmocka_unit_test_setup(the_dead_letters_of_an_earlier_version_are_moved, empty),
		cmocka_unit_test_setup(
			the_queue_of_an_earlier_version_is_emptied_when_its_worker_has_left, empty),
		cmocka_unit_test_setup(an_interrupted_move_is_repeated, empty),
		cmocka_unit_test_setup(a_deleted_queue_is_refilled_from_history, empty),
		cmocka_unit_test_setup(a_bad_event_of_history_is_dead_lettered, empty),
		cmocka_unit_test_setup(
			a_queue_that_is_deleted_while_it_is_consumed_is_declared_again, empty),
		cmocka_unit_test_setup(an_interrupted_refill_is_repeated, empty),
		cmocka_unit_test_setup(a_worker_reconnects_after_the_broker_crashed, empty),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
