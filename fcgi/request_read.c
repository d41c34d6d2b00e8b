/* SPDX-License-Identifier: MIT */
#include "fcgi/request_read.h"

#include "adapters/json/form.h"
#include "adapters/json/json.h"
#include "adapters/json/texts.h"
#include "base/clock.h"
#include "base/mem.h"
#include "base/text.h"
#include "fcgi/caller_read.h"
#include "fcgi/etag.h"
#include "fcgi/fingerprint.h"
#include "fcgi/media_type.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define FORM_TYPE "application/x-www-form-urlencoded"

/* ---- parameters ------------------------------------------------------------------------------ */

const char *
param_get(char *const params[], const char *name)
{
	size_t n = strlen(name);
	for (; *params; params++)
		if (strncmp(*params, name, n) == 0 && (*params)[n] == '=')
			return *params + n + 1;
	return NULL;
}

const char *
param_or(char *const params[], const char *name, const char *fallback)
{
	const char *value = param_get(params, name);
	return value ? value : fallback;
}

/* ---- headers and path ------------------------------------------------------------------------ */

/* Keeps the client's id if it is safe in logs and headers, else makes a new one. */
static void
request_id_take(const char *given, struct origin *origin)
{
	size_t n = strspn(given, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
	                         "0123456789._-");
	char made[UUID_TEXT];
	if (n > 0 && !given[n] &&
	    text_copy(origin->request_id, sizeof(origin->request_id), given) == OK)
		return;
	if (uuid_v7(made) != OK ||
	    text_copy(origin->request_id, sizeof(origin->request_id), made) != OK)
		origin->request_id[0] = '\0'; /* nothing depends on it */
}

/* Keeps a W3C traceparent, 00-<32>-<16>-<2> hexadecimal digits; any other text is ignored. */
static void
traceparent_take(const char *given, struct origin *origin)
{
	static const size_t parts[] = {2, 32, 16, 2};
	const char *at = given;
	for (size_t i = 0; i < ARRAY_SIZE(parts); i++) {
		if (i > 0 && *at++ != '-')
			return;
		if (strspn(at, "0123456789abcdef") != parts[i])
			return;
		at += parts[i];
	}
	if (*at || text_copy(origin->traceparent, sizeof(origin->traceparent), given) != OK)
		origin->traceparent[0] = '\0';
}

/* A page reads its resources, whatever method brought the browser to it. */
static void
page_take(const struct raw_request *raw, struct request *req)
{
	const char *page = param_or(raw->params, "HOTEL_PAGE", "");
	if (!*page)
		return;
	req->page = page;
	req->method = req->method == HEAD ? HEAD : GET;
	req->prefers_html = false;
}

void
request_begin(const struct raw_request *raw, const struct settings *settings, struct request *req)
{
	const char *type = param_or(raw->params, "CONTENT_TYPE", "");
	const char *path = param_get(raw->params, "DOCUMENT_URI");
	*req = (struct request){
		.method = METHOD_MAX,
		.path = path ? path : param_or(raw->params, "SCRIPT_NAME", ""),
		.deadline_ms = monotonic_ms() + settings->request_timeout_ms,
		.currency = settings->currency,
		.body_is_form = media_type_is(type, FORM_TYPE),
		.cookies = param_or(raw->params, "HTTP_COOKIE", ""),
		.agent = param_or(raw->params, "HTTP_USER_AGENT", ""),
		.address = param_or(raw->params, "REMOTE_ADDR", ""),
		.referer = param_or(raw->params, "HTTP_REFERER", ""),
		.is_near = *param_or(raw->params, "HOTEL_NEAR", ""),
		.is_tls = strcmp(param_or(raw->params, "HTTPS", ""), "on") == 0,
	};
	if (method_parse(param_or(raw->params, "REQUEST_METHOD", ""), &req->method) != OK)
		req->method = METHOD_MAX;
	req->prefers_html = req->method == POST && req->body_is_form &&
	                    strcmp(param_or(raw->params, "HOTEL_PREFERS", ""), "html") == 0;
	if (text_copy(req->origin.address, sizeof(req->origin.address), req->address) != OK)
		req->origin.address[0] = '\0'; /* nginx sends none that is so long */
	req->language = language_of(param_or(raw->params, "HOTEL_LANGUAGE", ""));
	request_id_take(param_or(raw->params, "HTTP_X_REQUEST_ID", ""), &req->origin);
	traceparent_take(param_or(raw->params, "HTTP_TRACEPARENT", ""), &req->origin);
	page_take(raw, req);
}

