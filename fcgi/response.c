/* SPDX-License-Identifier: MIT */
#include "fcgi/response.h"

#include "adapters/json/json.h"
#include "fcgi/hal.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void path_format(struct response *res, char path[RESPONSE_PATH_SIZE], const char *format,
                        va_list args) __attribute__((format(printf, 3, 0)));

/* Formats into an array; a path that does not fit is a bug. */
static void
path_format(struct response *res, char path[RESPONSE_PATH_SIZE], const char *format, va_list args)
{
	int n = vsnprintf(path, RESPONSE_PATH_SIZE, format, args);
	if (n < 0 || n >= RESPONSE_PATH_SIZE)
		res->broken = ERR_BUG_HERE();
}

void
response_created(struct response *res, const char *path, ...)
{
	va_list args;
	va_start(args, path);
	path_format(res, res->location, path, args);
	va_end(args);
	res->status = 201;
}

void
response_location(struct response *res, const char *path, ...)
{
	va_list args;
	va_start(args, path);
	path_format(res, res->location, path, args);
	va_end(args);
}

void
response_accepted(struct response *res, uint32_t retry_after_s)
{
	res->status = 202;
	res->retry_after_s = retry_after_s ? retry_after_s : 1;
}

void
response_see_other(struct response *res, const char *url)
{
	res->status = 303;
	free(res->redirect);
	res->redirect = strdup(url);
	if (!res->redirect)
		res->broken = ERR_MEMORY;
}

void
response_no_content(struct response *res)
{
	res->status = 204;
}

enum err
response_body(struct response *res, struct json_object *body)
{
	json_object_put(res->body);
	res->body = body;
	return body ? OK : ERR_MEMORY;
}

void
response_etag(struct response *res, uint64_t version)
{
	res->version = version;
}

void
response_etag_weak(struct response *res, uint64_t version)
{
	res->version = version;
	res->weak = true;
}

void
response_replayed(struct response *res)
{
	res->replayed = true;
}

void
response_retry_after(struct response *res, uint32_t seconds)
{
	res->retry_after_s = seconds;
}

void
response_cookie(struct response *res, const char *name, const char *value, uint32_t max_age_s,
                bool is_tls)
{
	if (res->n_cookies == RESPONSE_COOKIES_MAX) {
		res->broken = ERR_BUG_HERE();
		return;
	}
	int n = snprintf(res->cookies[res->n_cookies++], RESPONSE_COOKIE_SIZE,
	                 "%s=%s; Path=/; Max-Age=%" PRIu32 "; HttpOnly; SameSite=Lax%s", name,
	                 value, max_age_s, is_tls ? "; Secure" : "");
	if (n < 0 || n >= RESPONSE_COOKIE_SIZE)
		res->broken = ERR_BUG_HERE();
}

void
response_access_token(struct response *res, const char *token, uint64_t account_id)
{
	res->account_id = account_id;
	free(res->access_token);
	res->access_token = strdup(token);
	if (!res->access_token)
		res->broken = ERR_MEMORY;
}

void
response_correlation(struct response *res, uint64_t book_id)
{
	res->correlation = book_id;
}

void
response_detail(struct response *res, const char *format, ...)
{
	va_list args;
	va_start(args, format);
	vsnprintf(res->detail, sizeof(res->detail), format, args);
	va_end(args);
}

/* The object of further members of a problem, made when the first is added. */
static struct json_object **
extras(struct response *res)
{
	if (!res->extras)
		res->extras = json_new_object();
	return &res->extras;
}

void
response_extra(struct response *res, const char *name, struct json_object *value)
{
	json_put_value(extras(res), name, value);
	if (!res->extras)
		res->broken = ERR_MEMORY;
}

void
response_extra_link(struct response *res, const char *rel, const char *path, ...)
{
	char href[RESPONSE_PATH_SIZE];
	va_list args;
	va_start(args, path);
	path_format(res, href, path, args);
	va_end(args);
	hal_link(extras(res), rel, "%s", href);
	if (!res->extras)
		res->broken = ERR_MEMORY;
}

void
response_done(struct response *res)
{
	json_object_put(res->body);
	json_object_put(res->extras);
	free(res->access_token);
	free(res->redirect);
	*res = (struct response){.status = 0};
}
