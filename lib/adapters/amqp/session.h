/* SPDX-License-Identifier: MIT */
/*
 * session - the library's connection, guarded by the watchdog, and its frames; for this folder
 * only.
 */
#ifndef ADAPTERS_AMQP_SESSION_H
#define ADAPTERS_AMQP_SESSION_H

#include "adapters/amqp/consumer.h"
#include "adapters/amqp/watchdog.h"

#ifdef HAVE_RABBITMQ_C_DIRECTORY
#include <rabbitmq-c/amqp.h>
#include <rabbitmq-c/framing.h>
#include <rabbitmq-c/tcp_socket.h>
#else
#include <amqp.h>
#include <amqp_framing.h>
#include <amqp_tcp_socket.h>
#endif

#include <stdatomic.h>
#include <stddef.h>

#define CALL_LIMIT_MS 10000u /* of one call to the broker */

enum amqp_channel {
	AMQP_CHANNEL_CONSUME = 1,
	AMQP_CHANNEL_PUBLISH,
	AMQP_CHANNEL_PROBE,
	AMQP_CHANNEL_MAX
};

struct broker {
	struct broker_options options;
	amqp_connection_state_t conn; /* NULL: not connected */
	struct watchdog *watchdog;
	bool is_open[AMQP_CHANNEL_MAX];
	uint64_t published; /* on AMQP_CHANNEL_PUBLISH: the last delivery tag given */
	atomic_bool connected, blocked;
	struct buf body; /* of the last delivery */
	char why[256];
};

/* Keeps the error for broker_why() and returns ERR_UNAVAILABLE. */
MUST_CHECK enum err session_fail(struct broker *broker, const char *doing, const char *what);

/* Each call of the library is between these two. session_leave() checks the library's result:
 * ERR_UNAVAILABLE unless AMQP_STATUS_OK. */
void session_enter(struct broker *broker);
MUST_CHECK enum err session_leave(struct broker *broker, const char *doing, int status);

/* The same for calls that wait for the broker's reply. */
MUST_CHECK enum err session_leave_rpc(struct broker *broker, const char *doing,
                                      amqp_rpc_reply_t reply);

/* Opens a channel unless it is open. */
MUST_CHECK enum err session_channel(struct broker *broker, enum amqp_channel channel);

/*
 * The next method frame on a channel other than 0. Waits up to timeout_ms (0: does not wait), also
 * when the program is to stop. ERR_TIMEOUT: none came. Its content is valid until the next call.
 * Frames of channel 0 are handled here.
 */
MUST_CHECK enum err session_frame(struct broker *broker, uint32_t timeout_ms,
                                  amqp_frame_t *ret_frame);

/* Waits until the socket is readable. ERR_TIMEOUT. ERR_CLOSED: the program is to stop, if
 * until_stop. Heartbeats are answered by a following session_frame(). */
MUST_CHECK enum err session_wait(struct broker *broker, uint32_t timeout_ms, bool until_stop);

/* The header and body that follow a deliver or return frame. To be destroyed by
 * amqp_destroy_message() on OK. */
MUST_CHECK enum err session_message(struct broker *broker, enum amqp_channel channel,
                                    amqp_message_t *ret_message);

amqp_bytes_t session_bytes(const char *text);

/* A table with one text in it, such as x-queue-type: quorum. */
amqp_table_t session_table(amqp_table_entry_t *entry, const char *key, const char *text);

#endif
