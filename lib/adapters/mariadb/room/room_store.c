/* room_store - the rooms, on MariaDB: entering, finding, changing. */
#include "adapters/mariadb/room/room_store.h"

#include "adapters/mariadb/idempotency.h"
#include "adapters/mariadb/room/room_closing.h"
#include "adapters/mariadb/room/room_row.h"
#include "adapters/mariadb/room/room_search.h"
#include "base/mem.h"

#include <string.h>

/* ---- entering ---- */

struct enter {
	const struct room *asked;
	const struct idempotency *key;
	const struct origin *origin;
	struct room room;
	bool replayed;
};

/* The answer then was what was asked for, as version 1: the key's fingerprint says that the same
 * is asked for now. */
static enum err
enter_replay(struct db_conn *conn, struct enter *enter, uint64_t id)
{
	struct room stored;
	enum err err = room_row_find(conn, id, &stored);
	if (err != OK)
		return err == ERR_NOT_FOUND ? ERR_BUG_HERE() : err;
	enter->room = *enter->asked;
	enter->room.id = id;
	enter->room.version = 1;
	enter->room.status = ROOM_OPEN;
	enter->room.created_at = enter->room.updated_at = stored.created_at;
	memcpy(enter->room.currency, stored.currency, sizeof(stored.currency));
	enter->replayed = true;
	return OK;
}

static enum err
enter_work(struct db_conn *conn, void *arg)
{
	struct enter *enter = arg;
	uint64_t id;
	enum err err = idempotency_find(conn, enter->key, &id);
	if (err != ERR_NOT_FOUND)
		return err == OK ? enter_replay(conn, enter, id) : err;
	enter->room = *enter->asked;
	enter->replayed = false;
	err = room_row_add(conn, enter->origin, &enter->room);
	return err == OK ? idempotency_add(conn, enter->key, enter->room.id) : err;
}

static enum err
room_store_enter(void *self, const struct room *room, const struct idempotency *key,
                 const struct origin *origin, struct room *ret_room, bool *ret_replayed)
{
	struct enter enter = {.asked = room, .key = key, .origin = origin};
	enum err err = idempotency_given(key) ? db_transact_again(self, enter_work, &enter)
	                                      : db_transact(self, enter_work, &enter);
	if (err != OK)
		return err;
	*ret_room = enter.room;
	*ret_replayed = enter.replayed;
	return OK;
}

struct enter_all {
	const struct room *rooms;
	size_t n;
	const struct idempotency *key;
	const struct origin *origin;
	bool replayed;
};

/* The key leads to the first of the rooms. */
static enum err
enter_all_work(struct db_conn *conn, void *arg)
{
	struct enter_all *all = arg;
	struct room room;
	uint64_t first = 0;
	enum err err = idempotency_find(conn, all->key, &first);
	all->replayed = err == OK;
	if (err != ERR_NOT_FOUND)
		return err;
	err = OK;
	for (size_t i = 0; err == OK && i < all->n; i++) {
		room = all->rooms[i];
		err = room_row_add(conn, all->origin, &room);
		first = i ? first : room.id;
	}
	return err == OK ? idempotency_add(conn, all->key, first) : err;
}

static enum err
room_store_enter_all(void *self, const struct room rooms[], size_t n, const struct idempotency *key,
                     const struct origin *origin, bool *ret_replayed)
{
	struct enter_all all = {.rooms = rooms, .n = n, .key = key, .origin = origin};
	enum err err = idempotency_given(key) ? db_transact_again(self, enter_all_work, &all)
	                                      : db_transact(self, enter_all_work, &all);
	if (err == OK)
		*ret_replayed = all.replayed;
	return err;
}

/* ---- finding ---- */

struct find {
	uint64_t id;
	struct room found;
};

static enum err
find_work(struct db_conn *conn, void *arg)
{
	struct find *find = arg;
	return room_row_find(conn, find->id, &find->found);
}

static enum err
room_store_find(void *self, uint64_t id, struct room *ret_room)
{
	struct find find = {.id = id};
	enum err err = db_look(self, find_work, &find);
	if (err == OK)
		*ret_room = find.found;
	return err;
}

