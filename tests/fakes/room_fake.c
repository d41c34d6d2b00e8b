/* SPDX-License-Identifier: MIT */
/* room_fake - a room_store in memory. */
#include "tests/fakes/room_fake.h"

#include "adapters/unicode/unicode.h"
#include "base/clock.h"

#include <stdlib.h>
#include <string.h>

/* ---- rooms ---- */

static struct room *
room_of(struct room_fake *fake, uint64_t id)
{
	return id > 0 && id <= fake->n_rooms ? &fake->rooms[id - 1] : NULL;
}

static enum err
publish(struct room_fake *fake, enum event_type type, const struct origin *origin,
        struct room *room)
{
	room_next_version(room, instant_now());
	return event_about_room(type, room, origin, &fake->published[fake->n_published++]);
}

/* ERR_NOT_FOUND: the key is new. */
static enum err
key_find(struct room_fake *fake, const struct idempotency *key, struct room *ret_answer)
{
	for (size_t i = 0; key->key[0] && i < fake->n_keys; i++) {
		const struct idempotency *known = &fake->keys[i].key;
		if (strcmp(known->key, key->key) != 0 || strcmp(known->scope, key->scope) != 0)
			continue;
		if (memcmp(known->fingerprint, key->fingerprint, sizeof(key->fingerprint)) != 0)
			return ERR_KEY_REUSED;
		*ret_answer = fake->rooms[fake->keys[i].room_id - 1];
		return OK;
	}
	return ERR_NOT_FOUND;
}

static void
key_add(struct room_fake *fake, const struct idempotency *key, uint64_t room_id)
{
	struct room known;
	if (!key->key[0] || key_find(fake, key, &known) != ERR_NOT_FOUND)
		return;
	fake->keys[fake->n_keys].key = *key;
	fake->keys[fake->n_keys].at = instant_now();
	fake->keys[fake->n_keys++].room_id = room_id;
}

static enum err
room_fake_replay(void *self, const struct idempotency *key, struct room *ret_room)
{
	struct room_fake *fake = self;
	return fake->fails == OK ? key_find(fake, key, ret_room) : fake->fails;
}

static enum err
room_fake_enter(void *self, const struct room *room, const struct idempotency *key,
                const struct origin *origin, struct room *ret_room, bool *ret_replayed)
{
	struct room_fake *fake = self;
	enum err err = fake->fails == OK ? key_find(fake, key, ret_room) : fake->fails;
	*ret_replayed = err == OK;
	if (err != ERR_NOT_FOUND)
		return err;
	struct room *new = &fake->rooms[fake->n_rooms++];
	*new = *room;
	new->id = fake->n_rooms;
	new->version = 0;
	new->status = ROOM_OPEN;
	err = publish(fake, EVENT_ROOM_REGISTERED, origin, new);
	key_add(fake, key, new->id);
	*ret_room = *new;
	return err;
}

static enum err
room_fake_enter_all(void *self, const struct room rooms[], size_t n, const struct idempotency *key,
                    const struct origin *origin, bool *ret_replayed)
{
	const struct idempotency none = {.key = ""};
	struct room room;
	enum err err = OK;
	/* the key belongs to the first room: if it is found, all rooms are there */
	*ret_replayed = false;
	for (size_t i = 0; err == OK && !*ret_replayed && i < n; i++)
		err = room_fake_enter(self, &rooms[i], i ? &none : key, origin, &room,
		                      ret_replayed);
	return err;
}

static enum err
room_fake_find(void *self, uint64_t id, struct room *ret_room)
{
	struct room_fake *fake = self;
	const struct room *room = room_of(fake, id);
	if (fake->fails != OK || !room)
		return fake->fails != OK ? fake->fails : ERR_NOT_FOUND;
	*ret_room = *room;
	return OK;
}

static enum err
own_find(struct room_fake *fake, uint64_t id, uint64_t host_id,
         const struct precondition *condition, struct room **ret_room)
{
	struct room *room = room_of(fake, id);
	if (fake->fails != OK)
		return fake->fails;
	*ret_room = room;
	return room ? room_check_change(room, host_id, condition) : ERR_NOT_FOUND;
}

static enum err
room_fake_change(void *self, const struct room_change *change, struct room *ret_room,
                 bool *ret_replayed)
{
	struct room_fake *fake = self;
	struct room *room = NULL;
	enum err err = fake->fails == OK ? key_find(fake, &change->key, ret_room) : fake->fails;
	*ret_replayed = err == OK;
	if (err == OK)
		return room_fake_find(self, change->id, ret_room);
	if (err == ERR_NOT_FOUND)
		err = own_find(fake, change->id, change->host_id, &change->condition, &room);
	if (err != OK)
		return err;
	if (room_set_members(room, change->members, &change->to))
		err = publish(fake, EVENT_ROOM_CHANGED, &change->origin, room);
	key_add(fake, &change->key, room->id);
	*ret_room = *room;
	return err;
}

