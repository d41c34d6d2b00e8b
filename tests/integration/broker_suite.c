/* SPDX-License-Identifier: MIT */
/* The connection: confirms, returns, refusals, and all the ways to lose a broker. */
#include "tests/integration/suites.h"

#include "tests/integration/proxy.h"
#include "tests/integration/rabbit.h"
#include "tests/unit/test.h"

#include "adapters/amqp/consumer.h"
#include "adapters/amqp/publisher.h"
#include "adapters/amqp/topology.h"
#include "base/clock.h"
#include "base/day.h"
#include "base/mem.h"
#include "base/uuid.h"
#include "program/stop.h"

#include <pthread.h>
#include <stdio.h>
#include <string.h>

#define LIMIT_MS 20000
#define NOWHERE  "q.book.refill" /* an exchange that the context may write to, with nothing bound */
#define NOWHERE_MAKE                                                                          \
	"rabbit_exchange:declare(rabbit_misc:r(<<\"/\">>, exchange, <<\"q.book.refill\">>), " \
	"topic,"                                                                              \
	" true, false, false, [], <<\"test\">>)."
#define MANY 1000

static struct message
message_to(const char *exchange, const char *id)
{
	return (struct message){.exchange = exchange,
	                        .routing_key = "book.booked",
	                        .id = id,
	                        .type = "Booked",
	                        .correlation_id = "17",
	                        .content_type = "text/plain",
	                        .app_id = "test",
	                        .timestamp_s = 1800000000,
	                        .body = "hello",
	                        .body_len = 5};
}

static void
a_message_is_confirmed_once_every_queue_has_it(void **state)
{
	(void)state;
	enum publish_outcome outcome;
	struct received_message received;
	rabbit_drain("mypage", "q.mypage");
	struct broker *broker = rabbit_connect("book");
	struct message message = message_to("book", "id-1");
	assert_ok(publisher_send(broker, &message, 1, LIMIT_MS, LIMIT_MS, &outcome));
	assert_int_equal(outcome, PUBLISH_CONFIRMED);
	broker_free(broker);
	broker = rabbit_connect("mypage");
	assert_ok(consumer_start(broker, "q.mypage", 10));
	assert_ok(consumer_take(broker, LIMIT_MS, &received));
	assert_string_equal(received.exchange, "book");
	assert_string_equal(received.id, "id-1");
	assert_string_equal(received.body->data, "hello");
	assert_ok(consumer_ack(broker, received.tag, false));
	broker_free(broker);
}

static void
an_unacknowledged_delivery_is_redelivered(void **state)
{
	(void)state;
	struct received_message received;
	rabbit_drain("mypage", "q.mypage");
	rabbit_publish_text("book", "book.booked", "once more");
	for (int turn = 0; turn < 2; turn++) {
		struct broker *broker = rabbit_connect("mypage");
		assert_ok(consumer_start(broker, "q.mypage", 10));
		assert_ok(consumer_take(broker, LIMIT_MS, &received));
		assert_string_equal(received.body->data, "once more");
		if (turn == 1)
			assert_ok(consumer_ack(broker, received.tag, false));
		broker_free(broker);
	}
	assert_int_equal(rabbit_depth("mypage", "q.mypage"), 0);
}

static void
a_rejected_delivery_goes_to_the_dead_letter_queue(void **state)
{
	(void)state;
	struct received_message received;
	rabbit_drain("alarm", "q.alarm");
	rabbit_drain("alarm", "q.alarm.dead");
	rabbit_publish_text("book", "book.booked", "bad");
	struct broker *broker = rabbit_connect("alarm");
	assert_ok(consumer_start(broker, "q.alarm", 10));
	assert_ok(consumer_take(broker, LIMIT_MS, &received));
	assert_ok(consumer_reject(broker, received.tag));
	broker_drop(broker);
	assert_ok(broker_connect(broker));
	assert_ok(consumer_start(broker, "q.alarm.dead", 10));
	assert_ok(consumer_take(broker, LIMIT_MS, &received));
	assert_string_equal(received.body->data, "bad");
	assert_ok(consumer_ack(broker, received.tag, false));
	broker_free(broker);
}