static enum err
tags_read(const char *name, const char *value, enum etag_strength comparison,
          struct version_set *ret_set, struct response *res)
{
	enum err err = etags_parse(value, comparison, ret_set);
	if (err == ERR_MALFORMED)
		response_detail(res,
		                "%s cannot be parsed: it must be * or at most %d entity tags with "
		                "their quotes, such as \"3\".",
		                name, VERSION_SET_MAX);
	return err;
}

/* If-Match compares strongly, If-None-Match weakly (RFC 9110, 13.1.1 and 13.1.2). */
static enum err
condition_read(const struct raw_request *raw, struct request *req, struct response *res)
{
	if (req->page)
		return OK; /* conditions are about the page, not about the resources it is made from */
	enum err err = tags_read("If-Match", param_get(raw->params, "HTTP_IF_MATCH"), ETAG_STRONG,
	                         &req->condition.if_match, res);
	if (err == OK)
		err = tags_read("If-None-Match", param_get(raw->params, "HTTP_IF_NONE_MATCH"),
		                ETAG_WEAK, &req->condition.if_none_match, res);
	return err;
}

/* The field of a form, which cannot send the header. An empty one is none. */
static enum err
form_condition_read(struct request *req, struct response *res)
{
	struct json_object *member = NULL;
	if (!req->body_is_form || req->condition.if_match.given ||
	    !json_object_object_get_ex(req->body, IF_MATCH_FIELD, &member) ||
	    json_object_get_string_len(member) == 0)
		return OK;
	return tags_read(IF_MATCH_FIELD, json_object_get_string(member), ETAG_STRONG,
	                 &req->condition.if_match, res);
}

/* ---- body and query -------------------------------------------------------------------------- */

static enum err
malformed(enum err err, const char *what, const char *why, struct response *res)
{
	if (err == ERR_MALFORMED)
		response_detail(res, "%s cannot be parsed: %s", what, why);
	return err;
}

static enum err
json_body(const struct buf *body, struct request *req, struct response *res)
{
	const char *why = "";
	enum err err = json_read(body->data, body->len, &req->body, &why);
	if (err != OK)
		return malformed(err, "The body", why, res);
	if (json_object_is_type(req->body, json_type_object))
		return OK;
	response_fault(res, "", "type", "the body must be a JSON object");
	return ERR_INVALID;
}

static enum err
form_body(const struct buf *body, struct request *req, struct response *res)
{
	const char *why = "";
	enum err err = form_read(body->data, body->len, &req->body, &why);
	return malformed(err, "The body", why, res);
}

static const struct {
	const char *type;
	enum err (*read)(const struct buf *body, struct request *req, struct response *res);
} body_types[] = {{"application/json", json_body}, {FORM_TYPE, form_body}};

static enum err
body_read(const struct raw_request *raw, struct request *req, struct response *res)
{
	const char *type = param_or(raw->params, "CONTENT_TYPE", "");
	if (raw->body_too_large)
		return ERR_TOO_LARGE;
	if (raw->body->len == 0 || req->method == GET || req->method == HEAD) {
		req->body = json_new_object();
		if (req->body && (req->method == PUT || req->method == PATCH)) {
			response_fault(res, "", "required", "the request has no body");
			return ERR_INVALID;
		}
		return req->body ? OK : ERR_MEMORY;
	}
	if (!media_type_is_utf8(type)) {
		response_detail(res, "Send the body in UTF-8, without another charset.");
		return ERR_MEDIA_TYPE;
	}
	for (size_t i = 0; i < ARRAY_SIZE(body_types); i++)
		if (media_type_is(type, body_types[i].type))
			return body_types[i].read(raw->body, req, res);
	response_detail(res, "Send the body as application/json or " FORM_TYPE ".");
	return ERR_MEDIA_TYPE;
}

/* ---- members by a table of fields ----------------------------------------------------------- */

/* Earlier faults, of the caller or the key, count as well. */
static enum err
all_faults(enum err err, const struct response *res)
{
	return err == OK && res->faults.n ? ERR_INVALID : err;
}

enum err
request_fields(const struct request *req, const struct field table[], void *to,
               struct response *res)
{
	const struct fields_source from = {req->body, req->body_is_form, req->currency};
	return all_faults(fields_read(&from, table, to, &res->faults), res);
}

