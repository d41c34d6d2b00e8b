/* SPDX-License-Identifier: MIT */
#include "tests/integration/rabbit.h"

#include "adapters/amqp/consumer.h"
#include "adapters/amqp/publisher.h"
#include "adapters/amqp/topology.h"
#include "adapters/json/event.h"
#include "base/mem.h"
#include "base/text.h"
#include "tests/unit/test.h"

#include <fcntl.h>
#include <inttypes.h>
#include <spawn.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define SCRIPT   HOTEL_SOURCE_DIR "/tests/servers/rabbitmq.sh"
#define LIMIT_MS 10000
#define QUIET_MS 300 /* for the next delivery, before the broker is asked whether there is one */

static struct {
	char folder[64];
	uint32_t port;
	int life; /* the write end of a pipe: the guardian waits for it to close */
	pid_t guardian;
} server;

static _Noreturn void
give_up(const char *what)
{
	fprintf(stderr, "rabbit: %s\n", what);
	exit(1);
}

static void
run(const char *const argv[])
{
	pid_t pid;
	int status;
	if (posix_spawnp(&pid, argv[0], NULL, NULL, (char *const *)(uintptr_t)argv, environ) ||
	    waitpid(pid, &status, 0) != pid || status)
		give_up(argv[0]);
}

#define RUN(...) run((const char *const[]){__VA_ARGS__, NULL})

/* Waits until the program has ended, even by kill -9, and cleans up after it. */
static _Noreturn void
guard(int life)
{
	char nothing;
	while (read(life, &nothing, 1) > 0)
		continue;
	RUN(SCRIPT, "kill", server.folder);
	RUN(SCRIPT, "stop", server.folder);
	RUN("rm", "-rf", server.folder);
	_exit(0);
}

static void
guardian_start(void)
{
	int ends[2];
	if (pipe2(ends, O_CLOEXEC))
		give_up("pipe");
	server.guardian = fork();
	if (server.guardian < 0)
		give_up("fork");
	if (server.guardian == 0) {
		close(ends[1]);
		guard(ends[0]);
	}
	close(ends[0]);
	server.life = ends[1];
}

static uint32_t
port_read(void)
{
	char path[80];
	uint32_t port = 0;
	snprintf(path, sizeof(path), "%s/port", server.folder);
	FILE *file = fopen(path, "r");
	if (!file || fscanf(file, "%" SCNu32, &port) != 1)
		give_up(path);
	fclose(file);
	return port;
}

void
rabbit_start(void)
{
	snprintf(server.folder, sizeof(server.folder), "/tmp/hotel-rabbit-XXXXXX");
	if (!mkdtemp(server.folder))
		give_up("mkdtemp");
	guardian_start();
	RUN(SCRIPT, "start", server.folder);
	server.port = port_read();
}

void
rabbit_stop(void)
{
	close(server.life);
	waitpid(server.guardian, NULL, 0);
}

void
rabbit_crash(void)
{
	RUN(SCRIPT, "kill", server.folder);
}

void
rabbit_restart(void)
{
	RUN(SCRIPT, "start", server.folder);
}

void
rabbit_ctl(const char *command, const char *arg)
{
	RUN(SCRIPT, "ctl", server.folder, command, arg);
}

void
rabbit_fill(const char *queue)
{
	RUN(SCRIPT, "ctl", server.folder, "set_policy", "full", queue,
	    "{\"max-length\": 1, \"overflow\": \"reject-publish\"}", "--priority", "9");
}

void
rabbit_unfill(void)
{
	RUN(SCRIPT, "ctl", server.folder, "clear_policy", "full");
}

void
rabbit_settings(const char *context, struct settings *ret_settings)
{
	*ret_settings = (struct settings){.amqp_host = "127.0.0.1",
	                                  .amqp_vhost = "/",
	                                  .amqp_password = "test",
	                                  .amqp_port = server.port,
	                                  .amqp_heartbeat_s = 4,
	                                  .relay_in_flight = 100,
	                                  .relay_lease_s = 15,
	                                  .consume_batch = 64,
	                                  .settle_interval_ms = 100};
	snprintf(ret_settings->amqp_user, sizeof(ret_settings->amqp_user), "hotel_%s", context);
}

/* The user's name; the text is static. */
static const char *
user_of(const char *context)
{
	static const char *const users[] = {"hotel_room",   "hotel_book",  "hotel_pay",
	                                    "hotel_mypage", "hotel_alarm", "hotel_operator"};
	for (size_t i = 0; i < ARRAY_SIZE(users); i++)
		if (strcmp(users[i] + strlen("hotel_"), context) == 0)
			return users[i];
	give_up(context);
}

struct broker_options
rabbit_options(const char *context, uint32_t port)
{
	return (struct broker_options){.host = "127.0.0.1",
	                               .port = port ? port : server.port,
	                               .vhost = "/",
	                               .user = user_of(context),
	                               .password = "test",
	                               .name = "test",
	                               .heartbeat_s = 4,
	                               .stop_fd = -1};
}

struct broker *
rabbit_connect(const char *context)
{
	struct broker_options options = rabbit_options(context, 0);
	struct broker *broker = broker_new(&options);
	assert_non_null(broker);
	assert_ok(broker_connect(broker));
	return broker;
}

static void
publish(const char *context, const struct message *message)
{
	enum publish_outcome outcome;
	struct broker *broker = rabbit_connect(context);
	assert_ok(publisher_send(broker, message, 1, LIMIT_MS, LIMIT_MS, &outcome));
	assert_int_equal(outcome, PUBLISH_CONFIRMED);
	broker_free(broker);
}

void
rabbit_publish(const struct event *event)
{
	CLEANUP(buf_done) struct buf body = BUF_INIT(EVENT_BODY_MAX);
	const struct event_kind *kind = &event_kinds[event->type];
	assert_ok(event_write(event, &body));
	struct message message = {.exchange = kind->exchange,
	                          .routing_key = kind->routing_key,
	                          .id = event->id,
	                          .type = kind->name,
	                          .correlation_id = "",
	                          .content_type = EVENT_CONTENT_TYPE,
	                          .app_id = "test",
	                          .body = body.data,
	                          .body_len = body.len};
	publish(kind->exchange, &message);
}

void
rabbit_publish_text(const char *exchange, const char *routing_key, const char *body)
{
	struct message message = {.exchange = exchange,
	                          .routing_key = routing_key,
	                          .id = "test",
	                          .type = "",
	                          .correlation_id = "",
	                          .content_type = "",
	                          .app_id = "",
	                          .body = body,
	                          .body_len = strlen(body)};
	publish(exchange, &message);
}

size_t
rabbit_drain(const char *context, const char *queue)
{
	struct received_message received;
	size_t n = 0;
	do {
		struct broker *broker = rabbit_connect(context);
		assert_ok(consumer_start(broker, queue, 100));
		for (; consumer_take(broker, QUIET_MS, &received) == OK; n++)
			assert_ok(consumer_ack(broker, received.tag, false));
		broker_free(broker);
	} while (rabbit_depth(context, queue) > 0);
	return n;
}

uint32_t
rabbit_depth(const char *context, const char *queue)
{
	struct queue_depth depth;
	struct broker *broker = rabbit_connect(context);
	assert_ok(topology_depth(broker, queue, &depth));
	assert_true(depth.exists);
	broker_free(broker);
	return depth.messages;
}