/* Every other message has no queue: it is returned, and the ack that follows must not count. */
static void
each_of_hundreds_of_messages_in_flight_gets_its_own_outcome(void **state)
{
	(void)state;
	static struct message messages[MANY];
	static char ids[MANY][UUID_TEXT];
	static enum publish_outcome outcomes[MANY];
	struct broker *broker = rabbit_connect("book");
	rabbit_ctl("eval", NOWHERE_MAKE);
	for (size_t i = 0; i < MANY; i++) {
		assert_ok(uuid_v7(ids[i]));
		messages[i] = message_to(i % 2 ? NOWHERE : "book", ids[i]);
	}
	for (int batch = 0; batch < 2; batch++) {
		assert_ok(publisher_send(broker, messages, MANY, LIMIT_MS, LIMIT_MS, outcomes));
		for (size_t i = 0; i < MANY; i++)
			assert_int_equal(outcomes[i], i % 2 ? PUBLISH_RETURNED : PUBLISH_CONFIRMED);
	}
	broker_free(broker);
}

static void
a_context_cannot_publish_as_another_context(void **state)
{
	(void)state;
	enum publish_outcome outcome;
	struct broker *broker = rabbit_connect("alarm");
	struct message message = message_to("book", "forged");
	assert_err(publisher_send(broker, &message, 1, LIMIT_MS, LIMIT_MS, &outcome),
	           ERR_UNAVAILABLE);
	assert_int_equal(outcome, PUBLISH_UNKNOWN);
	assert_non_null(strstr(broker_why(broker), "ACCESS_REFUSED"));
	broker_free(broker);
}

static void
a_wrong_password_is_reported_differently_from_an_unreachable_broker(void **state)
{
	(void)state;
	struct broker_options options = rabbit_options("book", 0);
	options.password = "guess";
	struct broker *broker = broker_new(&options);
	assert_err(broker_connect(broker), ERR_UNAVAILABLE);
	assert_non_null(strstr(broker_why(broker), "ACCESS_REFUSED"));
	assert_false(broker_is_connected(broker));
	broker_free(broker);
	options = rabbit_options("book", 1);
	broker = broker_new(&options);
	assert_err(broker_connect(broker), ERR_UNAVAILABLE);
	assert_null(strstr(broker_why(broker), "ACCESS_REFUSED"));
	broker_free(broker);
}

static struct broker *
connect_by(const struct proxy *proxy, const char *context)
{
	struct broker_options options = rabbit_options(context, proxy_port(proxy));
	struct broker *broker = broker_new(&options);
	assert_non_null(broker);
	assert_ok(broker_connect(broker));
	return broker;
}

static void
a_cut_connection_is_noticed_at_once_and_can_be_reopened(void **state)
{
	(void)state;
	enum publish_outcome outcome;
	struct message message = message_to("book", "id-2");
	struct proxy *proxy = proxy_open(rabbit_options("book", 0).port);
	struct broker *broker = connect_by(proxy, "book");
	proxy_set(proxy, PROXY_CUT);
	assert_err(broker_rest(broker, LIMIT_MS), ERR_UNAVAILABLE);
	assert_err(broker_connect(broker), ERR_UNAVAILABLE);
	proxy_set(proxy, PROXY_FORWARD);
	assert_ok(broker_connect(broker));
	assert_ok(publisher_send(broker, &message, 1, LIMIT_MS, LIMIT_MS, &outcome));
	assert_int_equal(outcome, PUBLISH_CONFIRMED);
	broker_free(broker);
	proxy_close(proxy);
}

static void
a_silent_connection_is_dropped_after_two_heartbeats(void **state)
{
	(void)state;
	struct proxy *proxy = proxy_open(rabbit_options("book", 0).port);
	struct broker *broker = connect_by(proxy, "book");
	proxy_set(proxy, PROXY_SILENT);
	int64_t begin = monotonic_ms();
	assert_err(broker_rest(broker, LIMIT_MS), ERR_UNAVAILABLE);
	assert_in_range(monotonic_ms() - begin, 0, LIMIT_MS - 5000);
	broker_free(broker);
	proxy_close(proxy);
}

/* Heartbeats are sent every two seconds here: they must not end the wait of a reader of history early. */
static void
a_wait_for_a_message_lasts_as_long_as_requested(void **state)
{
	(void)state;
	enum { WAIT_MS = 2500 };
	struct received_message received;
	rabbit_drain("alarm", "q.alarm");
	struct broker *broker = rabbit_connect("alarm");
	assert_ok(consumer_start(broker, "q.alarm", 10));
	int64_t begin = monotonic_ms();
	assert_err(consumer_take(broker, WAIT_MS, &received), ERR_TIMEOUT);
	assert_true(monotonic_ms() - begin >= WAIT_MS);
	broker_free(broker);
}

