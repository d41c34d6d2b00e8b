/* SPDX-License-Identifier: MIT */
/* room_follow - reads the tables into the index: all of them, what has changed, or to compare. */
#include "adapters/mariadb/room/room_indexed_parts.h"
#include "adapters/mariadb/room/room_row.h"
#include "base/clock.h"
#include "base/mem.h"

#include <string.h>

#define GROUP 32 /* rooms of one statement */

enum { ROOMS_AFTER, ROOMS_IN, STAYS_BETWEEN, STAYS_IN };

/* ---- statements ---- */

/* Rooms are read by a range of their numbers or by a list of numbers, and so are their stays. */
struct wanted {
	uint64_t after, to;  /* numbers over the first, up to the second */
	uint64_t ids[GROUP]; /* 0: none */
	uint32_t max;
	struct stay window;
	day_t earliest; /* stays that begin later; see room_search.c */
};

struct room_stay {
	uint64_t room_id;
	struct stay stay;
};

#define ID(i)    DB_FIELD(struct wanted, ids[i])
#define ID_4(i)  ID(i), ID(i + 1), ID(i + 2), ID(i + 3)
#define ID_16(i) ID_4(i), ID_4(i + 4), ID_4(i + 8), ID_4(i + 12)
#define IDS      ID_16(0), ID_16(16)
#define WINDOW                                                                  \
	DB_FIELD(struct wanted, earliest), DB_FIELD(struct wanted, window.end), \
		DB_FIELD(struct wanted, window.start)

static const struct db_field after_fields[] = {DB_FIELD(struct wanted, after),
                                               DB_FIELD(struct wanted, max)};
static const struct db_field ids_fields[] = {IDS};
static const struct db_field between_fields[] = {DB_FIELD(struct wanted, after),
                                                 DB_FIELD(struct wanted, to), WINDOW};
static const struct db_field stays_in_fields[] = {IDS, WINDOW};
static const struct db_field room_stay_fields[] = {DB_FIELD(struct room_stay, room_id),
                                                   DB_FIELD(struct room_stay, stay.start),
                                                   DB_FIELD(struct room_stay, stay.end)};

/* clang-format off */
#define IN_4  "?, ?, ?, ?"
#define IN_16 IN_4 ", " IN_4 ", " IN_4 ", " IN_4
#define IN    " IN (" IN_16 ", " IN_16 ")"
#define STAYS(rooms)                                                                  \
	"SELECT t.room_id, t.start_date, t.end_date FROM taken_stay t"                \
	" FORCE INDEX (by_room) WHERE t.room_id" rooms " AND t.taken = TRUE"          \
	" AND t.start_date > ? AND t.start_date < ? AND t.end_date > ?"               \
	" ORDER BY t.room_id"

static const struct db_statement statements[] = {
	[ROOMS_AFTER] = {
		"SELECT " ROOM_COLUMNS " FROM room r FORCE INDEX (PRIMARY)"
		" WHERE r.id > ? AND r.status = 'Open' ORDER BY r.id LIMIT ?",
		DB_TAKES(after_fields), DB_GIVES(struct room, room_fields)},
	[ROOMS_IN] = {
		"SELECT " ROOM_COLUMNS " FROM room r FORCE INDEX (PRIMARY)"
		" WHERE r.id" IN " AND r.status = 'Open' ORDER BY r.id",
		DB_TAKES(ids_fields), DB_GIVES(struct room, room_fields)},
	[STAYS_BETWEEN] = {
		STAYS(" > ? AND t.room_id <= ?"),
		DB_TAKES(between_fields), DB_GIVES(struct room_stay, room_stay_fields)},
	[STAYS_IN] = {
		STAYS(IN),
		DB_TAKES(stays_in_fields), DB_GIVES(struct room_stay, room_stay_fields)},
};
/* clang-format on */

const struct db_table room_follow_table = {"room_follow", DB_CONTEXTS("room"),
                                           DB_STATEMENTS(statements)};

/* ---- what is read goes into an index ---- */

/* One read of rooms and their stays: which rooms there were, and which the index had otherwise, or the tables do not
 * have. */
struct pass {
	struct room_indexed *indexed;
	struct room_index *index;
	bool is_new; /* nobody searches in it yet, and each room comes once */
	struct db_conn *conn;
	struct room room;
	uint64_t ids[ROOM_INDEXED_CHUNK], strangers[ROOM_INDEXED_CHUNK];
	bool differs[ROOM_INDEXED_CHUNK];
	size_t n, n_strangers;
	struct room_stay *stays; /* by room */
	size_t n_stays, stays_cap;
};

