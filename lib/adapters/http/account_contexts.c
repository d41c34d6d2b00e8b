/* SPDX-License-Identifier: MIT */
/* account_contexts - what room, book and alarm have of an account, asked at the internal listener. */
#include "adapters/http/client.h"
#include "adapters/http/clients.h"
#include "adapters/json/json.h"
#include "adapters/json/view.h"
#include "base/mem.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TIMEOUT_MS 2000 /* of one call */

/* ret_answer: the body of an answer with this status. */
static enum err
ask(struct http_client *client, const char *method, const char *path, const char *called,
    const struct origin *origin, long wanted, struct json_object **ret_answer)
{
	CLEANUP(json_p) struct json_object *body = NULL;
	CLEANUP(json_p) struct json_object *answer = NULL;
	long status;
	struct http_call call = {.method = method,
	                         .path = path,
	                         .origin = origin,
	                         .timeout_ms = TIMEOUT_MS,
	                         .called = called};
	if (strcmp(method, "POST") == 0) {
		body = json_new_object();
		if (!body)
			return ERR_UNAVAILABLE;
		call.body = body;
	}
	enum err err = http_call(client, &call, &status, &answer);
	if (err != OK || status != wanted)
		return ERR_UNAVAILABLE;
	*ret_answer = answer;
	answer = NULL;
	return OK;
}

static bool
number_read(const struct json_object *object, const char *name, uint64_t *ret_number)
{
	struct json_object *value = json_object_object_get(object, name);
	if (!value || !json_object_is_type(value, json_type_int) ||
	    json_object_get_int64(value) < 0)
		return false;
	*ret_number = (uint64_t)json_object_get_int64(value);
	return true;
}

/* ---- ties ---- */

static enum err
books_read(const struct json_object *answer, struct account_ties *ties)
{
	struct json_object *list = json_object_object_get(answer, "books");
	if (!list || !json_object_is_type(list, json_type_array) ||
	    !number_read(answer, "total", &ties->books_total))
		return ERR_UNAVAILABLE;
	const size_t n = json_object_array_length(list);
	for (size_t i = 0; i < n && ties->n_books < ACCOUNT_TIES_MAX; i++)
		if (book_view_read(json_object_array_get_idx(list, i),
		                   &ties->books[ties->n_books++]) != OK)
			return ERR_UNAVAILABLE;
	return OK;
}

static enum err
room_add(const struct json_object *item, struct account_ties *ties)
{
	CLEANUP(free_p) struct room *room = calloc(1, sizeof(*room));
	if (!room || room_view_read(item, room) != OK)
		return ERR_UNAVAILABLE;
	ties->rooms[ties->n_rooms].id = room->id;
	memcpy(ties->rooms[ties->n_rooms++].name, room->name, sizeof(room->name));
	return OK;
}

static enum err
rooms_read(const struct json_object *answer, struct account_ties *ties)
{
	struct json_object *embedded = json_object_object_get(answer, "_embedded"),
			   *page = json_object_object_get(answer, "page"),
			   *list = embedded ? json_object_object_get(embedded, "rooms") : NULL;
	if (!list || !json_object_is_type(list, json_type_array) || !page ||
	    !number_read(page, "totalElements", &ties->rooms_total))
		return ERR_UNAVAILABLE;
	const size_t n = json_object_array_length(list);
	enum err err = OK;
	for (size_t i = 0; err == OK && i < n && ties->n_rooms < ACCOUNT_TIES_MAX; i++)
		err = room_add(json_object_array_get_idx(list, i), ties);
	return err;
}

/* Open rooms are for everybody to see. */
static enum err
contexts_ties(void *self, uint64_t account_id, const struct origin *origin,
              struct account_ties *ret_ties)
{
	CLEANUP(json_p) struct json_object *books = NULL;
	CLEANUP(json_p) struct json_object *rooms = NULL;
	char path[96];
	*ret_ties = (struct account_ties){.n_books = 0};
	snprintf(path, sizeof(path), "/books/accounts/%" PRIu64, account_id);
	enum err err = ask(self, "GET", path, "book", origin, 200, &books);
	if (err == OK)
		err = books_read(books, ret_ties);
	snprintf(path, sizeof(path), "/rooms?hostId=%" PRIu64 "&size=%d", account_id,
	         ACCOUNT_TIES_MAX);
	if (err == OK)
		err = ask(self, "GET", path, NULL, origin, 200, &rooms);
	return err == OK ? rooms_read(rooms, ret_ties) : err;
}

/* ---- sections ---- */

#define PAGE_SIZE 100

static const struct {
	const char *path, *name; /* the name of its items; NULL: it is one object */
} sections[SECTION_MAX] = {
	[SECTION_BOOKS] = {"/books", "books"},
	[SECTION_PAYMENTS] = {"/payments", "payments"},
	[SECTION_ROOMS] = {"/rooms", "rooms"},
	[SECTION_NOTIFICATIONS] = {"/notifications", "notifications"},
	[SECTION_SETTINGS] = {"/notifications/settings", NULL},
};

static enum err
get_as(struct http_client *client, const char *path, const char *access_token,
       const struct origin *origin, struct json_object **ret_answer)
{
	long status;
	const struct http_call call = {.method = "GET",
	                               .path = path,
	                               .origin = origin,
	                               .timeout_ms = TIMEOUT_MS,
	                               .access_token = access_token};
	enum err err = http_call(client, &call, &status, ret_answer);
	return err == OK && status == 200 && *ret_answer ? OK : ERR_UNAVAILABLE;
}

