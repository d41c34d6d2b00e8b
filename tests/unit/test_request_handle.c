/* SPDX-License-Identifier: MIT */
/* request_handle: from the parameters of nginx to the bytes of the response. */
#include "test.h"

#include "adapters/json/json.h"
#include "base/mem.h"
#include "fcgi/hal.h"
#include "fcgi/paging.h"
#include "fcgi/problem.h"
#include "fcgi/request.h"
#include "fcgi/request_handle.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PARAMS_MAX 24

/* The last request of the handler, and the outcome it returns. */
static struct {
	int calls;
	struct request req;
	enum err outcome;
} handler;

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

static struct idempotency form_key; /* that the handler would have stored */

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
static struct settings settings = {.request_timeout_ms = 10000, .service_token = "s3cret"};
static const struct program program = {.service = &service, .settings = &settings};

/* The parameters of a request as nginx sends them: "NAME=value" each. */
static char *params[PARAMS_MAX + 1];
static size_t n_params;
static struct http_response http;

static void
param(const char *name, const char *value)
{
	char *text = malloc(strlen(name) + strlen(value) + 2);
	assert_true(text && n_params < PARAMS_MAX);
	sprintf(text, "%s=%s", name, value);
	params[n_params++] = text;
}

/* Sends the request whose parameters param() has collected, and clears them. */
static int
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

static int
send_json(const char *method, const char *uri, const char *body)
{
	param("CONTENT_TYPE", "application/json");
	return send_it(method, uri, body);
}

static int
send_page_form(const char *uri, const char *body)
{
	param("CONTENT_TYPE", "application/x-www-form-urlencoded");
	param("HOTEL_PREFERS", "html");
	return send_it("POST", uri, body);
}

/* Whether the header has exactly this line. */
static bool
has_line(const char *line)
{
	char whole[300];
	snprintf(whole, sizeof(whole), "%s\r\n", line);
	const char *at = strstr(http.head.data, whole);
	return at && (at == http.head.data || at[-1] == '\n');
}

static const char *
body(void)
{
	return http.body.len ? http.body.data : "";
}

static void
a_success_is_hal_with_length_etag_and_request_id(void **state)
{
	(void)state;
	param("HTTP_X_REQUEST_ID", "abc-1");
	assert_int_equal(send_it("GET", "/items/5", ""), 200);
	assert_int_equal(handler.req.ids[0], 5);
	assert_true(has_line("Status: 200 OK"));
	assert_true(has_line("Content-Type: application/hal+json"));
	assert_true(has_line("Content-Length: 67"));
	assert_true(has_line("ETag: \"7\""));
	assert_true(has_line("X-Request-Id: abc-1"));
	assert_string_equal(body(), "{\"id\":17,\"status\":\"Booked\","
	                            "\"_links\":{\"self\":{\"href\":\"/items/17\"}}}\n");
}

static void
head_answers_as_get_but_without_a_body(void **state)
{
	(void)state;
	assert_int_equal(send_it("HEAD", "/items/5", ""), 200);
	assert_true(has_line("Content-Length: 67"));
	assert_int_equal(http.body.len, 0);
}

static void
an_unchanged_resource_is_304_without_a_body(void **state)
{
	(void)state;
	param("HTTP_IF_NONE_MATCH", "W/\"6\", W/\"7\"");
	assert_int_equal(send_it("GET", "/items/5", ""), 304);
	assert_true(has_line("ETag: \"7\""));
	assert_int_equal(http.body.len, 0);
	assert_null(strstr(http.head.data, "Content-Length"));
	param("HTTP_IF_NONE_MATCH", "\"6\"");
	assert_int_equal(send_it("GET", "/items/5", ""), 200);
}

static void
a_get_demands_its_version_by_if_match(void **state)
{
	(void)state;
	static const char *const methods[] = {"GET", "HEAD"};
	for (size_t i = 0; i < ARRAY_SIZE(methods); i++) {
		param("HTTP_IF_MATCH", "\"6\"");
		assert_int_equal(send_it(methods[i], "/items/5", ""), 412);
		param("HTTP_IF_MATCH", "\"6\", \"7\"");
		param("HTTP_IF_NONE_MATCH", "\"7\"");
		assert_int_equal(send_it(methods[i], "/items/5", ""), 304);
		param("HTTP_IF_MATCH", "*");
		assert_int_equal(send_it(methods[i], "/items/5", ""), 200);
	}
	param("HTTP_IF_MATCH", "\"9\"");
	handler.outcome = ERR_NOT_FOUND;
	assert_int_equal(send_it("GET", "/items/5", ""), 404);
}

