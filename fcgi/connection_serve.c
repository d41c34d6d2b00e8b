/* SPDX-License-Identifier: MIT */
#include "fcgi/connection_serve.h"

#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "fcgi/fcgi_connection.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define BUFFER_KEPT_MAX (256 * 1024) /* bytes kept for the next response */

void
connection_server_init(struct connection_server *server, const struct program *program,
                       struct stats *stats)
{
	*server = (struct connection_server){
		.program = program, .stats = stats, .body = BUF_INIT(REQUEST_BODY_MAX)};
	thread_phase_init(&server->phase);
}

void
connection_server_done(struct connection_server *server)
{
	thread_phase_done(&server->phase);
	buf_done(&server->body);
	http_response_done(&server->http);
}

static void
request_log(const struct http_response *http, int64_t ms)
{
	const struct log_field fields[] = {
		LOG_TEXT("request", http->request_id),
		LOG_TEXT("trace", http->traceparent),
		LOG_TEXT("method", method_name(http->method)),
		LOG_TEXT("route", http->route ? http->route->pattern : ""),
		LOG_NUMBER("status", http->silent ? 0 : http->status),
		LOG_TEXT("outcome", err_name(http->err)),
		LOG_NUMBER("ms", ms),
		LOG_NUMBER("book", http->correlation), /* the last: left out if it is 0 */
	};
	int n = (int)ARRAY_SIZE(fields) - (http->correlation == 0);
	enum log_level level = LOG_INFO;
	if (http->status >= 500) /* a 503 is deliberate, a 500 is not */
		level = http->status == 500 ? LOG_ERROR : LOG_WARN;
	log_write(level, "request", fields, n);
}

/* Reads the whole request; one that arrives incomplete is not handled. */
static enum err
request_receive(struct connection_server *server, int fd, struct fcgi_connection *connection,
                bool *ret_too_large)
{
	enum err err = fcgi_connection_open(connection, fd);
	if (err != OK)
		return err;
	buf_reset(&server->body);
	err = fcgi_connection_body(connection, &server->body, ret_too_large);
	if (err != OK)
		fcgi_connection_drop(connection);
	return err;
}

static void
response_send(struct connection_server *server, int fd, struct fcgi_connection *connection)
{
	const struct http_response *http = &server->http;
	if (http->silent) {
		fcgi_connection_drop(connection);
		return;
	}
	thread_phase_enter(&server->phase, PHASE_SENDING, fd);
	if (fcgi_connection_send(connection, &http->head, &http->body) != OK)
		LOG(LOG_WARN, "answer-not-taken", LOG_TEXT("request", http->request_id));
}

static void
request_serve(struct connection_server *server, int fd)
{
	struct http_response *http = &server->http;
	struct fcgi_connection connection;
	bool too_large = false;
	enum err err = request_receive(server, fd, &connection, &too_large);
	if (err != OK) {
		LOG(LOG_WARN, "request-not-received", LOG_TEXT("outcome", err_name(err)));
		return;
	}
	int64_t from_ms = monotonic_ms();
	thread_phase_enter(&server->phase, PHASE_WORKING, fd);
	struct raw_request raw = {.params = fcgi_connection_params(&connection),
	                          .body = &server->body,
	                          .body_too_large = too_large};
	request_handle(server->program, &raw, http);
	response_send(server, fd, &connection);
	int64_t ms = monotonic_ms() - from_ms;
	stats_count(server->stats, http->route, http->silent ? 0 : http->status, ms);
	request_log(http, ms);
}

static void
timeout_set(int fd, int option, uint32_t ms)
{
	struct timeval time = {.tv_sec = ms / 1000, .tv_usec = (suseconds_t)(ms % 1000) * 1000};
	if (setsockopt(fd, SOL_SOCKET, option, &time, sizeof(time)) != 0)
		LOG(LOG_ERROR, "socket-timeout", LOG_TEXT("error", strerror(errno)));
}

void
connection_serve(struct connection_server *server, int fd)
{
	uint32_t timeout_ms = server->program->settings->read_timeout_ms;
	timeout_set(fd, SO_RCVTIMEO, timeout_ms);
	timeout_set(fd, SO_SNDTIMEO, timeout_ms);
	thread_phase_enter(&server->phase, PHASE_READING, fd);
	request_serve(server, fd);
	thread_phase_enter(&server->phase, PHASE_IDLE, -1);
	close(fd);
	if (server->http.body.cap > BUFFER_KEPT_MAX)
		buf_done(&server->http.body);
}