static struct pass *
pass_new(struct room_indexed *indexed, struct room_index *index, bool is_new)
{
	struct pass *pass = calloc(1, sizeof(*pass));
	if (pass)
		*pass = (struct pass){.indexed = indexed, .index = index, .is_new = is_new};
	return pass;
}

static void
pass_free(struct pass **pass)
{
	if (*pass)
		free((*pass)->stays);
	free(*pass);
}

static enum err
folded_add(struct pass *pass, const char *text)
{
	struct buf *folded = &pass->indexed->folded;
	enum err err = room_collation_fold(pass->indexed->collation, pass->conn, text, folded);
	return err == OK ? buf_add(folded, ROOM_COLLATION_BETWEEN, 1) : err;
}

static enum err
row_of(struct pass *pass, struct room_index_row *ret_row)
{
	struct room_indexed *indexed = pass->indexed;
	const struct room *room = &pass->room;
	buf_reset(&indexed->folded);
	enum err err = room_collation_weights(indexed->collation, pass->conn, room->name,
	                                      &indexed->name_weights);
	if (err == OK)
		err = room_collation_weights(indexed->collation, pass->conn, room->city,
		                             &indexed->city_weights);
	if (err == OK)
		err = folded_add(pass, room->name);
	if (err == OK)
		err = folded_add(pass, room->city);
	if (err == OK)
		err = folded_add(pass, room->description);
	if (err == OK)
		*ret_row = (struct room_index_row){.room = room,
		                                   .name_weights = indexed->name_weights.data,
		                                   .city_weights = indexed->city_weights.data,
		                                   .folded = indexed->folded.data};
	return err;
}

/* Nobody else writes, so it is compared without the lock: most rooms are as they were, and a writer waits for all
 * searches that are under way. */
static enum err
row_put(struct pass *pass, const struct room_index_row *row)
{
	if (pass->is_new)
		return room_index_append(pass->index, row);
	if (room_index_has(pass->index, row))
		return OK;
	pass->differs[pass->n] = true;
	pthread_rwlock_wrlock(&pass->indexed->lock);
	enum err err = room_index_put(pass->index, row);
	pthread_rwlock_unlock(&pass->indexed->lock);
	return err;
}

static enum err
room_take(void *row, void *arg)
{
	struct pass *pass = arg;
	struct room_index_row taken;
	(void)row; /* it is pass->room */
	enum err err = pass->n < ROOM_INDEXED_CHUNK ? row_of(pass, &taken) : ERR_BUG_HERE();
	if (err == OK)
		err = row_put(pass, &taken);
	if (err == OK)
		pass->ids[pass->n++] = pass->room.id;
	return err;
}

static enum err
stay_take(void *row, void *arg)
{
	struct pass *pass = arg;
	if (pass->n_stays == pass->stays_cap) {
		const size_t cap = pass->stays_cap ? 2 * pass->stays_cap : 1024;
		struct room_stay *stays = realloc(pass->stays, cap * sizeof(*stays));
		if (!stays)
			return ERR_MEMORY;
		pass->stays = stays;
		pass->stays_cap = cap;
	}
	pass->stays[pass->n_stays++] = *(const struct room_stay *)row;
	return OK;
}

/* Rooms come by ascending number, and so do the stays. The lock is taken with the first that differs, once. */
static enum err
stays_set(struct pass *pass)
{
	bool locked = pass->is_new; /* then it needs none */
	size_t at = 0;
	CLEANUP(free_p) struct stay *of_room = calloc(pass->n_stays + 1, sizeof(*of_room));
	if (!of_room)
		return ERR_MEMORY;
	for (size_t i = 0; i < pass->n; i++) {
		size_t n = 0;
		while (at < pass->n_stays && pass->stays[at].room_id < pass->ids[i])
			at++; /* of a room that is not open */
		while (at < pass->n_stays && pass->stays[at].room_id == pass->ids[i])
			of_room[n++] = pass->stays[at++].stay;
		if (room_index_has_stays(pass->index, pass->ids[i], of_room, n))
			continue;
		if (!locked)
			pthread_rwlock_wrlock(&pass->indexed->lock);
		locked = true;
		room_index_set_stays(pass->index, pass->ids[i], of_room, n);
		pass->differs[i] = true;
	}
	if (locked && !pass->is_new)
		pthread_rwlock_unlock(&pass->indexed->lock);
	return OK;
}