/* A list has no tag, but it exists. */
static void
a_condition_on_a_list_that_cannot_hold_does_nothing(void **state)
{
	(void)state;
	param("HTTP_IF_NONE_MATCH", "*");
	assert_int_equal(send_json("POST", "/items", "{}"), 412);
	param("HTTP_IF_MATCH", "\"7\"");
	assert_int_equal(send_json("POST", "/items", "{}"), 412);
	assert_int_equal(handler.calls, 0);
	param("HTTP_IF_MATCH", "*");
	param("HTTP_IF_NONE_MATCH", "\"7\"");
	assert_int_equal(send_json("POST", "/items", "{}"), 200);
	param("HTTP_IF_NONE_MATCH", "*");
	assert_int_equal(send_it("GET", "/items", ""), 304);
	param("HTTP_IF_MATCH", "\"1\"");
	assert_int_equal(send_it("GET", "/items", ""), 412);
}

static void
a_condition_that_cannot_be_read_is_malformed(void **state)
{
	(void)state;
	param("HTTP_IF_MATCH", "7");
	assert_int_equal(send_json("POST", "/items", "{}"), 400);
	assert_non_null(strstr(http.body.data, "If-Match"));
	param("HTTP_IF_NONE_MATCH", "\"7");
	assert_int_equal(send_it("GET", "/items/5", ""), 400);
}

/* What one person sees is stored nowhere; what everybody sees is asked for again. */
static void
only_answers_for_everybody_may_be_stored(void **state)
{
	(void)state;
	send_it("GET", "/open", "");
	assert_true(has_line("Cache-Control: no-cache"));
	handler.outcome = ERR_NOT_FOUND;
	send_it("GET", "/open", "");
	assert_true(has_line("Cache-Control: no-store"));
	assert_true(has_line("Status: 404 Not Found"));
	send_it("GET", "/items/5", "");
	assert_true(has_line("Cache-Control: no-store"));
	send_json("POST", "/items", "{}");
	assert_true(has_line("Cache-Control: no-store"));
}

static void
a_patch_with_another_type_and_options_name_the_types_that_patch_takes(void **state)
{
	(void)state;
	param("CONTENT_TYPE", "application/merge-patch+json");
	assert_int_equal(send_it("PATCH", "/notes/1", "{}"), 415);
	assert_true(has_line("Accept-Patch: " BODY_TYPES));
	assert_int_equal(send_it("OPTIONS", "/notes/1", ""), 204);
	assert_true(has_line("Accept-Patch: " BODY_TYPES));
	assert_int_equal(send_it("OPTIONS", "/items", ""), 204);
	assert_null(strstr(http.head.data, "Accept-Patch"));
	param("CONTENT_TYPE", "text/plain");
	assert_int_equal(send_it("POST", "/items", "{}"), 415);
	assert_null(strstr(http.head.data, "Accept-Patch"));
}

static void
a_change_without_a_body_or_in_another_charset_is_refused(void **state)
{
	(void)state;
	assert_int_equal(send_it("PATCH", "/notes/1", ""), 422);
	assert_non_null(strstr(body(), "\"pointer\":\"\",\"code\":\"required\""));
	param("CONTENT_TYPE", "application/json; charset=UTF-16");
	assert_int_equal(send_it("POST", "/items", "{}"), 415);
	param("CONTENT_TYPE", "application/json;charset=utf-8");
	assert_int_equal(send_it("POST", "/items", "{}"), 200);
}

static void
a_404_says_what_there_is_not_and_what_to_send(void **state)
{
	(void)state;
	handler.outcome = ERR_NOT_FOUND;
	send_json("PATCH", "/notes/1", "{\"recipientId\":3}");
	assert_non_null(strstr(body(), "\"title\""));
	handler.outcome = ERR_NOT_FOUND;
	send_it("GET", "/nope", "");
	assert_non_null(strstr(body(), "There is no such path."));
}

