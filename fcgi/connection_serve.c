/* SPDX-License-Identifier: MIT */
#include "fcgi/connection_serve.h"

#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/text.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>

#define BUFFER_KEPT_MAX (256 * 1024) /* bytes kept for the next response */

void
connection_server_init(struct connection_server *server, const struct program *program,
                       struct stats *stats, struct refusals *refusals)
{
	*server = (struct connection_server){
		.program = program, .stats = stats, .refusals = refusals};
	fcgi_connection_prepare(&server->fcgi);
	thread_phase_init(&server->phase);
}

void
connection_server_done(struct connection_server *server)
{
	fcgi_connection_done(&server->fcgi);
	thread_phase_done(&server->phase);
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

/* Whether the body is as long as its sender announced; one that was cut off is not handled. */
static bool
body_is_whole(char *const params[], const struct record_parser *records)
{
	const char *length = param_or(params, "CONTENT_LENGTH", "");
	uint64_t announced = 0;
	if (*length && text_to_u64(length, INT64_MAX, &announced) != OK)
		return false;
	return records->body_arrived == announced;
}

static void
response_send(struct connection_server *server, int fd)
{
	const struct http_response *http = &server->http;
	struct fcgi_connection *fcgi = &server->fcgi;
	if (http->silent) {
		fcgi_connection_drop(fcgi);
		return;
	}
	thread_phase_enter(&server->phase, PHASE_SENDING, fd);
	if (fcgi_connection_send(fcgi, &http->head, &http->body) != OK)
		LOG(LOG_WARN, "answer-not-taken", LOG_TEXT("request", http->request_id));
}

static void
request_serve(struct connection_server *server, const struct connection *connection)
{
	struct http_response *http = &server->http;
	const struct record_parser *records = &connection->records;
	struct fcgi_connection *fcgi = &server->fcgi;
	int64_t from_ms = monotonic_ms();
	enum err err = fcgi_connection_open(fcgi, connection->fd, records);
	if (err != OK) {
		LOG(LOG_ERROR, "request-not-read", LOG_TEXT("outcome", err_name(err)));
		return;
	}
	char *const *params = fcgi_connection_params(fcgi);
	if (!body_is_whole(params, records)) {
		fcgi_connection_drop(fcgi);
		refusal_count(server->refusals, REFUSED_CLOSED,
		              "the body is not as long as CONTENT_LENGTH says");
		return;
	}
	struct raw_request raw = {.params = params,
	                          .params_too_large = records->params_too_large,
	                          .body = &records->body,
	                          .body_too_large = records->body_arrived > records->body.len};
	request_handle(server->program, &raw, http);
	response_send(server, connection->fd);
	int64_t ms = monotonic_ms() - from_ms;
	stats_count(server->stats, http->route, http->silent ? 0 : http->status, ms);
	request_log(http, ms);
}

/* A peer that does not read its response holds the thread for so long. */
static void
send_timeout_set(int fd, uint32_t ms)
{
	struct timeval time = {.tv_sec = ms / 1000, .tv_usec = (suseconds_t)(ms % 1000) * 1000};
	if (setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &time, sizeof(time)) != 0)
		LOG(LOG_ERROR, "socket-timeout", LOG_TEXT("error", strerror(errno)));
}

void
connection_serve(struct connection_server *server, struct connection *connection)
{
	send_timeout_set(connection->fd, server->program->settings->read_timeout_ms);
	thread_phase_enter(&server->phase, PHASE_WORKING, connection->fd);
	request_serve(server, connection);
	thread_phase_enter(&server->phase, PHASE_IDLE, -1);
	connection_free(connection);
	if (server->http.body.cap > BUFFER_KEPT_MAX)
		buf_done(&server->http.body);
}
