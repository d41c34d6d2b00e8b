/* response_write - what was decided, as the bytes of a header and a body. */
#include "fcgi/response_write.h"

#include "adapters/json/json.h"
#include "base/mem.h"
#include "base/text.h"
#include "fcgi/problem.h"
#include "fcgi/url.h"

#include <inttypes.h>
#include <json-c/json.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define RETRY_AFTER_S 1 /* of a problem that may be gone soon */

/* Everything an answer is made from. */
struct draft {
	const struct request *req;
	struct response *res;
	struct problem problem;
	unsigned allowed;
	int status;
	const char *type; /* NULL: no body */
	struct buf *head, *body;
	enum err err;
};

/* ---- bodies ---------------------------------------------------------------------------------- */

static struct json_object *
faults_json(const struct faults *faults)
{
	struct json_object *list = json_new_array();
	for (size_t i = 0; i < faults->n; i++) {
		struct json_object *fault = json_new_object();
		json_put_text(&fault, "pointer", faults->list[i].pointer);
		json_put_text(&fault, "code", faults->list[i].code);
		json_put_text(&fault, "detail", faults->list[i].detail);
		json_append(&list, fault);
	}
	return list;
}

/* The path, if it can stand in JSON: its bytes are the client's. */
static const char *
instance_of(const struct request *req)
{
	size_t chars;
	return text_chars(req->path, strlen(req->path), &chars) == OK ? req->path : "/";
}

/* RFC 9457; the extras that the handler gave become the rest of it. */
static struct json_object *
problem_json(const struct draft *draft)
{
	const struct response *res = draft->res;
	struct json_object *json = json_new_object();
	char type[80];
	snprintf(type, sizeof(type), "/problems/%s", draft->problem.slug);
	json_put_text(&json, "type", type);
	json_put_text(&json, "title", draft->problem.title);
	json_put_u64(&json, "status", (uint64_t)draft->problem.status);
	json_put_text(&json, "detail", *res->detail ? res->detail : draft->problem.title);
	json_put_text(&json, "instance", instance_of(draft->req));
	if (res->faults.n)
		json_put_value(&json, "errors", faults_json(&res->faults));
	if (res->extras) {
		json_object_object_foreach(res->extras, name, value)
			json_put_value(&json, name, json_object_get(value));
	}
	return json;
}

/* A line of its own, as most who read it do so at a terminal. */
static enum err
json_body(struct draft *draft, const char *type, struct json_object *json)
{
	draft->type = type;
	enum err err = json_write(json, draft->body);
	return err == OK ? buf_add(draft->body, "\n", 1) : err;
}

static enum err
problem_body(struct draft *draft)
{
	CLEANUP(json_p) struct json_object *json = problem_json(draft);
	return json ? json_body(draft, "application/problem+json", json) : ERR_MEMORY;
}

static enum err
success_body(struct draft *draft)
{
	if (!draft->res->body)
		return OK;
	return json_body(draft, "application/hal+json", draft->res->body);
}

/* ---- headers --------------------------------------------------------------------------------- */

static uint32_t
retry_after_s(const struct draft *draft)
{
	if (draft->res->retry_after_s && (draft->problem.retry_after || draft->status == 202))
		return draft->res->retry_after_s;
	return draft->problem.retry_after ? RETRY_AFTER_S : 0;
}