/* The library would wait for a peer that reads nothing without end: the watchdog does not. */
static void
publishing_to_a_peer_that_reads_nothing_does_not_hang(void **state)
{
	(void)state;
	static char body[100000];
	static struct message messages[MANY];
	static enum publish_outcome outcomes[MANY];
	struct proxy *proxy = proxy_open(rabbit_options("book", 0).port);
	struct broker *broker = connect_by(proxy, "book");
	memset(body, 'x', sizeof(body));
	for (size_t i = 0; i < MANY; i++) {
		messages[i] = message_to("book", "same");
		messages[i].body = body;
		messages[i].body_len = sizeof(body);
	}
	proxy_set(proxy, PROXY_SILENT);
	int64_t begin = monotonic_ms();
	enum err err = publisher_send(broker, messages, MANY, LIMIT_MS, LIMIT_MS, outcomes);
	assert_int_not_equal(err, OK);
	assert_in_range(monotonic_ms() - begin, 0, 3 * LIMIT_MS);
	for (size_t i = 0; i < MANY; i++)
		assert_int_equal(outcomes[i], PUBLISH_UNKNOWN);
	broker_free(broker);
	proxy_close(proxy);
}

static void *
give_memory_back(void *arg)
{
	(void)arg;
	struct broker *watcher = rabbit_connect("room");
	assert_ok(broker_rest(watcher, 1000));
	broker_free(watcher);
	rabbit_ctl("set_vm_memory_high_watermark", "0.6");
	return NULL;
}

static void
publishing_waits_for_a_broker_that_is_short_of_memory(void **state)
{
	(void)state;
	static struct message messages[200];
	static enum publish_outcome outcomes[200];
	pthread_t thread;
	struct broker *broker = rabbit_connect("book");
	for (size_t i = 0; i < ARRAY_SIZE(messages); i++)
		messages[i] = message_to("book", "patient");
	rabbit_ctl("set_vm_memory_high_watermark", "0.0000001");
	assert_int_equal(pthread_create(&thread, NULL, give_memory_back, NULL), 0);
	assert_ok(publisher_send(broker, messages, ARRAY_SIZE(messages), LIMIT_MS, LIMIT_MS,
	                         outcomes));
	for (size_t i = 0; i < ARRAY_SIZE(outcomes); i++)
		assert_int_equal(outcomes[i], PUBLISH_CONFIRMED);
	assert_ok(broker_rest(broker, 0));
	assert_false(broker_is_blocked(broker));
	pthread_join(thread, NULL);
	broker_free(broker);
}

static void
every_wait_ends_when_the_program_is_to_end(void **state)
{
	(void)state;
	struct stop stop;
	struct received_message received;
	assert_ok(stop_open(&stop));
	rabbit_drain("mypage", "q.mypage");
	struct broker_options options = rabbit_options("mypage", 0);
	options.stop_fd = stop.fd;
	struct broker *broker = broker_new(&options);
	assert_ok(broker_connect(broker));
	stop_ask(&stop);
	assert_err(broker_rest(broker, LIMIT_MS), ERR_CLOSED);
	assert_ok(consumer_start(broker, "q.mypage", 10));
	assert_err(consumer_take(broker, LIMIT_MS, &received), ERR_CLOSED);
	broker_drop(broker);
	assert_err(broker_rest(broker, LIMIT_MS), ERR_CLOSED);
	broker_free(broker);
	stop_close(&stop);
}

static void
heartbeats_keep_an_idle_connection_alive(void **state)
{
	(void)state;
	struct broker *broker = rabbit_connect("book");
	assert_ok(broker_rest(broker, 6000)); /* three heartbeats; the broker leaves after two */
	assert_ok(topology_exchange(broker, "book"));
	broker_free(broker);
}

int
broker_suite(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_message_is_confirmed_once_every_queue_has_it),
		cmocka_unit_test(an_unacknowledged_delivery_is_redelivered),
		cmocka_unit_test(a_rejected_delivery_goes_to_the_dead_letter_queue),
		cmocka_unit_test(each_of_hundreds_of_messages_in_flight_gets_its_own_outcome),
		cmocka_unit_test(a_context_cannot_publish_as_another_context),
		cmocka_unit_test(
			a_wrong_password_is_reported_differently_from_an_unreachable_broker),
		cmocka_unit_test(a_cut_connection_is_noticed_at_once_and_can_be_reopened),
		cmocka_unit_test(a_silent_connection_is_dropped_after_two_heartbeats),
		cmocka_unit_test(a_wait_for_a_message_lasts_as_long_as_requested),
		cmocka_unit_test(publishing_to_a_peer_that_reads_nothing_does_not_hang),
		cmocka_unit_test(publishing_waits_for_a_broker_that_is_short_of_memory),
		cmocka_unit_test(every_wait_ends_when_the_program_is_to_end),
		cmocka_unit_test(heartbeats_keep_an_idle_connection_alive),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
