/* SPDX-License-Identifier: MIT */
/*
 * Whole requests, from the parameters of nginx to the bytes of the response. The input is written
 * as HTTP is: "POST /items?x=1", headers, an empty line, the body.
 */
#include "fuzz.h"

#include "adapters/json/fields.h"
#include "adapters/json/json.h"
#include "base/mem.h"
#include "fcgi/hal.h"
#include "fcgi/paging.h"
#include "fcgi/request.h"
#include "fcgi/request_handle.h"

#include <ctype.h>

#define PARAMS_MAX 32
#define PARAM_SIZE 4096

/* One member of each type. */
struct item {
	uint64_t id;
	money_t price;
	uint32_t guests;
	day_t day;
	bool flag;
	unsigned choice;
	char name[101], lines[2001], email[255], phone[33], token[65];
};

static const char *const colours[] = {"red", "green", NULL};

static const struct field item_fields[] = {
	FIELD(item, id, ID, "id", REQUIRED),
	FIELD(item, price, MONEY, "price", OPTIONAL, .decimal = "amount", .min = 1),
	FIELD(item, guests, NUMBER, "guests", OPTIONAL, .min = 1, .max = 50),
	FIELD(item, day, DATE, "startDate", OPTIONAL),
	FIELD(item, flag, BOOL, "flag", OPTIONAL),
	FIELD(item, choice, CHOICE, "colour", OPTIONAL, .choices = colours),
	FIELD(item, name, TEXT, "name", OPTIONAL),
	FIELD(item, lines, LINES, "description", OPTIONAL),
	FIELD(item, email, EMAIL, "email", OPTIONAL),
	FIELD(item, phone, PHONE, "phone", OPTIONAL),
	FIELD(item, token, TOKEN, "paymentToken", OPTIONAL),
	FIELD_END,
};

static enum err
item_create(const struct app *app, const struct request *req, struct response *res)
{
	struct item item = {.id = 0};
	(void)app;
	enum err err = request_fields(req, item_fields, &item, res);
	if (err != OK)
		return err;
	PROPERTY(item.price <= MONEY_MAX && item.guests <= 50 && item.choice < 2);
	struct json_object *body = json_new_object();
	json_put_u64(&body, "id", item.id);
	json_put_text(&body, "name", item.name);
	json_put_text(&body, "description", item.lines);
	response_etag(res, 7);
	return response_body(res, body);
}

static enum err
item_list(const struct app *app, const struct request *req, struct response *res)
{
	static const char *const sorts[] = {"id", "price", NULL};
	struct paging paging;
	(void)app;
	enum err err = request_paging(req, sorts, false, &paging, res);
	if (err != OK)
		return err;
	PROPERTY(paging.size >= 1 && paging.size <= 100);
	return response_body(res, hal_page(req, "items", json_new_array(), &paging, 45));
}

static const struct route routes[] = {
	{GET, "/items", item_list, .caller = CALLER_NONE},
	{POST, "/items", item_create, .page = "/item.html", .caller = CALLER_GUEST_OR_HOST},
	{PATCH, "/items/{id}", item_create, .caller = CALLER_GUEST_OR_HOST},
	{DELETE, "/items/{id}", item_list, .caller = CALLER_HOST},
	{POST, "/secret", item_create, .internal = true},
};

static const struct service service = {
	.name = "fuzz", .routes = routes, .n_routes = ARRAY_SIZE(routes)};
static struct settings settings = {
	.request_timeout_ms = 10000, .service_token = "s3cret", .currency = "EUR"};
static const struct program program = {.service = &service, .settings = &settings};

static char params[PARAMS_MAX][PARAM_SIZE];
static char *param_list[PARAMS_MAX + 1];
static size_t n_params;

/* nginx gives no parameter a NUL; one that is too long is left out. */
static void
param_add(const char *name, const char *value, size_t n)
{
	if (n_params == PARAMS_MAX || strlen(name) + n + 2 > PARAM_SIZE)
		return;
	snprintf(params[n_params], PARAM_SIZE, "%s=%.*s", name, (int)n, value);
	param_list[n_params] = params[n_params];
	n_params++;
}

/* "Content-Type: x" becomes CONTENT_TYPE=x, other headers HTTP_NAME. */
static void
header_add(const char *line, size_t n)
{
	char name[64] = "HTTP_";
	size_t at = 5, i = 0;
	for (; i < n && line[i] != ':' && at < sizeof(name) - 1; i++)
		name[at++] = line[i] == '-' ? '_' : (char)toupper((unsigned char)line[i]);
	name[at] = '\0';
	i += i < n;
	i += i < n && line[i] == ' ';
	param_add(strcmp(name, "HTTP_CONTENT_TYPE") ? name : name + 5, line + i, n - i);
}

/* "POST /items?x=1". */
static void
request_line_add(const char *line, size_t n)
{
	size_t method = 0, path;
	while (method < n && line[method] != ' ')
		method++;
	param_add("REQUEST_METHOD", line, method);
	const char *uri = line + (method < n ? method + 1 : n);
	size_t left = (size_t)(line + n - uri);
	for (path = 0; path < left && uri[path] != '?'; path++)
		continue;
	param_add("DOCUMENT_URI", uri, path);
	path += path < left;
	param_add("QUERY_STRING", uri + path, left - path);
}

/* Returns where the body begins. */
static size_t
params_make(const char *text, size_t n)
{
	size_t begin = 0;
	memset(param_list, 0, sizeof(param_list));
	n_params = 0;
	while (begin < n) {
		const char *end = memchr(text + begin, '\n', n - begin);
		size_t length = end ? (size_t)(end - text) - begin : n - begin;
		if (length == 0)
			return begin + 1;
		if (n_params == 0)
			request_line_add(text + begin, length);
		else
			header_add(text + begin, length);
		begin += length + 1;
	}
	return n;
}

/* Lines "Name: value" and an empty one, without a NUL or a lone line break. */
static void
check_head(const struct buf *head)
{
	const char *line = head->data, *end;
	PROPERTY(head->len > 4 && strlen(head->data) == head->len);
	while ((end = strstr(line, "\r\n")) != line) {
		PROPERTY(end);
		const char *colon = memchr(line, ':', (size_t)(end - line));
		PROPERTY(colon && colon > line && colon[1] == ' ');
		PROPERTY(!memchr(line, '\n', (size_t)(end - line)));
		line = end + 2;
	}
	PROPERTY(line[2] == '\0');
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	static struct http_response http;
	CLEANUP(buf_done) struct buf body = BUF_INIT(REQUEST_BODY_MAX);
	CLEANUP(json_p) struct json_object *json = NULL;
	CLEANUP(free_p) char *text = fuzz_text(bytes, n);
	const char *why;
	size_t begin = params_make(text, n);
	if (begin < n && buf_add(&body, text + begin, n - begin) != OK)
		return 0;
	struct raw_request raw = {.params = param_list, .body = &body};
	request_handle(&program, &raw, &http);
	PROPERTY(!http.silent);
	PROPERTY(http.status >= 200 && http.status < 500);
	check_head(&http.head);
	if (http.body.len)
		PROPERTY(json_read(http.body.data, http.body.len, &json, &why) == OK);
	return 0;
}