static void line(struct draft *draft, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* Adds one line to the header, unless that failed before. */
static void
line(struct draft *draft, const char *format, ...)
{
	char text[RESPONSE_PATH_SIZE + 32];
	va_list args;
	va_start(args, format);
	int n = vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	if (n < 0 || n >= (int)sizeof(text))
		draft->err = ERR_BUG_HERE();
	if (draft->err == OK)
		draft->err = buf_addf(draft->head, "%s\r\n", text);
}

/* What is said of a success only. */
static void
success_head(struct draft *draft)
{
	const struct response *res = draft->res;
	char etag[ETAG_TEXT];
	if (*res->location)
		line(draft, "Location: %s", res->location);
	if (res->version)
		line(draft, "ETag: %s", etag_format(res->version, etag));
}

static void
head_write(struct draft *draft)
{
	char allow[ALLOW_TEXT];
	uint32_t retry_after = retry_after_s(draft);
	line(draft, "Status: %d", draft->status);
	if (draft->type)
		line(draft, "Content-Type: %s", draft->type);
	if (draft->status != 204 && draft->status != 304)
		line(draft, "Content-Length: %zu", draft->body->len);
	if (!*draft->problem.slug)
		success_head(draft);
	if (draft->res->replayed)
		line(draft, "Idempotent-Replayed: true");
	if (retry_after)
		line(draft, "Retry-After: %" PRIu32, retry_after);
	if (draft->allowed)
		line(draft, "Allow: %s", allow_format(draft->allowed, allow));
	if (draft->status == 401)
		line(draft, "WWW-Authenticate: Bearer");
	if (*draft->req->origin.request_id)
		line(draft, "X-Request-Id: %s", draft->req->origin.request_id);
	line(draft, "%s", "");
}

/* ---- a browser's form post ------------------------------------------------------------------- */

/* Adds a scalar member of the body as a parameter, if it is there. */
static enum err
member_add(struct buf *url, struct json_object *from, const char *name)
{
	struct json_object *value = NULL;
	if (!json_object_object_get_ex(from, name, &value) || !value)
		return OK;
	const char *text = json_object_get_string(value);
	return text ? url_parameter_add(url, name, text) : ERR_MEMORY;
}

/* The fields that cannot be accepted, as the page's form names them. */
static enum err
errors_add(struct buf *url, const struct faults *faults)
{
	CLEANUP(buf_done) struct buf names = BUF_INIT(RESPONSE_PATH_SIZE);
	enum err err = OK;
	for (size_t i = 0; err == OK && i < faults->n; i++) {
		const char *pointer = faults->list[i].pointer;
		err = buf_addf(&names, "%s%s", i ? "," : "", *pointer ? pointer + 1 : "");
	}
	if (err == OK && names.len)
		err = url_parameter_add(url, "errors", names.data);
	return err;
}

/* The page, and what it says of the problem. */
static enum err
problem_url(const struct draft *draft, struct buf *url)
{
	char id[24];
	const struct request *req = draft->req;
	enum err err = OK;
	if (strchr(req->route->pattern, '{')) {
		snprintf(id, sizeof(id), "%" PRIu64, req->ids[0]);
		err = url_parameter_add(url, "id", id);
	}
	if (err == OK)
		err = url_parameter_add(url, "problem", draft->problem.slug);
	return err == OK ? errors_add(url, &draft->res->faults) : err;
}

/* What the page can say without asking again. */
static const char *const told[] = {"id", "status", "reference", "payUntil"};

/* The page that shows the result, or the problem. Of what has none of these it is said that it was
 * done. */
static enum err
page_url(const struct draft *draft, struct buf *url)
{
	enum err err = buf_addf(url, "%s", draft->req->route->page);
	const size_t page_len = url->len;
	if (err == OK && *draft->problem.slug)
		return problem_url(draft, url);
	for (size_t i = 0; err == OK && i < ARRAY_SIZE(told); i++)
		err = member_add(url, draft->res->body, told[i]);
	return err == OK && url->len == page_len ? url_parameter_add(url, "status", "Saved") : err;
}

/* Makes the answer one without a body that leads to the page. */
static enum err
see_other(struct draft *draft)
{
	CLEANUP(buf_done) struct buf url = BUF_INIT(RESPONSE_PATH_SIZE - 1);
	enum err err = page_url(draft, &url);
	if (err != OK)
		return err;
	draft->status = 303;
	draft->problem = problem_of(OK);
	draft->res->version = 0;
	return text_copy(draft->res->location, sizeof(draft->res->location), url.data);
}

static enum err
body_write(struct draft *draft, enum err outcome)
{
	if (*draft->problem.slug)
		return problem_body(draft);
	return outcome == OK && draft->status != 204 ? success_body(draft) : OK;
}

/* ---- all of it ------------------------------------------------------------------------------- */

static int
success_status(const struct response *res)
{
	if (res->status)
		return res->status;
	return res->body ? 200 : 204;
}

/* An unchanged resource need not be sent again. */
static enum err
condition_apply(const struct request *req, const struct response *res, enum err outcome)
{
	bool reads = req->method == GET || req->method == HEAD;
	if (outcome == OK && reads && res->version &&
	    etags_match(&req->if_none_match, res->version))
		return ERR_NOT_MODIFIED;
	return outcome;
}

enum err
response_write(const struct request *req, struct response *res, enum err outcome, unsigned allowed,
               struct http_response *answer)
{
	outcome = condition_apply(req, res, outcome);
	struct draft draft = {.req = req,
	                      .res = res,
	                      .problem = problem_of(outcome),
	                      .allowed = allowed,
	                      .head = &answer->head,
	                      .body = &answer->body};
	enum err err = OK;
	buf_reset(&answer->head);
	buf_reset(&answer->body);
	draft.status = outcome == OK ? success_status(res) : draft.problem.status;
	if (req->prefers_html && req->route && req->route->page)
		err = see_other(&draft);
	else
		err = body_write(&draft, outcome);
	head_write(&draft);
	if (req->method == HEAD)
		buf_reset(&answer->body);
	answer->status = draft.status;
	answer->err = outcome;
	return err == OK ? draft.err : err;
}