/* ---- searching ---- */

static bool
is_free(const struct room_fake *fake, uint64_t room_id, struct stay stay)
{
	for (size_t i = 0; i < fake->n_taken; i++) {
		const struct book *book = &fake->taken[i];
		if (book->room_id == room_id && book_holds_nights(book->status) &&
		    stay_overlaps(book->stay, stay))
			return false;
	}
	return true;
}

/* Whether a stored text has the one that is searched for, in either normal form. */
static bool
has_text(const char *stored, const char *text, bool whole)
{
	char *decomposed = NULL;
	size_t n;
	if (unicode_decompose(text, strlen(text), &decomposed, &n) != OK)
		abort();
	const bool has = whole ? !strcasecmp(stored, text) || !strcasecmp(stored, decomposed)
	                       : strcasestr(stored, text) || strcasestr(stored, decomposed);
	free(decomposed);
	return has;
}

/* Of a choice the first stay that the room is free for. */
static const struct stay *
stay_free(const struct room_fake *fake, uint64_t room_id, const struct room_search *search)
{
	for (size_t i = 0; i < search->choice.n; i++)
		if (is_free(fake, room_id, search->choice.stays[i]))
			return &search->choice.stays[i];
	return NULL;
}

static bool
matches(const struct room_fake *fake, const struct room *room, const struct room_search *search)
{
	const char *text = search->text;
	return room->status == search->status &&
	       (!search->room_id || room->id == search->room_id) &&
	       room->capacity >= search->guests &&
	       (!search->max_price || room->price <= search->max_price) &&
	       (!search->of_host || room->host_id == search->host_id) &&
	       (!search->city[0] || has_text(room->city, search->city, true)) &&
	       (!text[0] || has_text(room->name, text, false) ||
	        has_text(room->city, text, false) || has_text(room->description, text, false)) &&
	       (search->choice.n
	                ? stay_free(fake, room->id, search) != NULL
	                : stay_nights(search->stay) <= 0 || is_free(fake, room->id, search->stay));
}

static int
compare(const struct room *a, const struct room *b, unsigned sort)
{
	switch ((enum room_sort)sort) {
	case ROOM_SORT_PRICE: return (a->price > b->price) - (a->price < b->price);
	case ROOM_SORT_NAME: return strcasecmp(a->name, b->name);
	case ROOM_SORT_CITY: return strcasecmp(a->city, b->city);
	case ROOM_SORT_CAPACITY: return (a->capacity > b->capacity) - (a->capacity < b->capacity);
	case ROOM_SORT_ID:
	case ROOM_SORT_MAX: break;
	}
	return 0;
}

static bool
stands_before(const struct room *a, const struct room *b, const struct paging *paging)
{
	const int order = compare(a, b, paging->sort);
	const bool less = order ? order < 0 : a->id < b->id;
	return less != paging->descending;
}

static enum err
room_fake_search(void *self, const struct room_search *search, room_found *visit, void *arg,
                 uint64_t *ret_total)
{
	const struct room_fake *fake = self;
	const struct room *found[ROOM_FAKE_MAX];
	size_t n = 0;
	for (size_t i = 0; i < fake->n_rooms; i++) {
		size_t at = n;
		if (!matches(fake, &fake->rooms[i], search))
			continue;
		for (; at > 0 && stands_before(&fake->rooms[i], found[at - 1], &search->paging);
		     at--)
			found[at] = found[at - 1];
		found[at] = &fake->rooms[i];
		n++;
	}
	const size_t first = (size_t)search->paging.page * search->paging.size;
	for (size_t i = first; fake->fails == OK && i < n && i < first + search->paging.size; i++)
		visit(arg, found[i],
		      search->choice.n ? *stay_free(fake, found[i]->id, search) : search->stay);
	*ret_total = n;
	return fake->fails;
}

static enum err
room_fake_calendar(void *self, uint64_t room_id, struct stay range,
                   void (*visit)(void *arg, day_t night), void *arg)
{
	struct room_fake *fake = self;
	if (fake->fails != OK || !room_of(fake, room_id))
		return fake->fails != OK ? fake->fails : ERR_NOT_FOUND;
	for (day_t night = range.start; night < range.end; night++)
		if (!is_free(fake, room_id, (struct stay){night, night + 1}))
			visit(arg, night);
	return OK;
}

static enum err
room_fake_stays_apply(void *self, const struct event events[], size_t n)
{
	struct room_fake *fake = self;
	for (size_t i = 0; fake->fails == OK && i < n; i++) {
		const struct book *book = &events[i].data.book;
		size_t at = 0;
		if (event_kinds[events[i].type].aggregate != AGGREGATE_BOOK)
			continue;
		while (at < fake->n_taken && fake->taken[at].id != book->id)
			at++;
		if (at == fake->n_taken)
			fake->taken[fake->n_taken++] = *book;
		else if (fake->taken[at].version < book->version)
			fake->taken[at] = *book;
	}
	return fake->fails;
}

