/* SPDX-License-Identifier: MIT */
#include "fcgi/return_path.h"

#include "base/mem.h"
#include "base/text.h"
#include "fcgi/request.h"
#include "fcgi/url.h"

#include <ctype.h>
#include <json-c/json.h>
#include <string.h>

#define LETTERS  "abcdefghijklmnopqrstuvwxyz"
#define IN_QUERY LETTERS "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~!$&'()*+,;=:@%/?"

/* ---- of a text ------------------------------------------------------------------------------- */

static int
digit(char hex)
{
	return isdigit((unsigned char)hex) ? hex - '0' : toupper((unsigned char)hex) - 'A' + 10;
}

/* Percent-decodes; false: too long, a "%" without its digits, or a character that ends a text. */
static bool
decode(const char *given, char ret_text[RETURN_PATH_SIZE])
{
	size_t n = 0;
	for (; *given && n < RETURN_PATH_SIZE - 1; given++, n++) {
		ret_text[n] = *given;
		if (*given != '%')
			continue;
		if (!isxdigit((unsigned char)given[1]) || !isxdigit((unsigned char)given[2]))
			return false;
		ret_text[n] = (char)(digit(given[1]) * 16 + digit(given[2]));
		if (!ret_text[n])
			return false;
		given += 2;
	}
	ret_text[n] = '\0';
	return !*given;
}

/* The first page, the documents, or "/NAME.html" that is not there to sign in or up. */
static bool
is_page(const char *path, size_t len)
{
	static const char *const others[] = {"signin", "signup", "reset", "verify", "error"};
	static const char end[] = ".html";
	const char *name = path + 1;
	if (*path != '/')
		return false;
	if (len == 1 || (len == strlen("/docs") && strncmp(path, "/docs", len) == 0))
		return true;
	size_t n = strspn(name, LETTERS "-");
	if (n == 0 || len != 1 + n + strlen(end) || strncmp(name + n, end, strlen(end)) != 0)
		return false;
	for (size_t i = 0; i < ARRAY_SIZE(others); i++)
		if (n == strlen(others[i]) && strncmp(name, others[i], n) == 0)
			return false;
	return true;
}

/* Leaves out what told the page of a problem or a success: it is over. */
static void
query_clean(char *query)
{
	static const char *const over[] = {"problem=", "errors=", "status=", "claimed="};
	char *to = query;
	for (const char *at = query; *at;) {
		size_t n = strcspn(at, "&");
		bool keep = n > 0;
		for (size_t i = 0; i < ARRAY_SIZE(over); i++)
			keep = keep && strncmp(at, over[i], strlen(over[i])) != 0;
		if (keep) {
			if (to > query)
				*to++ = '&';
			memmove(to, at, n);
			to += n;
		}
		at += n + (at[n] == '&');
	}
	*to = '\0';
}

/* No path of a page has a "%", so one before the "?" means that all of it is encoded. */
static bool
is_encoded(const char *given)
{
	return given[strcspn(given, "?%")] == '%';
}

bool
return_path_read(const char *given, char ret_path[RETURN_PATH_SIZE])
{
	const bool is_read = is_encoded(given) ? decode(given, ret_path)
	                                       : text_copy(ret_path, RETURN_PATH_SIZE, given) == OK;
	size_t len = is_read ? strcspn(ret_path, "?") : 0;
	char *query = ret_path + len;
	if (!is_read || !is_page(ret_path, len) || query[strspn(query, IN_QUERY)]) {
		*ret_path = '\0';
		return false;
	}
	if (!*query)
		return true;
	query_clean(query + 1);
	*query = query[1] ? '?' : '\0';
	return true;
}

/* ---- of a form ------------------------------------------------------------------------------- */

/* Path and query of an absolute URL; "" if it has none. */
static const char *
path_in(const char *url)
{
	const char *host = strstr(url, "://");
	const char *path = host ? strchr(host + 3, '/') : NULL;
	return path ? path : "";
}

/* Adds an entry of the form by the name that pages have for it. */
static enum err
entry_add(const struct request *req, const char *name, const char *as, struct buf *url)
{
	struct json_object *value = NULL;
	if (!json_object_object_get_ex(req->body, name, &value) || !value)
		return OK;
	const char *text = json_object_get_string(value);
	return text ? url_parameter_add(url, as, text) : ERR_MEMORY;
}

enum err
return_path_of_form(const struct request *req, char ret_path[RETURN_PATH_SIZE])
{
	static const char *const kept[][2] = {{"roomId", "id"},
	                                      {"startDate", "startDate"},
	                                      {"endDate", "endDate"},
	                                      {"guests", "guests"}};
	CLEANUP(buf_done) struct buf url = BUF_INIT(REQUEST_BODY_MAX);
	enum err err = OK;
	if (!return_path_read(path_in(req->referer), ret_path))
		return ERR_NOT_FOUND;
	if (!json_object_object_get_ex(req->body, kept[0][0], NULL))
		return OK;
	err = buf_addf(&url, "%.*s", (int)strcspn(ret_path, "?"), ret_path);
	for (size_t i = 0; err == OK && i < ARRAY_SIZE(kept); i++)
		err = entry_add(req, kept[i][0], kept[i][1], &url);
	if (err == ERR_TOO_LARGE || (err == OK && !return_path_read(url.data, ret_path)))
		return ERR_NOT_FOUND;
	return err;
}