static void
every_status_has_its_reason(void **state)
{
	(void)state;
	for (enum err err = OK; err < ERR_MAX; err++)
		assert_string_not_equal(status_reason(problem_of(err).status), "Unknown");
}

static void
links_name_the_caller_as_their_paths_read_it(void **state)
{
	(void)state;
	char text[HAL_CALLER_TEXT];
	const struct caller guest = {.id = 42, .roles = ROLE_GUEST},
			    host = {.id = 7, .roles = ROLE_HOST},
			    nobody = {.id = 0, .roles = ROLE_GUEST};
	const struct caller host_0 = {.id = 0, .roles = ROLE_HOST},
			    both = {.id = 9, .roles = ROLE_GUEST | ROLE_HOST};
	assert_string_equal(hal_caller(&guest, CALLER_GUEST_OR_HOST, text), "?guestId=42");
	assert_string_equal(hal_caller(&host, CALLER_GUEST_OR_HOST, text), "?role=host&hostId=7");
	assert_string_equal(hal_caller(&host_0, CALLER_GUEST_OR_HOST, text), "?role=host");
	assert_string_equal(hal_caller(&nobody, CALLER_GUEST_OR_HOST, text), "");
	assert_string_equal(hal_caller(&host, CALLER_HOST, text), "?hostId=7");
	assert_string_equal(hal_caller(&host_0, CALLER_HOST, text), "");
	assert_string_equal(hal_caller(&guest, CALLER_HOST, text), "");
	assert_string_equal(hal_caller(&both, CALLER_RECIPIENT, text), "?recipientId=9");
}

static void
a_problem_has_type_title_status_detail_instance_and_extras(void **state)
{
	(void)state;
	handler.outcome = ERR_TAKEN;
	assert_int_equal(send_it("GET", "/items/5", ""), 409);
	assert_true(has_line("Content-Type: application/problem+json"));
	assert_string_equal(
		body(),
		"{\"type\":\"/problems/room-taken\",\"title\":\"The room is taken on a night "
		"of the stay\",\"status\":409,\"detail\":\"because of this\",\"instance\":"
		"\"/items/5\",\"_links\":{\"item\":{\"href\":\"/items/17\"}}}\n");
	assert_null(strstr(http.head.data, "ETag"));
}

static void
every_outcome_of_a_handler_has_a_response(void **state)
{
	(void)state;
	for (enum err err = OK; err < ERR_MAX; err++) {
		handler.outcome = err;
		int status = send_it("GET", "/items/5", "");
		assert_true(status == 200 || status == 304 || status >= 400);
		assert_int_equal(http.err, err);
		assert_false(http.silent);
	}
}

static void
a_temporary_problem_has_retry_after(void **state)
{
	(void)state;
	handler.outcome = ERR_UNAVAILABLE;
	assert_int_equal(send_it("GET", "/items/5", ""), 503);
	assert_true(has_line("Retry-After: 1"));
	handler.outcome = ERR_STATE_CONFLICT;
	assert_int_equal(send_it("GET", "/items/5", ""), 409);
	assert_null(strstr(http.head.data, "Retry-After"));
}

static void
unknown_paths_methods_and_content_types_are_refused_before_the_handler(void **state)
{
	(void)state;
	assert_int_equal(send_it("GET", "/nothing", ""), 404);
	assert_int_equal(send_it("DELETE", "/items/5", ""), 405);
	assert_true(has_line("Allow: GET, HEAD, OPTIONS"));
	assert_int_equal(send_it("BREW", "/items/5", ""), 405);
	assert_int_equal(send_it("POST", "/items", "{}"), 415);
	param("CONTENT_TYPE", "text/plain");
	assert_int_equal(send_it("POST", "/items", "{}"), 415);
	assert_int_equal(handler.calls, 0);
}

static void
options_is_204_with_the_methods_of_the_path(void **state)
{
	(void)state;
	assert_int_equal(send_it("OPTIONS", "/items", ""), 204);
	assert_true(has_line("Allow: GET, HEAD, POST, OPTIONS"));
	assert_int_equal(http.body.len, 0);
	assert_int_equal(handler.calls, 0);
}

