/* SPDX-License-Identifier: MIT */
/*
 * handover - the protocol by which the socket holder passes sockets to a client.
 *
 * A client connects to the socket holder's unix socket and sends one byte, its request. The reply
 * is one text with the sockets attached (SCM_RIGHTS, unix(7)). An attached client stays connected:
 * each side notices the end of the other by the end of the connection.
 */
#ifndef COMPOSE_SOCKET_HOLDER_HANDOVER_H
#define COMPOSE_SOCKET_HOLDER_HANDOVER_H

#include "base/err.h"

#include <stddef.h>

#define HANDOVER_SOCKETS_MAX 8           /* in one reply */
#define HANDOVER_TEXT_MAX    2048        /* bytes of the text, including its NUL */
#define HANDOVER_PREFIX      "LISTENER_" /* of the names in the text */
#define HANDOVER_NETWORKS    "NETWORKS"  /* the name that is not a socket's */

enum handover_request {
	HANDOVER_ATTACH = 'a', /* send the sockets; attached until the connection ends */
	HANDOVER_CHECK = 'c',  /* only send the number of attached clients */
};

struct handover {
	char text[HANDOVER_TEXT_MAX]; /* lines NAME=value; the first n describe the sockets */
	size_t n;
	int sockets[HANDOVER_SOCKETS_MAX];
};

/* Sends the reply whole, without blocking. The caller keeps its sockets. ERR_CLOSED: the client has
 * gone, or cannot take it now. */
MUST_CHECK enum err handover_send(int fd, const struct handover *handover);

/*
 * Sends a request and receives the reply, within the receive timeout of the socket. The caller
 * closes the received sockets; they stay open across exec. ERR_CLOSED: the socket holder refused or
 * has ended. ERR_TIMEOUT: no reply. ERR_MALFORMED: not a reply of this protocol.
 */
MUST_CHECK enum err handover_request(int fd, enum handover_request request,
                                     struct handover *ret_handover);

/* Closes the sockets. */
void handover_close(struct handover *handover);

#endif
