/* SPDX-License-Identifier: MIT */
/* session - the library's connection, guarded, and its frames. */
#include "adapters/amqp/session.h"

#include "base/clock.h"
#include "base/day.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/time.h>

enum err
session_fail(struct broker *broker, const char *doing, const char *what)
{
	snprintf(broker->why, sizeof(broker->why), "%s: %s", doing, what);
	return ERR_UNAVAILABLE;
}

void
session_enter(struct broker *broker)
{
	watchdog_begin(broker->watchdog, CALL_LIMIT_MS + CALL_LIMIT_MS / 2);
}

enum err
session_leave(struct broker *broker, const char *doing, int status)
{
	if (watchdog_end(broker->watchdog))
		return session_fail(broker, doing, "the broker did not take or send anything");
	if (status == AMQP_STATUS_OK)
		return OK;
	return session_fail(broker, doing, amqp_error_string2(status));
}

/* What the broker said when it closed a channel or the connection: "NOT_FOUND - no queue ...". */
static enum err
closed_fail(struct broker *broker, const char *doing, const amqp_method_t *method)
{
	char text[sizeof(broker->why) / 2]; /* leaves room for what was being done */
	amqp_bytes_t said = {.len = 0};
	if (method->id == AMQP_CHANNEL_CLOSE_METHOD)
		said = ((amqp_channel_close_t *)method->decoded)->reply_text;
	else if (method->id == AMQP_CONNECTION_CLOSE_METHOD)
		said = ((amqp_connection_close_t *)method->decoded)->reply_text;
	else
		return session_fail(broker, doing, amqp_method_name(method->id));
	snprintf(text, sizeof(text), "%.*s", (int)said.len, (const char *)said.bytes);
	return session_fail(broker, doing, text);
}

enum err
session_leave_rpc(struct broker *broker, const char *doing, amqp_rpc_reply_t reply)
{
	switch (reply.reply_type) {
	case AMQP_RESPONSE_NORMAL: return session_leave(broker, doing, AMQP_STATUS_OK);
	case AMQP_RESPONSE_LIBRARY_EXCEPTION:
		return session_leave(broker, doing, reply.library_error);
	case AMQP_RESPONSE_SERVER_EXCEPTION:
		watchdog_end(broker->watchdog);
		return closed_fail(broker, doing, &reply.reply);
	case AMQP_RESPONSE_NONE: break;
	}
	watchdog_end(broker->watchdog);
	return session_fail(broker, doing, "no answer");
}

enum err
session_channel(struct broker *broker, enum amqp_channel channel)
{
	if (broker->is_open[channel])
		return OK;
	session_enter(broker);
	amqp_channel_open(broker->conn, (amqp_channel_t)channel);
	enum err err =
		session_leave_rpc(broker, "opening a channel", amqp_get_rpc_reply(broker->conn));
	broker->is_open[channel] = err == OK;
	return err;
}

/* Deals with a frame of the connection itself, and with ends of channels and consumers. */
static enum err
control(struct broker *broker, const amqp_frame_t *frame, bool *ret_dealt_with)
{
	const amqp_method_t *method = &frame->payload.method;
	*ret_dealt_with = true;
	switch (method->id) {
	case AMQP_CONNECTION_BLOCKED_METHOD: broker->blocked = true; return OK;
	case AMQP_CONNECTION_UNBLOCKED_METHOD: broker->blocked = false; return OK;
	case AMQP_CONNECTION_CLOSE_METHOD:
		return closed_fail(broker, "the broker closed the connection", method);
	case AMQP_CHANNEL_CLOSE_METHOD:
		return closed_fail(broker, "the broker closed a channel", method);
	case AMQP_BASIC_CANCEL_METHOD:
		return session_fail(broker, "consuming", "the queue is gone");
	default: break;
	}
	*ret_dealt_with = false;
	return frame->channel ? OK : session_fail(broker, "reading", "an unknown frame");
}

static enum err
frame_read(struct broker *broker, amqp_frame_t *ret_frame)
{
	struct timeval none = {0, 0};
	amqp_maybe_release_buffers(broker->conn);
	session_enter(broker);
	int status = amqp_simple_wait_frame_noblock(broker->conn, ret_frame, &none);
	bool nothing = status == AMQP_STATUS_TIMEOUT;
	enum err err = session_leave(broker, "reading", nothing ? AMQP_STATUS_OK : status);
	return err == OK && nothing ? ERR_TIMEOUT : err;
}

enum err
session_wait(struct broker *broker, uint32_t timeout_ms, bool until_stop)
{
	if (amqp_frames_enqueued(broker->conn) || amqp_data_in_buffer(broker->conn))
		return OK;
	struct pollfd fds[] = {
		{.fd = amqp_get_sockfd(broker->conn), .events = POLLIN},
		{.fd = until_stop ? broker->options.stop_fd : -1, .events = POLLIN},
	};
	/* Now and then the library has to look whether a heartbeat is due. */
	uint32_t at_most = broker->options.heartbeat_s * 1000u / 2;
	int n = poll(fds, 2, (int)(timeout_ms < at_most ? timeout_ms : at_most));
	if (n < 0 && errno != EINTR)
		return ERR_SYSTEM_HERE();
	if (n > 0 && fds[1].revents)
		return ERR_CLOSED;
	return n > 0 ? OK : ERR_TIMEOUT;
}

enum err
session_frame(struct broker *broker, uint32_t timeout_ms, amqp_frame_t *ret_frame)
{
	int64_t now = monotonic_ms(), end = now + timeout_ms;
	for (;;) {
		bool dealt_with = true;
		enum err err = frame_read(broker, ret_frame);
		if (err == OK && ret_frame->frame_type == AMQP_FRAME_METHOD)
			err = control(broker, ret_frame, &dealt_with);
		if (err == OK && !dealt_with)
			return OK;
		if (err != OK && err != ERR_TIMEOUT)
			return err;
		now = monotonic_ms();
		if (err == ERR_TIMEOUT && now >= end)
			return ERR_TIMEOUT;
		if (err == ERR_TIMEOUT)
			err = session_wait(broker, (uint32_t)(end - now), false);
		if (err != OK && err != ERR_TIMEOUT)
			return err;
	}
}

enum err
session_message(struct broker *broker, enum amqp_channel channel, amqp_message_t *ret_message)
{
	session_enter(broker);
	amqp_rpc_reply_t reply =
		amqp_read_message(broker->conn, (amqp_channel_t)channel, ret_message, 0);
	enum err err = session_leave_rpc(broker, "reading a message", reply);
	if (err != OK && reply.reply_type == AMQP_RESPONSE_NORMAL)
		amqp_destroy_message(ret_message);
	return err;
}

amqp_bytes_t
session_bytes(const char *text)
{
	return (amqp_bytes_t){.len = strlen(text), .bytes = (void *)(uintptr_t)text};
}

amqp_table_t
session_table(amqp_table_entry_t *entry, const char *key, const char *text)
{
	*entry = (amqp_table_entry_t){
		.key = session_bytes(key),
		.value = {.kind = AMQP_FIELD_KIND_UTF8, .value.bytes = session_bytes(text)}};
	return (amqp_table_t){.num_entries = 1, .entries = entry};
}
