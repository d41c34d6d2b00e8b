/* SPDX-License-Identifier: MIT */
/* http_response - writes a handler's response as the bytes of a header and a body. */
#include "fcgi/http_response.h"

#include "adapters/json/json.h"
#include "base/mem.h"
#include "base/text.h"
#include "fcgi/etag.h"
#include "fcgi/problem.h"
#include "fcgi/ssi.h"
#include "fcgi/url.h"

#include <inttypes.h>
#include <json-c/json.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define RETRY_AFTER_S 1 /* where the handler names no other time */
#define SIGN_IN_AGAIN "/signin.html?status=Expired"

/* What a message is made from, and where it is written to. */
struct message {
	const struct request *req;
	struct response *res;
	enum err outcome;
	struct problem problem; /* slug "": none */
	unsigned allowed;
	int status;
	const char *type; /* NULL: no body */
	struct buf *head, *body;
	enum err err; /* of header_add() */
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

/* The path, if it is UTF-8: its bytes are the client's. */
static const char *
instance_of(const struct request *req)
{
	size_t chars;
	return text_chars(req->path, strlen(req->path), &chars) == OK ? req->path : "/";
}

/* RFC 9457, with the extras that the handler gave as further members. */
static struct json_object *
problem_json(const struct message *message)
{
	const struct response *res = message->res;
	struct json_object *json = json_new_object();
	char type[80];
	snprintf(type, sizeof(type), "/problems/%s", message->problem.slug);
	json_put_text(&json, "type", type);
	json_put_text(&json, "title", message->problem.title);
	json_put_u64(&json, "status", (uint64_t)message->problem.status);
	json_put_text(&json, "detail",
	              *res->detail ? res->detail : problem_detail(message->outcome));
	json_put_text(&json, "instance", instance_of(message->req));
	if (res->faults.n)
		json_put_value(&json, "errors", faults_json(&res->faults));
	if (res->extras) {
		json_object_object_foreach(res->extras, name, value)
			json_put_copy(&json, name, value);
	}
	return json;
}

/* Ends with a line feed: people read it at a terminal. */
static enum err
json_body(struct message *message, const char *type, struct json_object *json)
{
	message->type = type;
	enum err err = json_write(json, message->body);
	return err == OK ? buf_add(message->body, "\n", 1) : err;
}

/* ---- headers --------------------------------------------------------------------------------- */

static uint32_t
retry_after_s(const struct message *message)
{
	if (message->res->retry_after_s && (message->problem.retry_after || message->status == 202))
		return message->res->retry_after_s;
	return message->problem.retry_after ? RETRY_AFTER_S : 0;
}

static void header_add(struct message *message, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* Adds one header field, unless an earlier one failed. */
static void
header_add(struct message *message, const char *format, ...)
{
	char text[RESPONSE_PATH_SIZE + 32];
	va_list args;
	va_start(args, format);
	int n = vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	if (n < 0 || n >= (int)sizeof(text))
		message->err = ERR_BUG_HERE();
	if (message->err == OK)
		message->err = buf_addf(message->head, "%s\r\n", text);
}

/* Header fields that only a success has. */
static void
success_head(struct message *message)
{
	const struct response *res = message->res;
	char etag[ETAG_TEXT];
	if (*res->location)
		header_add(message, "Location: %s", res->location);
	if (res->redirect && message->err == OK)
		message->err = buf_addf(message->head, "Location: %s\r\n", res->redirect);
	if (res->version)
		header_add(message, "ETag: %s",
		           etag_format(res->version, res->weak ? ETAG_WEAK : ETAG_STRONG, etag));
}

/* RFC 5789, 2.2 and 3.1: a PATCH with another type, and OPTIONS, are told the types that PATCH takes.
 */
static bool
takes_patch(const struct message *message)
{
	return message->req->method == PATCH
	               ? message->status == 415
	               : message->req->method == OPTIONS && message->allowed & 1u << PATCH;
}

/* What everybody may see is stored, but asked for again; what is one person's is not stored. */
static const char *
cache_control(const struct message *message)
{
	const struct route *route = message->req->route;
	const bool is_read = message->req->method == GET || message->req->method == HEAD;
	const bool is_success = message->status == 200 || message->status == 304;
	return route && route->open && is_read && is_success ? "no-cache" : "no-store";
}

static void
head_write(struct message *message)
{
	char allow[ALLOW_TEXT];
	uint32_t retry_after = retry_after_s(message);
	header_add(message, "Status: %d %s", message->status, status_reason(message->status));
	if (message->type)
		header_add(message, "Content-Type: %s", message->type);
	if (message->status != 204 && message->status != 304)
		header_add(message, "Content-Length: %zu", message->body->len);
	if (!*message->problem.slug)
		success_head(message);
	for (size_t i = 0; i < message->res->n_cookies; i++)
		header_add(message, "Set-Cookie: %s", message->res->cookies[i]);
	if (message->res->clears_storage && message->outcome == OK)
		header_add(message, "Clear-Site-Data: \"storage\"");
	if (message->res->access_token && message->err == OK)
		message->err = buf_addf(message->head,
		                        "X-Access-Token: %s\r\nX-Account-Id: %" PRIu64 "\r\n",
		                        message->res->access_token, message->res->account_id);
	if (message->res->replayed)
		header_add(message, "Idempotent-Replayed: true");
	if (retry_after)
		header_add(message, "Retry-After: %" PRIu32, retry_after);
	if (message->allowed)
		header_add(message, "Allow: %s", allow_format(message->allowed, allow));
	if (takes_patch(message))
		header_add(message, "Accept-Patch: " BODY_TYPES);
	if (message->req->method != OPTIONS && !message->req->page) /* of pages nginx says it */
		header_add(message, "Cache-Control: %s", cache_control(message));
	if (message->status == 401)
		header_add(message, "WWW-Authenticate: Bearer");
	if (*message->req->origin.request_id)
		header_add(message, "X-Request-Id: %s", message->req->origin.request_id);
	header_add(message, "%s", "");
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

#define ENTRY_MAX 20 /* bytes of an entry that is worth keeping: a number or a date */

/* The entries with which the page offers the form anew: the room and the stay. */
static enum err
entries_add(const struct request *req, struct buf *url)
{
	static const char *const kept[] = {"roomId", "startDate", "endDate", "guests"};
	struct json_object *value = NULL;
	enum err err = OK;
	for (size_t i = 0; err == OK && i < ARRAY_SIZE(kept); i++)
		if (json_object_object_get_ex(req->body, kept[i], &value) &&
		    json_object_get_string_len(value) <= ENTRY_MAX)
			err = member_add(url, req->body, kept[i]);
	return err;
}

/* The booking that a conflict is about, which is the caller's own. */
static enum err
conflict_add(const struct message *message, struct buf *url)
{
	char id[24];
	snprintf(id, sizeof(id), "%" PRIu64, message->res->correlation);
	if (message->problem.status != 409 || !message->res->correlation)
		return OK;
	return url_parameter_add(url, "id", id);
}

/* ?id=...&problem=...&errors=...: what the page needs to explain the problem. */
static enum err
problem_parameters_add(const struct message *message, struct buf *url)
{
	char id[24];
	const struct request *req = message->req;
	enum err err = OK;
	if (strchr(req->route->pattern, '{')) {
		snprintf(id, sizeof(id), "%" PRIu64, req->ids[0]);
		err = url_parameter_add(url, "id", id);
	}
	if (err == OK)
		err = url_parameter_add(url, "problem", message->problem.slug);
	if (err != OK)
		return err;
	/* errors=startDate,guests: the invalid fields by the names they have in the page's form. */
	CLEANUP(buf_done) struct buf names = BUF_INIT(RESPONSE_PATH_SIZE);
	const struct faults *faults = &message->res->faults;
	for (size_t i = 0; err == OK && i < faults->n; i++) {
		const char *pointer = faults->list[i].pointer;
		err = buf_addf(&names, "%s%s", i ? "," : "", *pointer ? pointer + 1 : "");
	}
	if (err == OK && names.len)
		err = url_parameter_add(url, "errors", names.data);
	if (err == OK && !strchr(req->route->pattern, '{'))
		err = conflict_add(message, url);
	return err == OK ? entries_add(req, url) : err;
}

/* Whether a form needed somebody who is signed in, and nobody was: nothing was done, and signing in leads
 * back to the form. */
static bool
needs_sign_in(const struct message *message)
{
	return strcmp(message->problem.slug, "unauthorized") == 0 &&
	       message->req->route->caller != CALLER_NONE;
}

static enum err
sign_in_url(const struct message *message, struct buf *url)
{
	char path[RETURN_PATH_SIZE];
	enum err err = buf_add(url, SIGN_IN_AGAIN, strlen(SIGN_IN_AGAIN));
	if (err != OK)
		return err;
	err = return_path_of_form(message->req, path);
	if (err == ERR_NOT_FOUND)
		return OK;
	return err == OK ? url_parameter_add(url, RETURN_FIELD, path) : err;
}

/* Members of the body that the page shows without asking the API again. */
static const char *const shown[] = {"id", "role", "status", "reference", "payUntil", "claimed"};

/* The page that shows the result or the problem. A result without any of these members is shown as
 * status=Saved, unless the route says how. */
static enum err
page_url(const struct message *message, struct buf *url)
{
	const struct route *route = message->req->route;
	const bool failed = *message->problem.slug;
	const char *page = failed && route->page_failed ? route->page_failed : route->page;
	const char *back = message->res->return_path;
	const int page_len = (int)strcspn(page, failed ? "?" : "");
	if (!failed && *back)
		return buf_addf(url, "%s", back);
	enum err err = buf_addf(url, "%.*s", page_len, page);
	if (err != OK || (!failed && strchr(page, '?')))
		return err;
	if (failed) {
		err = problem_parameters_add(message, url);
		return err == OK && *back ? url_parameter_add(url, RETURN_FIELD, back) : err;
	}
	for (size_t i = 0; err == OK && i < ARRAY_SIZE(shown); i++)
		err = member_add(url, message->res->body, shown[i]);
	return err == OK && url->len == (size_t)page_len ? url_parameter_add(url, "status", "Saved")
	                                                 : err;
}

/* Turns the message into a redirect to the page, without a body. */
static enum err
see_other(struct message *message)
{
	CLEANUP(buf_done) struct buf url = BUF_INIT(RESPONSE_PATH_SIZE - 1);
	enum err err =
		needs_sign_in(message) ? sign_in_url(message, &url) : page_url(message, &url);
	if (err != OK)
		return err;
	message->status = 303;
	message->problem = problem_of(OK);
	message->res->version = 0;
	return text_copy(message->res->location, sizeof(message->res->location), url.data);
}

/* The part of a page that asks for data always succeeds: it shows the problem as well. In place of a page
 * that is for somebody, nobody sees the one to sign in on. */
static enum err
page_write(struct message *message)
{
	struct request shown_as = *message->req;
	struct response *res = message->res;
	const bool failed = *message->problem.slug;
	char tag[ETAG_TEXT] = "";
	CLEANUP(json_p) struct json_object *problem = failed ? problem_json(message) : NULL;
	if (failed && !problem)
		return ERR_MEMORY;
	if (strcmp(shown_as.page, SSI_DATA) == 0)
		message->status = 200;
	else if (strcmp(message->problem.slug, "unauthorized") == 0)
		shown_as.page = PAGE_SIGN_IN;
	message->type = "text/html";
	if (!failed && res->version && !res->weak)
		etag_format(res->version, ETAG_STRONG, tag);
	res->version = 0; /* of the resource, not of the page */
	return ssi_write(&shown_as, failed ? problem : res->body, message->problem.slug, tag,
	                 message->body);
}

/* The page that nginx makes of what is shown once. */
static enum err
page_once_write(struct message *message)
{
	struct request once = *message->req;
	once.page = once.route->page_once;
	message->status = 200;
	message->type = "text/html";
	message->res->location[0] = '\0';
	return ssi_write(&once, message->res->body, "", "", message->body);
}

static enum err
body_write(struct message *message)
{
	if (message->req->page)
		return page_write(message);
	if (*message->problem.slug) {
		CLEANUP(json_p) struct json_object *json = problem_json(message);
		return json ? json_body(message, "application/problem+json", json) : ERR_MEMORY;
	}
	if (message->outcome != OK || message->status == 204 || !message->res->body)
		return OK;
	return json_body(message, "application/hal+json", message->res->body);
}

/* ---- the whole message ----------------------------------------------------------------------- */

static int
success_status(const struct response *res)
{
	if (res->status)
		return res->status;
	return res->body ? 200 : 204;
}

/* The conditions of a GET that succeeded (RFC 9110, 13.2.2). What has no ETag, as most lists, has no
 * tag of its own; a weak ETag equals no tag of If-Match. */
static enum err
condition_apply(const struct request *req, const struct response *res, enum err outcome)
{
	const struct precondition *condition = &req->condition;
	if (outcome != OK || (req->method != GET && req->method != HEAD))
		return outcome;
	if (condition->if_match.given &&
	    !version_set_has(&condition->if_match, res->weak ? 0 : res->version))
		return ERR_VERSION_CONFLICT;
	return version_set_has(&condition->if_none_match, res->version) ? ERR_NOT_MODIFIED : OK;
}

void
http_response_begin(struct http_response *http, const struct request *req)
{
	*http = (struct http_response){
		.head = http->head, .body = http->body, .method = req->method};
	http->head.max = RESPONSE_HEAD_MAX;
	http->body.max = RESPONSE_BODY_MAX;
	memcpy(http->request_id, req->origin.request_id, sizeof(http->request_id));
	memcpy(http->traceparent, req->origin.traceparent, sizeof(http->traceparent));
}

enum err
http_response_write(const struct request *req, struct response *res, enum err outcome,
                    unsigned allowed, struct http_response *http)
{
	outcome = condition_apply(req, res, outcome);
	struct message message = {.req = req,
	                          .res = res,
	                          .outcome = outcome,
	                          .problem = problem_of(outcome),
	                          .allowed = allowed,
	                          .head = &http->head,
	                          .body = &http->body};
	enum err err = OK;
	buf_reset(&http->head);
	buf_reset(&http->body);
	message.status = outcome == OK ? success_status(res) : message.problem.status;
	if (req->prefers_html && req->route && req->route->page_once && outcome == OK)
		err = page_once_write(&message);
	else if (req->prefers_html && req->route && req->route->page)
		err = see_other(&message);
	else
		err = body_write(&message);
	head_write(&message);
	if (req->method == HEAD)
		buf_reset(&http->body);
	http->status = message.status;
	http->err = outcome;
	return err == OK ? message.err : err;
}

void
http_response_done(struct http_response *http)
{
	buf_done(&http->head);
	buf_done(&http->body);
}