static void
an_unparsable_request_is_malformed_and_the_detail_says_why(void **state)
{
	(void)state;
	assert_int_equal(send_json("POST", "/items", "{\"a\":1,\"a\":2}"), 400);
	assert_non_null(strstr(body(), "duplicate member"));
	assert_int_equal(send_it("GET", "/items?a=%", ""), 400);
	assert_int_equal(send_json("POST", "/items", "[]"), 422);
	assert_non_null(strstr(body(), "\"errors\":[{\"pointer\":\"\",\"code\":\"type\""));
	assert_int_equal(handler.calls, 0);
}

static void
a_missing_body_counts_as_an_empty_object(void **state)
{
	(void)state;
	assert_int_equal(send_it("POST", "/items/5/cancel", ""), 200);
	assert_int_equal(handler.calls, 1);
	assert_int_equal(send_json("POST", "/items/5/cancel", ""), 200);
}

/* ---- the caller ------------------------------------------------------------------------------ */

static void
the_caller_is_read_from_body_or_query(void **state)
{
	(void)state;
	send_it("GET", "/items/5", "");
	assert_int_equal(handler.req.caller.id, 0);
	assert_int_equal(handler.req.caller.roles, ROLE_GUEST);
	send_it("GET", "/items/5?guestId=8&hostId=9", "");
	assert_int_equal(handler.req.caller.id, 8);
	send_it("GET", "/items/5?guestId=8&hostId=9&role=host", "");
	assert_int_equal(handler.req.caller.id, 9);
	assert_int_equal(handler.req.caller.roles, ROLE_HOST);
	send_json("POST", "/items?guestId=8", "{\"guestId\":\"10\"}");
	assert_int_equal(handler.req.caller.id, 10);
	assert_int_equal(handler.req.origin.caller.id, 10);
	send_json("POST", "/rooms", "{\"hostId\":11}");
	assert_int_equal(handler.req.caller.id, 11);
	send_json("PATCH", "/notes/1?recipientId=12", "{}");
	assert_int_equal(handler.req.caller.id, 12);
	assert_int_equal(handler.calls, 1);
}

static void
an_invalid_caller_is_a_fault(void **state)
{
	(void)state;
	assert_int_equal(send_it("GET", "/items/5?guestId=x", ""), 422);
	assert_non_null(strstr(body(), "\"pointer\":\"/guestId\",\"code\":\"type\""));
	assert_int_equal(send_it("GET", "/items/5?role=king", ""), 422);
	assert_int_equal(send_json("POST", "/rooms", "{\"hostId\":-1}"), 422);
	assert_int_equal(handler.calls, 0);
}

static void
faults_of_caller_key_and_fields_are_listed_together(void **state)
{
	(void)state;
	param("HTTP_IDEMPOTENCY_KEY", "");
	assert_int_equal(send_json("POST", "/forms", "{\"guestId\":\"x\"}"), 422);
	assert_non_null(strstr(body(), "\"/guestId\""));
	assert_non_null(strstr(body(), "\"/idempotencyKey\""));
	assert_non_null(strstr(body(), "\"/number\""));
	assert_int_equal(send_json("POST", "/forms", "{\"guestId\":\"x\",\"number\":1}"), 422);
	assert_int_equal(handler.calls, 0);
	assert_int_equal(send_json("POST", "/forms", "{\"guestId\":\"1\",\"number\":1}"), 200);
}

static void
internal_operations_need_listener_and_token(void **state)
{
	(void)state;
	assert_int_equal(send_json("POST", "/secret", "{}"), 404);
	param("HTTP_X_SERVICE_TOKEN", "s3cret");
	param("HOTEL_LISTENER", "public");
	assert_int_equal(send_json("POST", "/secret", "{}"), 404);
	param("HOTEL_LISTENER", "internal");
	assert_int_equal(send_json("POST", "/secret", "{}"), 401);
	assert_true(has_line("WWW-Authenticate: Bearer"));
	param("HOTEL_LISTENER", "internal");
	param("HTTP_X_SERVICE_TOKEN", "s3cre");
	assert_int_equal(send_json("POST", "/secret", "{}"), 401);
	assert_int_equal(handler.calls, 0);
	param("HOTEL_LISTENER", "internal");
	param("HTTP_X_SERVICE_TOKEN", "s3cret");
	assert_int_equal(send_json("POST", "/secret", "{}"), 200);
	assert_int_equal(handler.req.caller.roles, ROLE_SERVICE);
}

