/*
 * session - what the files of this folder share: the library's connection, guarded, and its frames.
 *
 * Nobody outside this folder includes it or the library's headers.
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

#define CALL_LIMIT_MS 10000u /* of one exchange with the broker */

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

/* Notes what went wrong and returns ERR_UNAVAILABLE. */
MUST_CHECK enum err session_fail(struct broker *broker, const char *doing, const char *what);

/* Calls of the library stand between these two. session_leave() looks at what the library
 * returned: ERR_UNAVAILABLE unless AMQP_STATUS_OK. */
void session_enter(struct broker *broker);
MUST_CHECK enum err session_leave(struct broker *broker, const char *doing, int status);

/* The same for calls that wait for an answer of the broker. */
MUST_CHECK enum err session_leave_rpc(struct broker *broker, const char *doing,
                                      amqp_rpc_reply_t reply);

/* Opens a channel unless it is open. */
MUST_CHECK enum err session_channel(struct broker *broker, enum amqp_channel channel);

/*
 * The next frame that starts something: a method on a channel other than 0. Waits up to timeout_ms
 * (0: takes only what is there); an end of the program does not interrupt it. ERR_TIMEOUT: nothing
 * came. Its content is valid until the next call. What concerns the connection is dealt with here.
 */
MUST_CHECK enum err session_frame(struct broker *broker, uint32_t timeout_ms,
                                  amqp_frame_t *ret_frame);

/* Waits until something is there to read. ERR_TIMEOUT. ERR_CLOSED: the program is to end (not if
 * !until_stop). Heartbeats are answered by a following session_frame(). */
MUST_CHECK enum err session_wait(struct broker *broker, uint32_t timeout_ms, bool until_stop);

/* The header and body that follow a deliver or return frame. To be destroyed by
 * amqp_destroy_message() on OK. */
MUST_CHECK enum err session_message(struct broker *broker, enum amqp_channel channel,
                                    amqp_message_t *ret_message);

amqp_bytes_t session_bytes(const char *text);

/* A table with one text in it, such as x-queue-type: quorum. */
amqp_table_t session_table(amqp_table_entry_t *entry, const char *key, const char *text);

#endif
