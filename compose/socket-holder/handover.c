/* SPDX-License-Identifier: MIT */
/* handover - the protocol by which the socket holder passes sockets to a client. */
#include "compose/socket-holder/handover.h"

#include <errno.h>
#include <stdint.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* Control data with the sockets, aligned as the kernel requires. */
union ancillary {
	struct cmsghdr header;
	char space[CMSG_SPACE(HANDOVER_SOCKETS_MAX * sizeof(int))];
};

enum err
handover_send(int fd, const struct handover *handover)
{
	union ancillary ancillary = {.space = {0}};
	struct iovec text = {(void *)(uintptr_t)handover->text, strlen(handover->text) + 1};
	struct msghdr message = {.msg_iov = &text, .msg_iovlen = 1};
	size_t size = handover->n * sizeof(int);
	if (handover->n > 0) {
		message.msg_control = ancillary.space;
		message.msg_controllen = CMSG_SPACE(size);
		struct cmsghdr *header = CMSG_FIRSTHDR(&message);
		header->cmsg_level = SOL_SOCKET;
		header->cmsg_type = SCM_RIGHTS;
		header->cmsg_len = CMSG_LEN(size);
		memcpy(CMSG_DATA(header), handover->sockets, size);
	}
	ssize_t sent = sendmsg(fd, &message, MSG_NOSIGNAL | MSG_DONTWAIT);
	return sent == (ssize_t)text.iov_len ? OK : ERR_CLOSED;
}

/* Copies the received descriptors out of the control data. */
static void
sockets_take(struct msghdr *message, struct handover *handover)
{
	for (struct cmsghdr *header = CMSG_FIRSTHDR(message); header;
	     header = CMSG_NXTHDR(message, header)) {
		if (header->cmsg_level != SOL_SOCKET || header->cmsg_type != SCM_RIGHTS)
			continue;
		handover->n = (header->cmsg_len - CMSG_LEN(0)) / sizeof(int);
		memcpy(handover->sockets, CMSG_DATA(header), handover->n * sizeof(int));
	}
}

/* One recvmsg() is enough: the text is so small that the kernel never splits it. */
static enum err
receive(int fd, struct handover *handover)
{
	union ancillary ancillary;
	struct iovec text = {handover->text, sizeof(handover->text)};
	struct msghdr message = {.msg_iov = &text,
	                         .msg_iovlen = 1,
	                         .msg_control = ancillary.space,
	                         .msg_controllen = sizeof(ancillary.space)};
	ssize_t got = recvmsg(fd, &message, 0);
	if (got < 0)
		return errno == EAGAIN ? ERR_TIMEOUT : ERR_CLOSED;
	if (got == 0)
		return ERR_CLOSED;
	sockets_take(&message, handover);
	if (handover->text[got - 1] == '\0' && !(message.msg_flags & MSG_CTRUNC))
		return OK;
	handover_close(handover);
	return ERR_MALFORMED;
}

enum err
handover_request(int fd, enum handover_request request, struct handover *ret_handover)
{
	const char byte = (char)request;
	struct handover handover = {.n = 0};
	if (send(fd, &byte, 1, MSG_NOSIGNAL) != 1)
		return ERR_CLOSED;
	enum err err = receive(fd, &handover);
	if (err == OK)
		*ret_handover = handover;
	return err;
}

void
handover_close(struct handover *handover)
{
	for (size_t i = 0; i < handover->n; i++)
		close(handover->sockets[i]);
	handover->n = 0;
}