static void
without_a_configured_secret_every_service_token_is_refused(void **state)
{
	(void)state;
	settings.service_token[0] = '\0';
	param("HOTEL_LISTENER", "internal");
	param("HTTP_X_SERVICE_TOKEN", "");
	assert_int_equal(send_json("POST", "/secret", "{}"), 401);
	strcpy(settings.service_token, "s3cret");
}

/* ---- keys, ids and conditions ---------------------------------------------------------------- */

static void
an_idempotency_key_is_bound_to_caller_path_and_request(void **state)
{
	(void)state;
	unsigned char first[sizeof(form_key.fingerprint)];
	param("HTTP_IDEMPOTENCY_KEY", "k 1");
	send_json("POST", "/forms", "{\"guestId\":8,\"number\":1}");
	assert_string_equal(form_key.key, "k 1");
	assert_non_null(strstr(form_key.scope, "/forms"));
	assert_non_null(strstr(form_key.scope, ":8 "));
	memcpy(first, form_key.fingerprint, sizeof(first));
	send_json("POST", "/forms?guestId=8", "{\"number\":\"1\", \"idempotencyKey\":\"k 1\"}");
	assert_string_equal(form_key.key, "k 1");
	assert_memory_equal(form_key.fingerprint, first, sizeof(first));
	param("HTTP_IDEMPOTENCY_KEY", "k 1");
	send_json("POST", "/forms", "{\"guestId\":8,\"number\":2}");
	assert_memory_not_equal(form_key.fingerprint, first, sizeof(first));
}

static void
the_header_wins_over_the_field_with_the_key(void **state)
{
	(void)state;
	param("HTTP_IDEMPOTENCY_KEY", "header");
	send_json("POST", "/forms", "{\"number\":1,\"idempotencyKey\":\"field\"}");
	assert_string_equal(form_key.key, "header");
}

/* What is invalid had no effect, so the key belongs to another request. */
static void
a_used_key_is_told_before_any_invalid_field(void **state)
{
	(void)state;
	param("HTTP_IDEMPOTENCY_KEY", "used");
	assert_int_equal(send_json("POST", "/forms", "{\"number\":\"x\"}"), 422);
	assert_non_null(strstr(body(), "/problems/idempotency-reused"));
	assert_null(strstr(body(), "errors"));
	param("HTTP_IDEMPOTENCY_KEY", "new");
	assert_int_equal(send_json("POST", "/forms", "{\"number\":\"x\"}"), 422);
	assert_non_null(strstr(body(), "/problems/validation"));
}

/* The Back button brings a page's form with the key that it had. */
static void
a_browsers_form_that_was_filled_in_otherwise_has_another_key(void **state)
{
	(void)state;
	char first[sizeof(form_key.key)];
	send_page_form("/forms", "idempotencyKey=k&number=1");
	memcpy(first, form_key.key, sizeof(first));
	assert_int_equal(strlen(first), 64);
	send_page_form("/forms", "number=1&idempotencyKey=k");
	assert_string_equal(form_key.key, first);
	send_page_form("/forms", "idempotencyKey=k&number=2");
	assert_string_not_equal(form_key.key, first);
	send_page_form("/forms", "idempotencyKey=l&number=1");
	assert_string_not_equal(form_key.key, first);
	param("CONTENT_TYPE", "application/x-www-form-urlencoded");
	send_it("POST", "/forms", "idempotencyKey=k&number=1");
	assert_string_equal(form_key.key, "k");
}

static void
an_invalid_key_is_a_fault_and_an_empty_form_field_counts_as_absent(void **state)
{
	(void)state;
	char longest[257];
	memset(longest, 'k', 256);
	longest[256] = '\0';
	param("HTTP_IDEMPOTENCY_KEY", longest);
	assert_int_equal(send_json("POST", "/items", "{}"), 422);
	longest[255] = '\0';
	param("HTTP_IDEMPOTENCY_KEY", longest);
	assert_int_equal(send_json("POST", "/items", "{}"), 200);
	param("HTTP_IDEMPOTENCY_KEY", "");
	assert_int_equal(send_json("POST", "/items", "{}"), 422);
	param("HTTP_IDEMPOTENCY_KEY", "é");
	assert_int_equal(send_json("POST", "/items", "{}"), 422);
	assert_int_equal(send_json("POST", "/items", "{\"idempotencyKey\":5}"), 422);
	param("CONTENT_TYPE", "application/x-www-form-urlencoded");
	assert_int_equal(send_it("POST", "/items", "idempotencyKey="), 200);
	assert_string_equal(handler.req.key.key, "");
}

