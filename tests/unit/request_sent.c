/* SPDX-License-Identifier: MIT */
/* request_sent - a service with one handler, and requests to it as nginx sends them. */
#include "tests/unit/request_sent.h"

#include "adapters/json/json.h"
#include "base/mem.h"
#include "fcgi/hal.h"
#include "fcgi/paging.h"
#include "fcgi/request_handle.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PARAMS_MAX 24

struct handler handler;

static enum err
item(const struct app *app, const struct request *req, struct response *res)
{
	struct json_object *body = json_new_object();
	(void)app;
	handler.calls++;
	handler.req = *req;
	json_put_u64(&body, "id", 17);
	json_put_text(&body, "status", "Booked");
	if (req->prefers_html) {
		json_put_text(&body, "reference", "5RA7C7N8");
		json_put_text(&body, "payUntil", "2027-05-05T05:32:00.000Z");
		json_put_text(&body, "name", "<script>");
	}
	hal_link(&body, "self", "/items/%d", 17);
	response_etag(res, 7);
	response_detail(res, "because of %s", "this");
	if (handler.outcome == ERR_INVALID) {
		response_fault(res, "/startDate", "date.past", "it is past");
		response_fault(res, "/guests", "range", "it is too large");
	}
	response_extra_link(res, "item", "/items/%d", 17);
	enum err err = response_body(res, body);
	return err == OK ? handler.outcome : err;
}

struct items_query {
	char city[100];
};

static enum err
items(const struct app *app, const struct request *req, struct response *res)
{
	static const char *const sorts[] = {"id", NULL};
	static const struct field query[] = {FIELD(items_query, city, TEXT, "city", OPTIONAL),
	                                     FIELD_END};
	struct items_query input;
	struct paging paging;
	(void)app;
	enum err err = request_paging(req, sorts, false, &paging, res);
	if (err == OK)
		err = request_query(req, query, &input, res);
	if (err != OK)
		return err;
	return response_body(res, hal_page(req, "items", json_new_array(), &paging, 45));
}

struct idempotency form_key;

struct form {
	uint64_t number;
};

static enum err
form(const struct app *app, const struct request *req, struct response *res)
{
	static const struct field fields[] = {FIELD(form, number, ID, "number", REQUIRED),
	                                      FIELD_END};
	struct form to = {.number = 0};
	enum err err = request_command(req, fields, &to, &form_key, res);
	return err == OK ? item(app, req, res) : err;
}

static const struct route routes[] = {
	{GET, "/items/{id}", item, .caller = CALLER_GUEST_OR_HOST},
	{GET, "/items", items, .caller = CALLER_NONE},
	{GET, "/open", item, .caller = CALLER_NONE, .open = true},
	{POST, "/items", item, .page = "/item.html"},
	{POST, "/items/{id}/cancel", item, .page = "/item.html"},
	{POST, "/rooms", item, .caller = CALLER_HOST},
	{POST, "/forms", form, .caller = CALLER_GUEST_OR_HOST, .fields = true},
	{PATCH, "/notes/{id}", item, .guarded = true, .caller = CALLER_RECIPIENT},
	{POST, "/secret", item, .internal = true},
};

static enum err
key_find(const struct app *app, const struct idempotency *key)
{
	(void)app;
	return strcmp(key->key, "used") == 0 ? ERR_KEY_REUSED : ERR_NOT_FOUND;
}

static const struct service service = {
	.name = "test", .routes = routes, .n_routes = ARRAY_SIZE(routes), .key_find = key_find};
struct settings settings = {.request_timeout_ms = 10000, .service_token = "s3cret"};
static const struct program program = {.service = &service, .settings = &settings};

/* The parameters of a request as nginx sends them: "NAME=value" each. */
static char *params[PARAMS_MAX + 1];
static size_t n_params;
struct http_response http;

void
param(const char *name, const char *value)
{
	char *text = malloc(strlen(name) + strlen(value) + 2);
	assert_true(text && n_params < PARAMS_MAX);
	sprintf(text, "%s=%s", name, value);
	params[n_params++] = text;
}

int
send_it(const char *method, const char *uri, const char *body)
{
	struct buf bytes = BUF_INIT(REQUEST_BODY_MAX);
	const char *query = strchr(uri, '?');
	char path[256];
	snprintf(path, sizeof(path), "%.*s", (int)strcspn(uri, "?"), uri);
	param("REQUEST_METHOD", method);
	param("DOCUMENT_URI", path);
	param("QUERY_STRING", query ? query + 1 : "");
	if (*body)
		assert_ok(buf_add(&bytes, body, strlen(body)));
	handler.calls = 0;
	struct raw_request raw = {.params = params, .body = &bytes};
	request_handle(&program, &raw, &http);
	handler.outcome = OK;
	buf_done(&bytes);
	while (n_params > 0) {
		free(params[--n_params]);
		params[n_params] = NULL;
	}
	return http.status;
}

int
send_json(const char *method, const char *uri, const char *body)
{
	param("CONTENT_TYPE", "application/json");
	return send_it(method, uri, body);
}

int
send_page_form(const char *uri, const char *body)
{
	param("CONTENT_TYPE", "application/x-www-form-urlencoded");
	param("HOTEL_PREFERS", "html");
	return send_it("POST", uri, body);
}

bool
has_line(const char *line)
{
	char whole[300];
	snprintf(whole, sizeof(whole), "%s\r\n", line);
	const char *at = strstr(http.head.data, whole);
	return at && (at == http.head.data || at[-1] == '\n');
}

const char *
body(void)
{
	return http.body.len ? http.body.data : "";
}
