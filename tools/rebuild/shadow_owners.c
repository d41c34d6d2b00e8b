/* SPDX-License-Identifier: MIT */
/* shadow_owners - completes the shadow with the current versions of room, book and pay. */
#include "adapters/json/json.h"
#include "adapters/json/view.h"
#include "adapters/mariadb/mypage/mypage_store.h"
#include "base/mem.h"
#include "tools/rebuild/shadow.h"

#include <inttypes.h>
#include <stdio.h>

#define PAGE_SIZE        100 /* items of a request, and the most of a response */
#define REQUEST_LIMIT_MS 10000
#define NUMBER_LENGTH    20

/* Reads an item as the event that published it last. ERR_INVALID: it never was published. */
typedef enum err item_read(const struct json_object *item, struct event *ret_event);

struct owner {
	const char *context, *path, *items;
	item_read *read;
};

static enum err
room_read(const struct json_object *item, struct event *ret_event)
{
	enum err err = room_view_read(item, &ret_event->data.room);
	const bool deleted = ret_event->data.room.status == ROOM_DELETED;
	ret_event->type = deleted ? EVENT_ROOM_DELETED : EVENT_ROOM_CHANGED;
	return err;
}

static enum err
book_read(const struct json_object *item, struct event *ret_event)
{
	enum err err = book_view_read(item, &ret_event->data.book);
	if (err == OK && !event_of_book(ret_event->data.book.status, &ret_event->type))
		err = ERR_INVALID;
	return err;
}

static enum err
payment_read(const struct json_object *item, struct event *ret_event)
{
	enum err err = payment_view_read(item, &ret_event->data.payment);
	if (err == OK && !event_of_payment(ret_event->data.payment.status, &ret_event->type))
		err = ERR_INVALID;
	return err;
}

static const struct owner owners[] = {
	{"room", "/rooms/snapshot", "rooms", room_read},
	{"book", "/books/snapshot", "books", book_read},
	{"pay", "/payments/snapshot", "payments", payment_read},
};

/* The array of items of a response; NULL if it has none. */
static struct json_object *
items_find(const struct owner *owner, long status, struct json_object *response)
{
	struct json_object *embedded, *items;
	if (status != 200 || !response ||
	    !json_object_object_get_ex(response, "_embedded", &embedded) ||
	    !json_object_object_get_ex(embedded, owner->items, &items) ||
	    !json_object_is_type(items, json_type_array) ||
	    json_object_array_length(items) > PAGE_SIZE)
		return NULL;
	return items;
}

static enum err
page_request(struct http_client *client, const struct owner *owner, uint64_t after,
             long *ret_status, struct json_object **ret_response)
{
	char path[64 + NUMBER_LENGTH];
	const struct origin origin = {.caller = {.roles = ROLE_SERVICE}};
	struct http_call call = {.method = "GET",
	                         .path = path,
	                         .origin = &origin,
	                         .timeout_ms = REQUEST_LIMIT_MS,
	                         .as_service = true};
	snprintf(path, sizeof(path), "%s?after=%" PRIu64 "&size=%d", owner->path, after, PAGE_SIZE);
	return http_call(client, &call, ret_status, ret_response);
}

/* The next keyset page of an owner as events; empty: there is no more. ERR_NOT_SENT: the owner did
 * not respond, or not correctly. */
static enum err
page_read(struct http_client *client, const struct owner *owner, uint64_t after,
          struct event events[PAGE_SIZE], size_t *ret_n)
{
	CLEANUP(json_p) struct json_object *response = NULL;
	long status = 0;
	enum err err = page_request(client, owner, after, &status, &response);
	if (err == ERR_MEMORY)
		return err;
	struct json_object *items = err == OK ? items_find(owner, status, response) : NULL;
	if (!items)
		return ERR_NOT_SENT;
	*ret_n = json_object_array_length(items);
	for (size_t i = 0; i < *ret_n; i++) {
		err = owner->read(json_object_array_get_idx(items, i), &events[i]);
		if (err != OK)
			return err == ERR_MEMORY ? err : ERR_NOT_SENT;
	}
	return OK;
}

static enum err
owner_merge(struct db *db, struct http_client *client, const struct owner *owner,
            struct event events[PAGE_SIZE], uint64_t *total, shadow_progress *progress)
{
	uint64_t after = 0;
	size_t n = 0;
	enum err err;
	while ((err = page_read(client, owner, after, events, &n)) == OK && n) {
		const uint64_t last = event_subject_id(&events[n - 1]);
		if (last <= after)
			return ERR_NOT_SENT; /* it would never end */
		after = last;
		err = mypage_copy_merge(db, events, n);
		if (err != OK)
			return err;
		*total += n;
		progress("owners", *total);
	}
	return err;
}

enum err
shadow_complete(struct db *db, struct http_client *client, shadow_progress *progress,
                uint64_t *ret_items, const char **ret_unavailable)
{
	CLEANUP(free_p) struct event *events = calloc(PAGE_SIZE, sizeof(*events));
	uint64_t total = 0;
	if (!events)
		return ERR_MEMORY;
	for (size_t i = 0; i < ARRAY_SIZE(owners); i++) {
		*ret_unavailable = owners[i].context;
		enum err err = owner_merge(db, client, &owners[i], events, &total, progress);
		if (err != OK)
			return err;
	}
	*ret_items = total;
	return OK;
}