static void
invalid_request_ids_and_traceparents_are_not_kept(void **state)
{
	(void)state;
	param("HTTP_X_REQUEST_ID", "evil\r\nX: y");
	param("HTTP_TRACEPARENT", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01");
	send_it("GET", "/items/5", "");
	assert_int_equal(strlen(handler.req.origin.request_id), 36);
	assert_string_equal(handler.req.origin.traceparent,
	                    "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01");
	assert_null(strstr(http.head.data, "evil"));
	param("HTTP_TRACEPARENT", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-x");
	send_it("GET", "/items/5", "");
	assert_string_equal(handler.req.origin.traceparent, "");
}

static void
if_match_reaches_the_handler_as_a_version(void **state)
{
	(void)state;
	param("HTTP_IF_MATCH", "\"7\"");
	send_json("PATCH", "/notes/1", "{}");
	assert_true(version_set_has(&handler.req.condition.if_match, 7));
	assert_false(version_set_has(&handler.req.condition.if_match, 8));
	send_json("PATCH", "/notes/1", "{}");
	assert_false(precondition_given(&handler.req.condition));
}

/* ---- pages ----------------------------------------------------------------------------------- */

static void
a_browsers_form_is_redirected_to_the_page_of_its_result(void **state)
{
	(void)state;
	assert_int_equal(send_page_form("/items", "a=1"), 303);
	assert_true(has_line("Location: /item.html?id=17&status=Booked&reference=5RA7C7N8"
	                     "&payUntil=2027-05-05T05:32:00.000Z"));
	assert_true(has_line("Content-Length: 0"));
	assert_int_equal(http.body.len, 0);
}

static void
a_browsers_form_is_redirected_to_the_page_of_its_problem(void **state)
{
	(void)state;
	handler.outcome = ERR_STATE_CONFLICT;
	assert_int_equal(send_page_form("/items/5/cancel", ""), 303);
	assert_true(has_line("Location: /item.html?id=5&problem=state-conflict"));
	handler.outcome = ERR_INVALID;
	assert_int_equal(send_page_form("/items", ""), 303);
	assert_true(has_line("Location: /item.html?problem=validation&errors=startDate,guests"));
	assert_int_equal(send_page_form("/items", "a=%"), 303);
	assert_true(has_line("Location: /item.html?problem=malformed"));
	handler.outcome = ERR_DECLINED;
	assert_int_equal(send_page_form("/items", "roomId=3&startDate=2027-05-05&guests=2"
	                                          "&endDate=012345678901234567890&name=Kim"),
	                 303);
	assert_true(has_line("Location: /item.html?problem=payment-declined&roomId=3"
	                     "&startDate=2027-05-05&guests=2"));
}

static void
a_form_of_another_client_is_answered_in_json(void **state)
{
	(void)state;
	param("CONTENT_TYPE", "application/x-www-form-urlencoded");
	param("HTTP_ACCEPT", "text/html"); /* nginx decides */
	param("HOTEL_PREFERS", "");
	assert_int_equal(send_it("POST", "/items", "a=1"), 200);
	assert_true(has_line("Content-Type: application/hal+json"));
}

/* ---- collections ----------------------------------------------------------------------------- */

static void
the_links_of_a_page_keep_the_query_parameters_that_the_list_knows(void **state)
{
	(void)state;
	assert_int_equal(send_it("GET", "/items?city=%EC%84%9C%26x&color=red&page=1&size=20", ""),
	                 200);
	assert_string_equal(
		body(),
		"{\"_embedded\":{\"items\":[]},\"_links\":{"
		"\"self\":{\"href\":\"/items?city=%EC%84%9C%26x&page=1&size=20\"},"
		"\"first\":{\"href\":\"/items?city=%EC%84%9C%26x&page=0&size=20\"},"
		"\"prev\":{\"href\":\"/items?city=%EC%84%9C%26x&page=0&size=20\"},"
		"\"next\":{\"href\":\"/items?city=%EC%84%9C%26x&page=2&size=20\"},"
		"\"last\":{\"href\":\"/items?city=%EC%84%9C%26x&page=2&size=20\"}},"
		"\"page\":{\"size\":20,\"totalElements\":45,\"totalPages\":3,\"number\":1}}\n");
}

static void
the_first_page_has_no_prev_link_and_the_last_no_next_link(void **state)
{
	(void)state;
	send_it("GET", "/items", "");
	assert_null(strstr(body(), "\"prev\""));
	assert_non_null(strstr(body(), "\"next\":{\"href\":\"/items?page=1&size=20\"}"));
	send_it("GET", "/items?page=2", "");
	assert_null(strstr(body(), "\"next\""));
	send_it("GET", "/items?page=9", "");
	assert_null(strstr(body(), "\"next\""));
	assert_non_null(strstr(body(), "\"prev\":{\"href\":\"/items?page=2&size=20\"}"));
}

static int
buffers_free(void **state)
{
	(void)state;
	http_response_done(&http);
	return 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_success_is_hal_with_length_etag_and_request_id),
		cmocka_unit_test(head_answers_as_get_but_without_a_body),
		cmocka_unit_test(an_unchanged_resource_is_304_without_a_body),
		cmocka_unit_test(only_answers_for_everybody_may_be_stored),
		cmocka_unit_test(
			a_patch_with_another_type_and_options_name_the_types_that_patch_takes),
		cmocka_unit_test(a_change_without_a_body_or_in_another_charset_is_refused),
		cmocka_unit_test(a_404_says_what_there_is_not_and_what_to_send),
		cmocka_unit_test(every_status_has_its_reason),
		cmocka_unit_test(links_name_the_caller_as_their_paths_read_it),
		cmocka_unit_test(a_get_demands_its_version_by_if_match),
		cmocka_unit_test(a_condition_on_a_list_that_cannot_hold_does_nothing),
		cmocka_unit_test(a_condition_that_cannot_be_read_is_malformed),
		cmocka_unit_test(a_problem_has_type_title_status_detail_instance_and_extras),
		cmocka_unit_test(every_outcome_of_a_handler_has_a_response),
		cmocka_unit_test(a_temporary_problem_has_retry_after),
		cmocka_unit_test(
			unknown_paths_methods_and_content_types_are_refused_before_the_handler),
		cmocka_unit_test(options_is_204_with_the_methods_of_the_path),
		cmocka_unit_test(an_unparsable_request_is_malformed_and_the_detail_says_why),
		cmocka_unit_test(a_missing_body_counts_as_an_empty_object),
		cmocka_unit_test(the_caller_is_read_from_body_or_query),
		cmocka_unit_test(an_invalid_caller_is_a_fault),
		cmocka_unit_test(faults_of_caller_key_and_fields_are_listed_together),
		cmocka_unit_test(internal_operations_need_listener_and_token),
		cmocka_unit_test(without_a_configured_secret_every_service_token_is_refused),
		cmocka_unit_test(an_idempotency_key_is_bound_to_caller_path_and_request),
		cmocka_unit_test(a_browsers_form_that_was_filled_in_otherwise_has_another_key),
		cmocka_unit_test(the_header_wins_over_the_field_with_the_key),
		cmocka_unit_test(a_used_key_is_told_before_any_invalid_field),
		cmocka_unit_test(
			an_invalid_key_is_a_fault_and_an_empty_form_field_counts_as_absent),
		cmocka_unit_test(invalid_request_ids_and_traceparents_are_not_kept),
		cmocka_unit_test(if_match_reaches_the_handler_as_a_version),
		cmocka_unit_test(a_browsers_form_is_redirected_to_the_page_of_its_result),
		cmocka_unit_test(a_browsers_form_is_redirected_to_the_page_of_its_problem),
		cmocka_unit_test(a_form_of_another_client_is_answered_in_json),
		cmocka_unit_test(the_links_of_a_page_keep_the_query_parameters_that_the_list_knows),
		cmocka_unit_test(the_first_page_has_no_prev_link_and_the_last_no_next_link),
	};
	return cmocka_run_group_tests(tests, NULL, buffers_free);
}
