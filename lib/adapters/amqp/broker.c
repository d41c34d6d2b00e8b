/* SPDX-License-Identifier: MIT */
/* broker - one connection to RabbitMQ: connecting, resting, dropping. */
#include "adapters/amqp/session.h"

#include "base/clock.h"
#include "base/day.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>

#define CONNECT_LIMIT_MS 5000
#define FRAME_MAX        131072
#define CHANNELS         8

struct broker *
broker_new(const struct broker_options *options)
{
	struct broker *broker = calloc(1, sizeof(*broker));
	if (!broker)
		return NULL;
	broker->options = *options;
	broker->body = (struct buf)BUF_INIT(MESSAGE_BODY_MAX);
	broker->watchdog = watchdog_new();
	if (broker->watchdog)
		return broker;
	free(broker);
	return NULL;
}

void
broker_free(struct broker *broker)
{
	if (!broker)
		return;
	broker_drop(broker);
	watchdog_free(broker->watchdog);
	buf_done(&broker->body);
	free(broker);
}

void
broker_drop(struct broker *broker)
{
	if (!broker->conn)
		return;
	if (broker->connected) { /* a goodbye that nobody waits long for */
		struct timeval limit = {.tv_sec = 1};
		amqp_set_rpc_timeout(broker->conn, &limit);
		watchdog_begin(broker->watchdog, 2000);
		amqp_connection_close(broker->conn, AMQP_REPLY_SUCCESS);
		watchdog_end(broker->watchdog);
	}
	broker->connected = false;
	broker->blocked = false;
	amqp_destroy_connection(broker->conn);
	broker->conn = NULL;
	if (watchdog_socket(broker->watchdog, -1) != OK)
		return; /* cannot be: there is nothing to watch over */
}

/* The library knows only that no connection could be made, which is "a socket error" to it. */
static enum err
connect_fail(struct broker *broker, int status)
{
	char what[sizeof(broker->why) / 2];
	snprintf(what, sizeof(what), "RabbitMQ does not answer at %s:%u", broker->options.host,
	         (unsigned)broker->options.port);
	return session_fail(broker, "connecting",
	                    status == AMQP_STATUS_SOCKET_ERROR || status == AMQP_STATUS_TIMEOUT
	                            ? what
	                            : amqp_error_string2(status));
}

static enum err
socket_open(struct broker *broker)
{
	const struct broker_options *options = &broker->options;
	struct timeval limit = {.tv_sec = CONNECT_LIMIT_MS / 1000};
	unsigned silence_ms = options->heartbeat_s * 2000u;
	amqp_socket_t *sock = amqp_tcp_socket_new(broker->conn);
	if (!sock)
		return ERR_MEMORY;
	int status = amqp_socket_open_noblock(sock, options->host, (int)options->port, &limit);
	if (status != AMQP_STATUS_OK)
		return connect_fail(broker, status);
	int fd = amqp_get_sockfd(broker->conn);
	if (setsockopt(fd, IPPROTO_TCP, TCP_USER_TIMEOUT, &silence_ms, sizeof(silence_ms)))
		return session_fail(broker, "connecting", "TCP_USER_TIMEOUT was refused");
	return watchdog_socket(broker->watchdog, fd);
}

/* Logs in, and asks to be told when RabbitMQ wants no publishing and when a queue goes away. */
static enum err
login(struct broker *broker)
{
	const struct broker_options *options = &broker->options;
	amqp_table_entry_t abilities[] = {
		{.key = session_bytes("connection.blocked"),
	         .value = {.kind = AMQP_FIELD_KIND_BOOLEAN, .value.boolean = 1}},
		{.key = session_bytes("consumer_cancel_notify"),
	         .value = {.kind = AMQP_FIELD_KIND_BOOLEAN, .value.boolean = 1}},
	};
	amqp_table_entry_t properties[] = {
		{.key = session_bytes("capabilities"),
	         .value = {.kind = AMQP_FIELD_KIND_TABLE,
	                   .value.table = {.num_entries = 2, .entries = abilities}}},
		{.key = session_bytes("connection_name"),
	         .value = {.kind = AMQP_FIELD_KIND_UTF8,
	                   .value.bytes = session_bytes(options->name)}},
	};
	amqp_table_t table = {.num_entries = 2, .entries = properties};
	session_enter(broker);
	amqp_rpc_reply_t reply = amqp_login_with_properties(
		broker->conn, options->vhost, CHANNELS, FRAME_MAX, (int)options->heartbeat_s,
		&table, AMQP_SASL_METHOD_PLAIN, options->user, options->password);
	return session_leave_rpc(broker, "logging in", reply);
}

enum err
broker_connect(struct broker *broker)
{
	broker_drop(broker);
	memset(broker->is_open, 0, sizeof(broker->is_open));
	broker->published = 0;
	struct timeval limit = {.tv_sec = CALL_LIMIT_MS / 1000};
	broker->conn = amqp_new_connection();
	if (!broker->conn)
		return ERR_MEMORY;
	amqp_set_handshake_timeout(broker->conn, &limit);
	amqp_set_rpc_timeout(broker->conn, &limit);
	enum err err = socket_open(broker);
	if (err == OK)
		err = login(broker);
	if (err != OK) {
		broker_drop(broker);
		return err;
	}
	broker->connected = true;
	return OK;
}

enum err
broker_rest(struct broker *broker, uint32_t ms)
{
	int64_t end = monotonic_ms() + ms;
	if (!broker->conn) {
		/* Without a connection: until the time is over or the program is to end. */
		struct pollfd stop = {.fd = broker->options.stop_fd, .events = POLLIN};
		return poll(&stop, 1, (int)ms) > 0 ? ERR_CLOSED : OK;
	}
	for (;;) {
		amqp_frame_t frame;
		enum err err = session_frame(broker, 0, &frame);
		if (err == OK)
			return session_fail(broker, "resting", "an unexpected frame");
		int64_t now = monotonic_ms();
		if (err == ERR_TIMEOUT && now >= end)
			return OK;
		if (err == ERR_TIMEOUT)
			err = session_wait(broker, (uint32_t)(end - now), true);
		if (err != OK && err != ERR_TIMEOUT)
			return err;
	}
}

bool
broker_is_connected(const struct broker *broker)
{
	return broker->connected;
}

bool
broker_is_blocked(const struct broker *broker)
{
	return broker->blocked;
}

const char *
broker_why(const struct broker *broker)
{
	return broker->why;
}
