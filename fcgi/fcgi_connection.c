/* SPDX-License-Identifier: MIT */
#include "fcgi/fcgi_connection.h"

#include "base/text.h"
#include "fcgi/request_read.h"

#include <fcntl.h>
#include <limits.h>
#include <unistd.h>

#define CHUNK 8192

enum err
fcgi_connection_init(void)
{
	return FCGX_Init() == 0 ? OK : ERR_SYSTEM_CODE(0);
}

/*
 * libfcgi uses a connection as if it had accepted it itself, if ipcFd is set and keepConnection
 * says that it is open. After an error it closes the connection and tries to accept the next one at
 * listen_sock, which is invalid. It gets a duplicate of the descriptor: if libfcgi closed the
 * caller's own, another thread could reuse its number. detached: closing does not wait for the
 * peer.
 */
enum err
fcgi_connection_open(struct fcgi_connection *connection, int fd)
{
	int own = fcntl(fd, F_DUPFD_CLOEXEC, 0);
	if (own < 0)
		return ERR_SYSTEM_HERE();
	if (FCGX_InitRequest(&connection->fcgx, -1, 0) != 0) {
		close(own);
		return ERR_SYSTEM_HERE();
	}
	connection->fcgx.ipcFd = own;
	connection->fcgx.keepConnection = 1;
	connection->fcgx.detached = 1;
	return FCGX_Accept_r(&connection->fcgx) == 0 ? OK : ERR_CLOSED;
}

char *const *
fcgi_connection_params(const struct fcgi_connection *connection)
{
	return connection->fcgx.envp;
}

enum err
fcgi_connection_body(struct fcgi_connection *connection, struct buf *body, bool *ret_too_large)
{
	char chunk[CHUNK];
	uint64_t announced = 0, got = 0;
	const char *length = param_or(connection->fcgx.envp, "CONTENT_LENGTH", "");
	enum err err = OK;
	if (*length && text_to_u64(length, INT64_MAX, &announced) != OK)
		return ERR_CLOSED;
	int n = CHUNK;
	while (err == OK && n == CHUNK) {
		n = FCGX_GetStr(chunk, CHUNK, connection->fcgx.in);
		got += (uint64_t)n;
		if (got <= body->max)
			err = buf_add(body, chunk, (size_t)n);
	}
	if (err != OK)
		return err;
	if (got != announced || FCGX_GetError(connection->fcgx.in) != 0)
		return ERR_CLOSED;
	*ret_too_large = got > body->max;
	return OK;
}

/* Closes libfcgi's duplicate. ERR_CLOSED: libfcgi has closed it after an error. */
static enum err
connection_end(struct fcgi_connection *connection)
{
	if (connection->fcgx.ipcFd < 0)
		return ERR_CLOSED;
	close(connection->fcgx.ipcFd);
	connection->fcgx.ipcFd = -1;
	return OK;
}

static enum err
put(struct fcgi_connection *connection, const struct buf *buf)
{
	if (buf->len > INT_MAX)
		return ERR_TOO_LARGE;
	if (buf->len && FCGX_PutStr(buf->data, (int)buf->len, connection->fcgx.out) < 0)
		return ERR_CLOSED;
	return OK;
}

enum err
fcgi_connection_send(struct fcgi_connection *connection, const struct buf *head,
                     const struct buf *body)
{
	enum err err = put(connection, head);
	if (err == OK)
		err = put(connection, body);
	connection->fcgx.keepConnection = 1; /* otherwise libfcgi waits up to 2 s for the peer */
	FCGX_Finish_r(&connection->fcgx);
	enum err end = connection_end(connection);
	return err == OK ? end : err;
}

void
fcgi_connection_drop(struct fcgi_connection *connection)
{
	FCGX_Free(&connection->fcgx, 0);
	if (connection_end(connection) != OK)
		return; /* closed already */
}