/* ---- deleting ---- */

static size_t
closing_of(const struct room_fake *fake, uint64_t room_id)
{
	size_t at = 0;
	while (at < fake->n_closings &&
	       (fake->closings[at].asked.room_id != room_id || !fake->closings[at].requests))
		at++;
	return at;
}

static enum err
room_fake_closing_begin(void *self, const struct room_closing *closing)
{
	struct room_fake *fake = self;
	struct room *room;
	enum err err =
		own_find(fake, closing->room_id, closing->host_id, &closing->condition, &room);
	if (err != OK)
		return err;
	const size_t at = closing_of(fake, closing->room_id);
	const bool is_new = at == fake->n_closings;
	fake->n_closings += is_new;
	fake->closings[at].requests++;
	fake->closings[at].asked_ms = monotonic_ms();
	if (is_new || closing->cancel_bookings >= fake->closings[at].asked.cancel_bookings)
		fake->closings[at].asked = *closing;
	return OK;
}

static enum err
room_fake_closing_finish(void *self, const struct room_closing *closing, struct room *ret_room)
{
	struct room_fake *fake = self;
	struct room *room = room_of(fake, closing->room_id);
	const size_t at = closing_of(fake, closing->room_id);
	enum err err = OK;
	if (fake->fails != OK || !room)
		return fake->fails != OK ? fake->fails : ERR_NOT_FOUND;
	key_add(fake, &closing->key, room->id);
	if (at < fake->n_closings) {
		key_add(fake, &fake->closings[at].asked.key, room->id);
		fake->closings[at].requests = 0;
	}
	if (room->status == ROOM_OPEN) {
		room->status = ROOM_DELETED;
		err = publish(fake, EVENT_ROOM_DELETED, &closing->origin, room);
	}
	*ret_room = *room;
	return err;
}

static enum err
room_fake_closing_withdraw(void *self, uint64_t id)
{
	struct room_fake *fake = self;
	const size_t at = closing_of(fake, id);
	if (fake->fails == OK && at < fake->n_closings && !fake->closings[at].asked.cancel_bookings)
		fake->closings[at].requests--;
	return fake->fails;
}

static enum err
room_fake_closings(void *self, uint32_t age_ms, size_t max,
                   void (*visit)(void *arg, const struct room_closing *closing), void *arg)
{
	const struct room_fake *fake = self;
	for (size_t i = 0; fake->fails == OK && max > 0 && i < fake->n_closings; i++) {
		if (!fake->closings[i].requests ||
		    monotonic_ms() - fake->closings[i].asked_ms < age_ms)
			continue;
		visit(arg, &fake->closings[i].asked);
		max--;
	}
	return fake->fails;
}

/* The ids ascend with the places. */
static enum err
room_fake_snapshot(void *self, const struct keyset_page *page,
                   void (*visit)(void *arg, const struct room *room), void *arg)
{
	struct room_fake *fake = self;
	for (size_t i = page->after, n = 0; !fake->fails && i < fake->n_rooms && n < page->size;
	     i++) {
		visit(arg, &fake->rooms[i]);
		n++;
	}
	return fake->fails;
}

static enum err
room_fake_keys_purge(void *self, instant_t before, size_t max, size_t *ret_n)
{
	struct room_fake *fake = self;
	size_t n = 0;
	while (fake->fails == OK && n < max && n < fake->n_keys && fake->keys[n].at < before)
		n++;
	memmove(fake->keys, fake->keys + n, (fake->n_keys - n) * sizeof(*fake->keys));
	fake->n_keys -= n;
	*ret_n = n;
	return fake->fails;
}

/* It has no log: a search looks at the rooms themselves. */
static enum err
room_fake_changes_purge(void *self, size_t max, size_t *ret_n)
{
	const struct room_fake *fake = self;
	(void)max;
	*ret_n = 0;
	return fake->fails;
}

struct room_store
room_fake_port(struct room_fake *fake)
{
	return (struct room_store){.self = fake,
	                           .replay = room_fake_replay,
	                           .enter = room_fake_enter,
	                           .enter_all = room_fake_enter_all,
	                           .find = room_fake_find,
	                           .change = room_fake_change,
	                           .search = room_fake_search,
	                           .snapshot = room_fake_snapshot,
	                           .calendar = room_fake_calendar,
	                           .closing_begin = room_fake_closing_begin,
	                           .closing_finish = room_fake_closing_finish,
	                           .closing_withdraw = room_fake_closing_withdraw,
	                           .closings = room_fake_closings,
	                           .stays_apply = room_fake_stays_apply,
	                           .keys_purge = room_fake_keys_purge,
	                           .changes_purge = room_fake_changes_purge};
}