static struct wanted
wanted_by(const struct pass *pass)
{
	const day_t first = room_index_first(pass->index);
	return (struct wanted){.to = UINT64_MAX,
	                       .max = ROOM_INDEXED_CHUNK,
	                       .window = {first, first + ROOM_INDEX_NIGHTS},
	                       .earliest = first - STAY_NIGHTS_MAX};
}

/* Reads rooms by one of the statements, then their stays by the one that belongs to it. */
static enum err
pass_read(struct pass *pass, struct wanted *wanted, unsigned rooms, unsigned stays)
{
	struct room_stay stay;
	struct db_try try = db_begin(pass->indexed->follow_db, DB_READ);
	while (db_next(&try)) {
		if (pass->n && pass->is_new) { /* an earlier try has added what comes again */
			try.err = ERR_UNAVAILABLE;
			continue;
		}
		pass->conn = try.conn;
		pass->n = pass->n_stays = 0;
		try.err = db_each(try.conn, &room_follow_table, rooms, wanted, &pass->room,
		                  room_take, pass);
		if (try.err == OK && rooms == ROOMS_AFTER && pass->n == wanted->max)
			wanted->to = pass->ids[pass->n - 1];
		if (try.err == OK)
			try.err = db_each(try.conn, &room_follow_table, stays, wanted, &stay,
			                  stay_take, pass);
	}
	return try.err == OK ? stays_set(pass) : try.err;
}

/* ---- all of it ---- */

static day_t
window_first(void)
{
	return day_at(instant_now()) - 1; /* around midnight clocks differ */
}

static enum err
fill_index(struct room_indexed *indexed, struct room_index *index)
{
	struct wanted wanted = {.after = 0};
	enum err err = OK;
	while (err == OK && wanted.after < UINT64_MAX) {
		CLEANUP(pass_free) struct pass *pass = pass_new(indexed, index, true);
		if (!pass)
			return ERR_MEMORY;
		const uint64_t after = wanted.after;
		wanted = wanted_by(pass);
		wanted.after = after;
		err = pass_read(pass, &wanted, ROOMS_AFTER, STAYS_BETWEEN);
		wanted.after = wanted.to;
	}
	room_index_sort(index);
	return err;
}

static enum err
index_new(struct room_indexed *indexed, struct room_index **ret_index)
{
	char space[5] = "";
	struct db_try try = db_begin(indexed->follow_db, DB_READ);
	while (db_next(&try))
		try.err = room_collation_space(indexed->collation, try.conn, space);
	return try.err == OK ? room_index_new(window_first(), space, indexed->bytes_max, ret_index)
	                     : try.err;
}

enum err
room_follow_fill(struct room_indexed *indexed)
{
	struct room_index *index = NULL;
	enum err err = room_change_begin(indexed->follow_db, &indexed->reader);
	if (err == OK)
		err = index_new(indexed, &index);
	if (err == OK)
		err = fill_index(indexed, index);
	if (err != OK) {
		room_index_free(index);
		return err;
	}
	pthread_rwlock_wrlock(&indexed->lock);
	room_index_free(indexed->index);
	indexed->index = index;
	pthread_rwlock_unlock(&indexed->lock);
	indexed->compared_to = 0;
	indexed->compare_begun_ms = monotonic_ms();
	return room_follow_changes(indexed);
}

void
room_follow_drop(struct room_indexed *indexed)
{
	atomic_store(&indexed->read_ms, 0);
	pthread_rwlock_wrlock(&indexed->lock);
	room_index_free(indexed->index);
	indexed->index = NULL;
	pthread_rwlock_unlock(&indexed->lock);
}

/* ---- what has changed ---- */

static void
index_remove(struct room_indexed *indexed, uint64_t id, bool *ret_removed)
{
	pthread_rwlock_wrlock(&indexed->lock);
	*ret_removed = room_index_remove(indexed->index, id);
	pthread_rwlock_unlock(&indexed->lock);
}

/* Reads at most GROUP rooms again. Those that are not open any more are removed. */
static enum err
rooms_refresh(struct room_indexed *indexed, const uint64_t ids[], size_t n)
{
	CLEANUP(pass_free) struct pass *pass = pass_new(indexed, indexed->index, false);
	bool removed;
	if (!pass)
		return ERR_MEMORY;
	struct wanted wanted = wanted_by(pass);
	memcpy(wanted.ids, ids, n * sizeof(*ids));
	enum err err = pass_read(pass, &wanted, ROOMS_IN, STAYS_IN);
	size_t at = 0;
	for (size_t i = 0; err == OK && i < n; i++) {
		if (at < pass->n && pass->ids[at] == ids[i])
			at++;
		else
			index_remove(indexed, ids[i], &removed);
	}
	return err;
}

