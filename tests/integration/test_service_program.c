/* SPDX-License-Identifier: MIT */
/*
 * A service for the tests of fcgi/service.c. A handler reports its start by a byte on descriptor 3;
 * where a test wants to keep it busy, it waits for a byte on descriptor 4.
 */
#include "adapters/json/json.h"
#include "base/mem.h"
#include "fcgi/hal.h"
#include "fcgi/request.h"
#include "fcgi/response.h"
#include "fcgi/service.h"

#include <inttypes.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define ENTERED_FD 3
#define GATE_FD    4

struct app {
	const struct settings *settings;
	atomic_uint_fast64_t *effects; /* how many requests had an effect */
};

struct note {
	char text[401];
	uint64_t number;
};

static const struct field note_fields[] = {
	FIELD(note, text, TEXT, "text", REQUIRED, .min = 1, .max = 100),
	FIELD(note, number, ID, "number", REQUIRED),
	FIELD_END,
};

/* Responds {"effects":n}. */
static enum err
effects_show(const struct app *app, const struct request *req, struct response *res)
{
	struct json_object *body = json_new_object();
	(void)req;
	json_put_u64(&body, "effects", atomic_load(app->effects));
	return response_body(res, body);
}

static enum err
note_create(const struct app *app, const struct request *req, struct response *res)
{
	struct note note = {.number = 0};
	enum err err = request_fields(req, note_fields, &note, res);
	if (err != OK)
		return err;
	struct json_object *body = json_new_object();
	json_put_text(&body, "text", note.text);
	json_put_u64(&body, "id", note.number);
	json_put_text(&body, "status", "Kept");
	hal_link(&body, "self", "/notes/%" PRIu64, note.number);
	atomic_fetch_add(app->effects, 1);
	response_created(res, "/notes/%" PRIu64, note.number);
	response_etag(res, 7);
	return response_body(res, body);
}

static enum err
gate_pass(const struct app *app, const struct request *req, struct response *res)
{
	char byte = 'e';
	if (write(ENTERED_FD, &byte, 1) != 1 || read(GATE_FD, &byte, 1) != 1)
		return ERR_SYSTEM;
	return effects_show(app, req, res);
}

/* A body of a megabyte. */
static enum err
large_show(const struct app *app, const struct request *req, struct response *res)
{
	(void)app;
	(void)req;
	CLEANUP(free_p) char *text = malloc(1 << 20);
	struct json_object *body = json_new_object();
	if (!text)
		return ERR_MEMORY;
	memset(text, 'x', (1 << 20) - 1);
	text[(1 << 20) - 1] = '\0';
	json_put_text(&body, "text", text);
	return response_body(res, body);
}

static void
app_close(struct app *app)
{
	free(app->effects);
	free(app);
}

static enum err
app_open(const struct settings *settings, struct app **ret_app)
{
	struct app *app = calloc(1, sizeof(*app));
	if (!app)
		return ERR_MEMORY;
	app->settings = settings;
	app->effects = calloc(1, sizeof(*app->effects));
	if (!app->effects) {
		app_close(app);
		return ERR_MEMORY;
	}
	*ret_app = app;
	return OK;
}

/* With this currency the service never becomes ready. */
static enum err
app_ready(const struct app *app)
{
	return strcmp(app->settings->currency, "ISK") == 0 ? ERR_UNAVAILABLE : OK;
}

static void
app_metrics(const struct app *app, struct metrics *to)
{
	METRIC(to, METRIC_EVENTS_APPLIED, atomic_load(app->effects));
}

static const struct route routes[] = {
	{GET, "/effects", effects_show, .caller = CALLER_NONE},
	{POST, "/notes", note_create, .page = "/note.html"},
	{POST, "/gate", gate_pass, .caller = CALLER_NONE},
	{GET, "/large", large_show, .caller = CALLER_NONE},
	{POST, "/secret", effects_show, .internal = true},
};

static const struct service service = {
	.name = "test-service",
	.routes = routes,
	.n_routes = ARRAY_SIZE(routes),
	.open = app_open,
	.close = app_close,
	.ready = app_ready,
	.metrics = app_metrics,
};

int
main(int argc, char **argv)
{
	return service_run(&service, argc, argv);
}