/* Appends the items of a page; their links are of no use in a file. */
static enum err
page_write(const struct json_object *answer, const char *name, struct buf *to, uint64_t *ret_pages)
{
	struct json_object *embedded = json_object_object_get(answer, "_embedded"),
			   *page = json_object_object_get(answer, "page"),
			   *items = embedded ? json_object_object_get(embedded, name) : NULL;
	if (!items || !json_object_is_type(items, json_type_array) || !page ||
	    !number_read(page, "totalPages", ret_pages))
		return ERR_UNAVAILABLE;
	const size_t n = json_object_array_length(items);
	enum err err = OK;
	for (size_t i = 0; err == OK && i < n; i++) {
		struct json_object *item = json_object_array_get_idx(items, i);
		json_object_object_del(item, "_links");
		err = buf_addf(to, "%s", to->len > 1 ? "," : "");
		if (err == OK)
			err = json_write(item, to);
	}
	return err;
}

/* Appends the items of all pages of a list with this filter, "name=value&" or "". */
static enum err
list_write(struct http_client *client, enum account_section section, const char *filter,
           const char *access_token, const struct origin *origin, struct buf *to, bool *ret_more)
{
	char path[128];
	uint64_t pages = 1;
	enum err err = OK;
	for (uint64_t page = 0; err == OK && page < pages; page++) {
		CLEANUP(json_p) struct json_object *answer = NULL;
		if (page == SECTION_ITEMS_MAX / PAGE_SIZE) {
			*ret_more = true;
			break;
		}
		snprintf(path, sizeof(path), "%s?%spage=%" PRIu64 "&size=%d",
		         sections[section].path, filter, page, PAGE_SIZE);
		err = get_as(client, path, access_token, origin, &answer);
		if (err == OK)
			err = page_write(answer, sections[section].name, to, &pages);
	}
	return err;
}

/* Rooms are for everybody to see, so the host is a filter. */
static enum err
rooms_write(struct http_client *client, uint64_t account_id, const char *access_token,
            const struct origin *origin, struct buf *to, bool *ret_more)
{
	char filter[64];
	enum err err = OK;
	for (int i = 0; err == OK && room_status_names[i]; i++) {
		snprintf(filter, sizeof(filter), "hostId=%" PRIu64 "&status=%s&", account_id,
		         room_status_names[i]);
		err = list_write(client, SECTION_ROOMS, filter, access_token, origin, to, ret_more);
	}
	return err;
}

static enum err
object_write(struct http_client *client, enum account_section section, const char *access_token,
             const struct origin *origin, struct buf *to)
{
	CLEANUP(json_p) struct json_object *value = NULL;
	enum err err = get_as(client, sections[section].path, access_token, origin, &value);
	if (err != OK)
		return err;
	json_object_object_del(value, "_links");
	return json_write(value, to);
}

static enum err
contexts_section(void *self, enum account_section section, uint64_t account_id,
                 const char *access_token, const struct origin *origin, struct buf *to,
                 bool *ret_more)
{
	*ret_more = false;
	if (!sections[section].name)
		return object_write(self, section, access_token, origin, to);
	enum err err = buf_addf(to, "[");
	if (err == OK && section == SECTION_ROOMS)
		err = rooms_write(self, account_id, access_token, origin, to, ret_more);
	else if (err == OK)
		err = list_write(self, section, "", access_token, origin, to, ret_more);
	return err == OK ? buf_addf(to, "]") : err;
}

/* ---- erasing ---- */

static enum err
contexts_books_erase(void *self, uint64_t account_id, const struct origin *origin, bool *ret_more,
                     uint64_t *ret_standing)
{
	CLEANUP(json_p) struct json_object *answer = NULL;
	char path[96];
	snprintf(path, sizeof(path), "/books/accounts/%" PRIu64 "/erase", account_id);
	enum err err = ask(self, "POST", path, "book", origin, 200, &answer);
	struct json_object *more = err == OK ? json_object_object_get(answer, "more") : NULL;
	if (err != OK || !more || !json_object_is_type(more, json_type_boolean) ||
	    !number_read(answer, "standing", ret_standing))
		return ERR_UNAVAILABLE;
	*ret_more = json_object_get_boolean(more);
	return OK;
}

static enum err
contexts_recipient_erase(void *self, uint64_t account_id, const struct origin *origin)
{
	CLEANUP(json_p) struct json_object *answer = NULL;
	char path[96];
	snprintf(path, sizeof(path), "/notifications/accounts/%" PRIu64 "/erase", account_id);
	return ask(self, "POST", path, "alarm", origin, 204, &answer);
}

enum err
account_contexts_open(const struct http_options *options, struct account_contexts *ret_contexts)
{
	struct http_client *client;
	enum err err = http_client_open(options, &client);
	if (err == OK)
		*ret_contexts =
			(struct account_contexts){.self = client,
		                                  .ties = contexts_ties,
		                                  .section = contexts_section,
		                                  .books_erase = contexts_books_erase,
		                                  .recipient_erase = contexts_recipient_erase};
	return err;
}

void
account_contexts_close(struct account_contexts *contexts)
{
	http_client_close(contexts->self);
}