static enum err
room_store_snapshot(void *self, const struct keyset_page *page,
                    void (*visit)(void *arg, const struct room *room), void *arg)
{
	void *rows = NULL;
	size_t n = 0;
	enum err err = room_row_snapshot(self, page, &rows, &n);
	CLEANUP(free_p) const struct room *rooms = rows;
	for (size_t i = 0; err == OK && i < n; i++)
		visit(arg, &rooms[i]);
	return err;
}

/* ---- changing ---- */

struct change {
	const struct room_change *asked;
	struct room room;
	bool replayed;
};

static const struct {
	enum room_member member;
	size_t offset, size;
	bool text;
} members[] = {
	{ROOM_NAME, offsetof(struct room, name), sizeof(((struct room *)0)->name), true},
	{ROOM_DESCRIPTION, offsetof(struct room, description),
         sizeof(((struct room *)0)->description), true},
	{ROOM_CITY, offsetof(struct room, city), sizeof(((struct room *)0)->city), true},
	{ROOM_CAPACITY, offsetof(struct room, capacity), sizeof(((struct room *)0)->capacity),
         false},
	{ROOM_PRICE, offsetof(struct room, price), sizeof(((struct room *)0)->price), false},
};

/* Sets the members that the change names. Whether any of them is another now. */
static bool
members_set(const struct room_change *change, struct room *room)
{
	bool differs = false;
	for (size_t i = 0; i < ARRAY_SIZE(members); i++) {
		const char *from = (const char *)&change->to + members[i].offset;
		char *to = (char *)room + members[i].offset;
		const size_t size = members[i].size;
		if (!(change->members & members[i].member))
			continue;
		differs = differs || (members[i].text ? strncmp(from, to, size) != 0
		                                      : memcmp(from, to, size) != 0);
		memcpy(to, from, size);
	}
	return differs;
}

/* All requests with one key name the same room, so its lock keeps them apart. */
static enum err
change_work(struct db_conn *conn, void *arg)
{
	struct change *change = arg;
	const struct room_change *asked = change->asked;
	uint64_t id;
	enum err own = room_row_lock_own(conn, asked->id, asked->host_id, asked->if_version,
	                                 &change->room);
	if (own != OK && own != ERR_NOT_FOUND && own != ERR_VERSION_CONFLICT)
		return own;
	enum err err = idempotency_find(conn, &asked->key, &id);
	change->replayed = err == OK;
	if (err == OK)
		return id == asked->id ? OK : ERR_BUG_HERE();
	if (err != ERR_NOT_FOUND || own != OK)
		return err != ERR_NOT_FOUND ? err : own;
	if (!members_set(asked, &change->room))
		return OK;
	err = room_row_change(conn, EVENT_ROOM_CHANGED, &asked->origin, &change->room);
	return err == OK ? idempotency_add(conn, &asked->key, asked->id) : err;
}

/* A change that names no version may be made twice: the second time it changes nothing. */
static enum err
room_store_change(void *self, const struct room_change *asked, struct room *ret_room,
                  bool *ret_replayed)
{
	struct change change = {.asked = asked};
	const bool again = idempotency_given(&asked->key) || !asked->if_version;
	enum err err = again ? db_transact_again(self, change_work, &change)
	                     : db_transact(self, change_work, &change);
	if (err != OK)
		return err;
	*ret_room = change.room;
	*ret_replayed = change.replayed;
	return OK;
}

/* ---- the port ---- */

struct room_store
room_store_mariadb(struct db *db)
{
	return (struct room_store){
		.self = db,
		.enter = room_store_enter,
		.enter_all = room_store_enter_all,
		.find = room_store_find,
		.change = room_store_change,
		.search = room_search_store_search,
		.snapshot = room_store_snapshot,
		.calendar = room_search_store_calendar,
		.closing_begin = room_closing_store_begin,
		.closing_finish = room_closing_store_finish,
		.closing_withdraw = room_closing_store_withdraw,
		.closings = room_closing_store_list,
		.take = room_search_store_take,
		.keys_purge = idempotency_purge,
	};
}