enum err
request_query(const struct request *req, const struct field table[], void *to, struct response *res)
{
	for (const struct field *field = table; field->name; field++)
		if (json_object_object_add(req->known, field->name, NULL) != 0 ||
		    (field->decimal &&
		     json_object_object_add(req->known, field->decimal, NULL) != 0))
			return ERR_MEMORY;
	const struct fields_source from = {req->query, true, req->currency};
	return all_faults(fields_read(&from, table, to, &res->faults), res);
}

enum err
request_command(const struct request *req, const struct field table[], void *to,
                struct idempotency *ret_key, struct response *res)
{
	enum err err = request_fields(req, table, to, res);
	if (err != OK)
		return err;
	*ret_key = req->key;
	if (!*req->key.key)
		return OK;
	fingerprint_of(table, to, ret_key->fingerprint);
	if (req->prefers_html)
		key_of_form(req->key.key, ret_key->fingerprint, ret_key->key);
	return OK;
}

/* ---- the key --------------------------------------------------------------------------------- */

/* The key as it was sent; NULL: none. ERR_INVALID: it is not a text. */
static enum err
key_find(const struct raw_request *raw, const struct request *req, const char **ret_key)
{
	struct json_object *member = NULL;
	*ret_key = param_get(raw->params, "HTTP_IDEMPOTENCY_KEY");
	if (*ret_key || !json_object_object_get_ex(req->body, IDEMPOTENCY_FIELD, &member) ||
	    !member)
		return OK;
	if (!json_object_is_type(member, json_type_string))
		return ERR_INVALID;
	if (req->body_is_form && json_object_get_string_len(member) == 0)
		return OK;
	*ret_key = json_object_get_string(member);
	return strlen(*ret_key) == (size_t)json_object_get_string_len(member) ? OK : ERR_INVALID;
}

/* 1 to 255 characters of printable ASCII. It may not end in a space: utf8mb4_bin pads, so the
 * database would compare it as equal to the key without the space. */
static bool
key_is_valid(const char *key)
{
	size_t n = 0;
	while (key[n] >= ' ' && key[n] <= '~')
		n++;
	return n > 0 && n < sizeof(((struct idempotency *)0)->key) && !key[n] && key[n - 1] != ' ';
}

static enum err
key_read(const struct raw_request *raw, struct request *req, struct response *res)
{
	const char *given;
	struct idempotency *key = &req->key;
	if (req->method != POST)
		return OK;
	enum err err = key_find(raw, req, &given);
	if (err == OK && !given)
		return OK;
	if (err != OK || !key_is_valid(given)) {
		response_fault(
			res, "/" IDEMPOTENCY_FIELD, "key.format",
			"the Idempotency-Key must be 1 to 255 characters of printable ASCII and "
			"must not end in a space");
		return ERR_INVALID;
	}
	const bool by_key = req->caller.roles == ROLE_KEY_HOLDER;
	const unsigned roles = req->caller.roles & ~(unsigned)ROLE_KEY_HOLDER;
	int n = snprintf(key->scope, sizeof(key->scope), "%u:%" PRIu64 " %s %s",
	                 by_key ? ROLE_KEY_HOLDER : roles,
	                 by_key ? req->caller.key_book_id : req->caller.id,
	                 method_name(req->method), req->path);
	if (n < 0 || n >= (int)sizeof(key->scope))
		return ERR_BUG_HERE(); /* no route has such a long path */
	err = text_copy(key->key, sizeof(key->key), given);
	return err;
}

/* ---- the whole request ----------------------------------------------------------------------- */

enum err
request_read(const struct raw_request *raw, struct request *req, struct response *res)
{
	const char *why = "", *query = param_or(raw->params, "QUERY_STRING", "");
	req->known = json_new_object();
	if (!req->known)
		return ERR_MEMORY;
	enum err err = form_read(query, strlen(query), &req->query, &why);
	err = malformed(err, "The query", why, res);
	if (err == OK)
		err = condition_read(raw, req, res);
	if (err == OK)
		err = body_read(raw, req, res);
	if (err == OK)
		err = texts_normalize(req->query);
	if (err == OK)
		err = texts_normalize(req->body);
	if (err == OK)
		err = form_condition_read(req, res);
	if (err != OK)
		return err;
	err = caller_read(req, &req->caller, res);
	req->origin.caller = req->caller;
	enum err also = key_read(raw, req, res);
	if (err == OK)
		err = also;
	return err == ERR_INVALID && req->route->fields ? OK : err;
}

void
request_done(struct request *req)
{
	json_object_put(req->body);
	json_object_put(req->query);
	json_object_put(req->known);
	req->body = req->query = req->known = NULL;
}
