/* SPDX-License-Identifier: MIT */
/* admin - the listener for the operator: /livez, /readyz and /metrics. */
#include "adapters/system/admin.h"

#include "adapters/system/listen.h"
#include "adapters/system/probe.h"
#include "adapters/system/process.h"
#include "adapters/system/prometheus_text.h"
#include "base/mem.h"

#include <microhttpd.h>
#include <string.h>
#include <unistd.h>

#define ADMIN_BACKLOG     16
#define ADMIN_CONNECTIONS 16
#define ADMIN_TIMEOUT_S   5
#define READY_LIMIT_MS    2000 /* for an answer whether we are; a database that hangs gives none */
#define METRICS_MAX       (1024 * 1024)

struct admin {
	struct MHD_Daemon *daemon;
	struct probe *ready; /* NULL: always */
	struct admin_hooks hooks;
	char *address;
	instant_t start;
};

/* What is said to one request. */
struct reply {
	unsigned status;
	const char *type;
	struct buf body;
};

static enum err
livez(const struct admin *admin, struct reply *reply)
{
	(void)admin;
	return buf_add(&reply->body, "ok\n", 3);
}

static enum err
ask_ready(const struct admin *admin)
{
	return admin->ready ? probe_ask(admin->ready, READY_LIMIT_MS) : OK;
}

static enum err
readyz(const struct admin *admin, struct reply *reply)
{
	enum err ready = ask_ready(admin);
	if (ready != OK)
		reply->status = MHD_HTTP_SERVICE_UNAVAILABLE;
	return buf_addf(&reply->body, "%s\n", err_name(ready));
}

static enum err
metrics(const struct admin *admin, struct reply *reply)
{
	struct prometheus_text text = prometheus_text(&reply->body);
	struct metrics *to = &text.metrics;
	reply->type = "text/plain; version=0.0.4";
	METRIC(to, METRIC_BUILD_INFO, 1, admin->hooks.version);
	to->db_answers = ask_ready(admin) == OK;
	METRIC(to, METRIC_READY, to->db_answers);
	process_metrics(admin->start, admin->hooks.folder, to);
	if (admin->hooks.metrics)
		admin->hooks.metrics(admin->hooks.arg, to);
	return text.err;
}

static const struct page {
	const char *path;
	enum err (*write)(const struct admin *admin, struct reply *reply);
} pages[] = {{"/livez", livez}, {"/readyz", readyz}, {"/metrics", metrics}};

static void
reply_make(const struct admin *admin, const char *path, struct reply *reply)
{
	enum err err = OK;
	for (size_t i = 0; i < ARRAY_SIZE(pages); i++) {
		if (strcmp(path, pages[i].path) == 0) {
			reply->status = MHD_HTTP_OK;
			err = pages[i].write(admin, reply);
		}
	}
	if (err != OK) {
		reply->status = MHD_HTTP_INTERNAL_SERVER_ERROR;
		buf_reset(&reply->body);
	}
}

static enum MHD_Result
reply_queue(struct MHD_Connection *connection, struct reply *reply)
{
	struct MHD_Response *response = MHD_create_response_from_buffer(
		reply->body.len, reply->body.data, MHD_RESPMEM_MUST_COPY);
	if (!response)
		return MHD_NO;
	enum MHD_Result result = MHD_add_response_header(response, "Content-Type", reply->type);
	if (result == MHD_YES)
		result = MHD_queue_response(connection, reply->status, response);
	MHD_destroy_response(response);
	return result;
}

static enum MHD_Result
request_answer(void *arg, struct MHD_Connection *connection, const char *path, const char *method,
               const char *version, const char *upload, size_t *upload_size, void **context)
{
	struct reply reply = {
		.status = MHD_HTTP_NOT_FOUND, .type = "text/plain", .body = BUF_INIT(METRICS_MAX)};
	(void)version;
	(void)upload;
	(void)upload_size;
	(void)context;
	if (strcmp(method, "GET") == 0 || strcmp(method, "HEAD") == 0)
		reply_make(arg, path, &reply);
	else
		reply.status = MHD_HTTP_METHOD_NOT_ALLOWED;
	enum MHD_Result result = reply_queue(connection, &reply);
	buf_done(&reply.body);
	return result;
}

static void
admin_free(struct admin *admin)
{
	if (!admin)
		return;
	probe_close(admin->ready);
	free(admin->address);
	free(admin);
}

/* A thread for each connection: nobody who waits for a part keeps /livez from being answered. */
static enum err
daemon_start(struct admin *admin)
{
	int fd;
	enum err err = listen_at(admin->address, ADMIN_BACKLOG, &fd);
	if (err != OK)
		return err;
	admin->daemon =
		MHD_start_daemon(MHD_USE_INTERNAL_POLLING_THREAD | MHD_USE_THREAD_PER_CONNECTION |
	                                 MHD_USE_ITC | MHD_USE_POLL,
	                         0, NULL, NULL, request_answer, admin, MHD_OPTION_LISTEN_SOCKET, fd,
	                         MHD_OPTION_CONNECTION_LIMIT, ADMIN_CONNECTIONS,
	                         MHD_OPTION_CONNECTION_TIMEOUT, ADMIN_TIMEOUT_S, MHD_OPTION_END);
	if (admin->daemon)
		return OK;
	err = ERR_SYSTEM_HERE();
	close(fd);
	listen_unlink(admin->address);
	return err;
}

enum err
admin_open(const char *address, const struct admin_hooks *hooks, struct admin **ret_admin)
{
	*ret_admin = NULL;
	if (!*address)
		return OK;
	struct admin *admin = calloc(1, sizeof(*admin));
	enum err err = ERR_MEMORY;
	if (admin && (admin->address = strdup(address))) {
		admin->hooks = *hooks;
		admin->start = instant_now();
		err = OK;
		if (hooks->ready)
			err = probe_open(hooks->ready, hooks->arg, &admin->ready);
		if (err == OK)
			err = daemon_start(admin);
	}
	if (err == OK)
		*ret_admin = admin;
	else
		admin_free(admin);
	return err;
}

void
admin_close(struct admin *admin)
{
	if (!admin)
		return;
	MHD_stop_daemon(admin->daemon);
	listen_unlink(admin->address);
	admin_free(admin);
}
