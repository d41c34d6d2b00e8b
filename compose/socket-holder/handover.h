/*
 * handover - how sockets get from one process to another: what the door and its visitors say.
 *
 * A visitor connects to the door's unix socket and says what it wants, one byte. The door answers
 * with one text, to which the sockets are attached (SCM_RIGHTS, unix(7)). Whoever entered stays
 * connected: the connection is the sign, to both, that the other is there.
 */
#ifndef COMPOSE_SOCKET_HOLDER_HANDOVER_H
#define COMPOSE_SOCKET_HOLDER_HANDOVER_H

#include "base/err.h"

#include <stddef.h>

#define HANDOVER_SOCKETS_MAX 8    /* in one answer */
#define HANDOVER_TEXT_MAX    2048 /* bytes of the text, its NUL included */

enum handover_wish {
	HANDOVER_ENTER =
		'e', /* the sockets, and to be counted as inside until the connection ends */
	HANDOVER_LOOK = 'l', /* only how many are inside */
};

struct handover {
	char text[HANDOVER_TEXT_MAX]; /* lines NAME=value; the first n name the sockets */
	size_t n;
	int sockets[HANDOVER_SOCKETS_MAX];
};

/* Sends it as a whole, at once. The sockets stay the caller's. ERR_CLOSED: the visitor does not
 * take it. */
MUST_CHECK enum err handover_send(int fd, const struct handover *handover);

/*
 * Says a wish and receives the answer, for as long as the socket's receive timeout allows. The
 * sockets are the caller's to close, and are kept by a program that is executed. ERR_CLOSED: the
 * door turned us away, or is gone. ERR_TIMEOUT: it says nothing. ERR_MALFORMED: that was no answer.
 */
MUST_CHECK enum err handover_ask(int fd, enum handover_wish wish, struct handover *ret_handover);

/* Closes the sockets. */
void handover_close(struct handover *handover);

#endif
