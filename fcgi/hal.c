/* SPDX-License-Identifier: MIT */
#include "fcgi/hal.h"

#include "adapters/json/json.h"
#include "base/mem.h"
#include "fcgi/request.h"
#include "fcgi/response.h"
#include "fcgi/url.h"

#include <inttypes.h>
#include <json-c/json.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define URL_MAX (64 * 1024) /* bytes of a link with its query; nginx takes 8 KiB undecoded */

static void
give_up(struct json_object **at)
{
	json_object_put(*at);
	*at = NULL;
}

/* Puts {"href":...} under _links of the item. */
static void
link_put(struct json_object **item, const char *rel, const char *href)
{
	struct json_object *links = NULL, *link = json_new_object();
	json_put_text(&link, "href", href);
	if (*item && !json_object_object_get_ex(*item, "_links", &links)) {
		links = json_new_object();
		json_put_value(item, "_links", links);
	}
	if (*item && link && json_object_object_add(links, rel, link) == 0)
		return;
	json_object_put(link);
	give_up(item);
}

/* The parameter with the caller's number; none for number 0, which is the default, and for a caller
 * whom credentials name. */
static void
number_write(const char *before, const char *name, uint64_t id, bool proven,
             char text[HAL_CALLER_TEXT])
{
	if (id && !proven)
		snprintf(text, HAL_CALLER_TEXT, "%s%s=%" PRIu64, before, name, id);
	else
		snprintf(text, HAL_CALLER_TEXT, "%s", before[1] ? "?role=host" : "");
}

const char *
hal_caller(const struct caller *caller, enum caller_as as, char text[HAL_CALLER_TEXT])
{
	const unsigned roles = caller->roles & ~(unsigned)ROLE_KEY_HOLDER;
	const bool is_guest = roles == ROLE_GUEST, is_host = roles == ROLE_HOST;
	text[0] = '\0';
	switch (as) {
	case CALLER_GUEST_OR_HOST:
		if (is_host)
			number_write("?role=host&", "hostId", caller->id, caller->proven, text);
		else if (is_guest)
			number_write("?", "guestId", caller->id, caller->proven, text);
		break;
	case CALLER_GUEST:
		if (is_guest)
			number_write("?", "guestId", caller->id, caller->proven, text);
		break;
	case CALLER_HOST:
		if (is_host)
			number_write("?", "hostId", caller->id, caller->proven, text);
		break;
	case CALLER_RECIPIENT:
		number_write("?", "recipientId", caller->id, caller->proven, text);
		break;
	case CALLER_ACCOUNT:
	case CALLER_NONE: break;
	}
	return text;
}

void
hal_link(struct json_object **item, const char *rel, const char *path, ...)
{
	char href[RESPONSE_PATH_SIZE];
	va_list args;
	va_start(args, path);
	int n = vsnprintf(href, sizeof(href), path, args);
	va_end(args);
	if (n >= 0 && n < (int)sizeof(href))
		link_put(item, rel, href);
	else
		give_up(item);
}

/* The request's path and the query parameters that were read, without page and size. */
static enum err
url_write(const struct request *req, struct buf *url)
{
	enum err err = buf_addf(url, "%s", req->path);
	json_object_object_foreach(req->query, name, value)
	{
		if (err == OK && json_object_object_get_ex(req->known, name, NULL) &&
		    strcmp(name, "page") != 0 && strcmp(name, "size") != 0)
			err = url_parameter_add(url, name, json_object_get_string(value));
	}
	return err;
}

static enum err
page_url(const struct request *req, uint64_t page, uint32_t size, struct buf *url)
{
	char number[24];
	enum err err = url_write(req, url);
	snprintf(number, sizeof(number), "%" PRIu64, page);
	if (err == OK)
		err = url_parameter_add(url, "page", number);
	snprintf(number, sizeof(number), "%" PRIu32, size);
	return err == OK ? url_parameter_add(url, "size", number) : err;
}

static void
page_link(struct json_object **collection, const char *rel, const struct request *req,
          uint64_t page, uint32_t size)
{
	CLEANUP(buf_done) struct buf url = BUF_INIT(URL_MAX);
	if (page_url(req, page, size, &url) == OK)
		link_put(collection, rel, url.data);
	else
		give_up(collection);
}

static struct json_object *
embedded(const char *name, struct json_object *items)
{
	struct json_object *collection = json_new_object(), *lists = json_new_object();
	json_put_value(&lists, name, items);
	json_put_value(&collection, "_embedded", lists);
	return collection;
}

struct json_object *
hal_page(const struct request *req, const char *name, struct json_object *items,
         const struct paging *paging, uint64_t total)
{
	uint64_t pages = total / paging->size + (total % paging->size != 0);
	struct json_object *collection = embedded(name, items), *page = json_new_object();
	uint64_t last = pages ? pages - 1 : 0;
	page_link(&collection, "self", req, paging->page, paging->size);
	page_link(&collection, "first", req, 0, paging->size);
	if (paging->page > 0)
		page_link(&collection, "prev", req, paging->page <= last ? paging->page - 1 : last,
		          paging->size);
	if (paging->page < last)
		page_link(&collection, "next", req, paging->page + 1u, paging->size);
	page_link(&collection, "last", req, last, paging->size);
	json_put_u64(&page, "size", paging->size);
	json_put_u64(&page, "totalElements", total);
	json_put_u64(&page, "totalPages", pages);
	json_put_u64(&page, "number", paging->page);
	json_put_value(&collection, "page", page);
	return collection;
}

struct json_object *
hal_list(const struct request *req, const char *name, struct json_object *items)
{
	CLEANUP(buf_done) struct buf url = BUF_INIT(URL_MAX);
	struct json_object *collection = embedded(name, items);
	if (url_write(req, &url) == OK)
		link_put(&collection, "self", url.data);
	else
		give_up(&collection);
	return collection;
}