static void
window_move(struct room_indexed *indexed)
{
	const day_t first = window_first();
	if (first <= room_index_first(indexed->index))
		return;
	pthread_rwlock_wrlock(&indexed->lock);
	room_index_move(indexed->index, first);
	pthread_rwlock_unlock(&indexed->lock);
}

enum err
room_follow_changes(struct room_indexed *indexed)
{
	const uint_fast64_t seen = atomic_load(indexed->changes);
	const bool has_changed = seen != atomic_load(&indexed->changes_seen);
	const int64_t now = monotonic_ms();
	enum err err = OK;
	bool more = true;
	indexed->n_changed = 0;
	window_move(indexed);
	while (err == OK && more) {
		err = room_change_read(indexed->follow_db, &indexed->reader, has_changed,
		                       indexed->changed, CHANGES_MAX, &indexed->n_changed, &more);
		for (size_t i = 0; err == OK && i < indexed->n_changed; i += GROUP)
			err = rooms_refresh(indexed, indexed->changed + i,
			                    indexed->n_changed - i < GROUP ? indexed->n_changed - i
			                                                   : GROUP);
		if (err == OK)
			room_change_accept(&indexed->reader);
	}
	if (err == OK) {
		atomic_store(&indexed->changes_seen, seen);
		atomic_store(&indexed->read_ms, now);
	}
	return err;
}

/* ---- comparing ---- */

/* Rooms of the index between two numbers that the tables do not have. */
static void
strangers_remove(struct pass *pass, uint64_t after, uint64_t to)
{
	uint64_t id = after;
	bool removed;
	size_t at = 0;
	while (room_index_next(pass->index, id, &id) && id <= to) {
		while (at < pass->n && pass->ids[at] < id)
			at++;
		if (at < pass->n && pass->ids[at] == id)
			continue;
		index_remove(pass->indexed, id, &removed);
		if (removed && pass->n_strangers < ROOM_INDEXED_CHUNK)
			pass->strangers[pass->n_strangers++] = id;
	}
}

static bool
is_followed(const struct room_indexed *indexed, uint64_t id)
{
	bool found = false;
	for (size_t i = 0; !found && i < indexed->n_changed; i++)
		found = indexed->changed[i] == id;
	return found;
}

/* A difference counts unless the log names the room just now: then it would have been seen anyway. */
static enum err
differences_count(struct room_indexed *indexed, const struct pass *pass)
{
	bool differs = pass->n_strangers > 0;
	for (size_t i = 0; !differs && i < pass->n; i++)
		differs = pass->differs[i];
	enum err err = differs ? room_follow_changes(indexed) : OK;
	for (size_t i = 0; err == OK && i < pass->n; i++)
		if (pass->differs[i] && !is_followed(indexed, pass->ids[i]))
			atomic_fetch_add(&indexed->differences, 1);
	for (size_t i = 0; err == OK && i < pass->n_strangers; i++)
		if (!is_followed(indexed, pass->strangers[i]))
			atomic_fetch_add(&indexed->differences, 1);
	return err;
}

/* Another log, of a restored database, would be followed from the wrong place. */
static enum err
log_check(struct room_indexed *indexed)
{
	bool is_other = false;
	enum err err = room_change_is_other(indexed->follow_db, &indexed->reader, &is_other);
	return err == OK && is_other ? ERR_TOO_LARGE : err;
}

enum err
room_follow_compare(struct room_indexed *indexed, bool *ret_done)
{
	CLEANUP(pass_free) struct pass *pass = pass_new(indexed, indexed->index, false);
	if (!pass)
		return ERR_MEMORY;
	struct wanted wanted = wanted_by(pass);
	wanted.after = indexed->compared_to;
	enum err err = wanted.after ? OK : log_check(indexed);
	if (err == OK)
		err = pass_read(pass, &wanted, ROOMS_AFTER, STAYS_BETWEEN);
	if (err != OK)
		return err;
	strangers_remove(pass, wanted.after, wanted.to);
	*ret_done = wanted.to == UINT64_MAX;
	indexed->compared_to = *ret_done ? 0 : wanted.to;
	return differences_count(indexed, pass);
}
