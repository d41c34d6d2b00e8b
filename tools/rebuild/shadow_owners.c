/* SPDX-License-Identifier: MIT */
/* shadow_owners - fills the shadow with the current versions of room, book and pay. */
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

/* Reads an item as the event that published it last. ERR_INVALID: it is none, or never was published. */
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
	if (err == OK && event_type_of_book(&ret_event->data.book, &ret_event->type) != OK)
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
items_find(const struct owner *owner, struct json_object *response)
{
	struct json_object *embedded, *items;
	if (!json_object_object_get_ex(response, "_embedded", &embedded) ||
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
	                         .called = owner->context};
	snprintf(path, sizeof(path), "%s?after=%" PRIu64 "&size=%d", owner->path, after, PAGE_SIZE);
	return http_call(client, &call, ret_status, ret_response);
}

/* A response that cannot be true: nothing of it is merged. */
static enum err
lie(struct shadow_refusal *refusal, const char *why)
{
	refusal->why = why;
	return ERR_NOT_SENT;
}

/* Reads the items of a page that follows `after`. */
static enum err
items_read(const struct owner *owner, struct json_object *items, uint64_t after,
           struct event events[PAGE_SIZE], struct shadow_refusal *refusal)
{
	for (size_t i = 0; i < json_object_array_length(items); i++) {
		enum err err = owner->read(json_object_array_get_idx(items, i), &events[i]);
		if (err == ERR_MEMORY)
			return err;
		if (err != OK)
			return lie(refusal, "an item is not what was asked for");
		const uint64_t id = event_subject_id(&events[i]);
		if (id <= after)
			return lie(refusal, "its items are not in the order of their ids");
		after = id;
	}
	return OK;
}

/* The next keyset page of an owner as events; empty: there is no more. ERR_NOT_SENT: the owner did
 * not respond, or not correctly. */
static enum err
page_read(struct http_client *client, const struct owner *owner, uint64_t after,
          struct event events[PAGE_SIZE], size_t *ret_n, struct shadow_refusal *refusal)
{
	CLEANUP(json_p) struct json_object *response = NULL;
	long status = 0;
	enum err err = page_request(client, owner, after, &status, &response);
	if (err == ERR_MEMORY)
		return err;
	if (err != OK || status != 200 || !response)
		return ERR_NOT_SENT;
	struct json_object *items = items_find(owner, response);
	if (!items)
		return lie(refusal, "it is no page of what was asked for");
	*ret_n = json_object_array_length(items);
	return items_read(owner, items, after, events, refusal);
}

static enum err
owner_merge(struct db *db, struct http_client *client, const struct owner *owner,
            struct event events[PAGE_SIZE], uint64_t *total, struct shadow_refusal *refusal,
            shadow_progress *progress)
{
	uint64_t after = 0, of_owner = 0;
	size_t n = 0;
	enum err err;
	while ((err = page_read(client, owner, after, events, &n, refusal)) == OK && n) {
		if ((of_owner += n) > SHADOW_ITEMS_MAX)
			return lie(refusal, "it has no end");
		after = event_subject_id(&events[n - 1]);
		err = mypage_copy_merge(db, events, n);
		if (err != OK)
			return err;
		*total += n;
		progress(*total);
	}
	return err;
}

enum err
shadow_fill(struct db *db, struct http_client *client, shadow_progress *progress,
            uint64_t *ret_items, struct shadow_refusal *ret_refusal)
{
	CLEANUP(free_p) struct event *events = calloc(PAGE_SIZE, sizeof(*events));
	uint64_t total = 0;
	if (!events)
		return ERR_MEMORY;
	for (size_t i = 0; i < ARRAY_SIZE(owners); i++) {
		*ret_refusal = (struct shadow_refusal){.context = owners[i].context};
		enum err err =
			owner_merge(db, client, &owners[i], events, &total, ret_refusal, progress);
		if (err != OK)
			return err;
	}
	*ret_items = total;
	return OK;
}
