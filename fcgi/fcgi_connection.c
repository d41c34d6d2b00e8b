/* SPDX-License-Identifier: MIT */
#include "fcgi/fcgi_connection.h"

#include <fcntl.h>
#include <limits.h>
#include <sys/mman.h>
#include <unistd.h>

#define HEAD_MAX (PARAMS_BYTES_MAX + 1024) /* the parameters and the headers of their records */

enum err
fcgi_connection_init(void)
{
	return FCGX_Init() == 0 ? OK : ERR_SYSTEM_CODE(0);
}

void
fcgi_connection_prepare(struct fcgi_connection *connection)
{
	*connection = (struct fcgi_connection){.head = BUF_INIT(HEAD_MAX), .memory_fd = -1};
}

void
fcgi_connection_done(struct fcgi_connection *connection)
{
	if (connection->memory_fd >= 0)
		close(connection->memory_fd);
	buf_done(&connection->head);
}

/* Writes the head to memory. A longer one of the request before leaves bytes behind it, which libfcgi
 * does not use: it reads to the end of PARAMS. */
static enum err
head_write(struct fcgi_connection *connection)
{
	const struct buf *head = &connection->head;
	if (connection->memory_fd < 0)
		connection->memory_fd = memfd_create("fastcgi", MFD_CLOEXEC);
	if (connection->memory_fd < 0 ||
	    pwrite(connection->memory_fd, head->data, head->len, 0) != (ssize_t)head->len ||
	    lseek(connection->memory_fd, 0, SEEK_SET) != 0)
		return ERR_SYSTEM_HERE();
	return OK;
}

/*
 * libfcgi uses a descriptor as if it had accepted it itself, if ipcFd is set and keepConnection says
 * that it is open. After an error it closes it and tries to accept the next one at listen_sock, which
 * is invalid. detached: closing does not wait for the peer.
 */
static enum err
head_read(struct fcgi_connection *connection)
{
	FCGX_Request *fcgx = &connection->fcgx;
	if (FCGX_InitRequest(fcgx, -1, 0) != 0)
		return ERR_BUG_HERE();
	fcgx->ipcFd = connection->memory_fd;
	fcgx->keepConnection = 1;
	fcgx->detached = 1;
	if (FCGX_Accept_r(fcgx) != 0) {
		connection->memory_fd = -1;
		return ERR_BUG_HERE();
	}
	return OK;
}

/*
 * libfcgi reads the head from memory and writes to the connection. It gets a duplicate of its
 * descriptor: if libfcgi closed the caller's own, another thread could reuse its number.
 */
enum err
fcgi_connection_open(struct fcgi_connection *connection, int fd,
                     const struct record_parser *request)
{
	buf_reset(&connection->head);
	enum err err = record_parser_write_head(request, &connection->head);
	if (err == OK)
		err = head_write(connection);
	if (err == OK)
		err = head_read(connection);
	if (err != OK)
		return err;
	connection->fcgx.ipcFd = fcntl(fd, F_DUPFD_CLOEXEC, 0);
	if (connection->fcgx.ipcFd < 0) {
		err = ERR_SYSTEM_HERE();
		FCGX_Free(&connection->fcgx, 0);
	}
	return err;
}

char *const *
fcgi_connection_params(const struct fcgi_connection *connection)
{
	return connection->fcgx.envp;
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
