/* SPDX-License-Identifier: MIT */
/* room_indexed - the port with the index in front of the search, and the thread that keeps it. */
#include "adapters/mariadb/room/room_indexed.h"

#include "adapters/mariadb/room/room_indexed_parts.h"
#include "adapters/mariadb/room/room_store.h"
#include "base/clock.h"
#include "base/mem.h"

#include <string.h>

#define RETRY_MS 250 /* after a round that failed */

/* ---- searching ---- */

/* An idle index is followed before it answers, so it may be older. */
static bool
is_fresh(const struct room_indexed *indexed)
{
	const int64_t read_ms = atomic_load(&indexed->read_ms);
	const int64_t stale_ms =
		atomic_load(&indexed->idle) ? 2 * indexed->stale_ms : indexed->stale_ms;
	return read_ms && monotonic_ms() - read_ms < stale_ms;
}

/* Whether the log has to be read for a search: a room was registered or changed here, or nobody has read it lately. */
static bool
is_behind(const struct room_indexed *indexed, int64_t search_ms)
{
	return atomic_load(indexed->changes) != atomic_load(&indexed->changes_seen) ||
	       (atomic_load(&indexed->idle) &&
	        search_ms - atomic_load(&indexed->read_ms) > ROOM_INDEXED_POLL_MS);
}

static enum err
catch_up(struct room_indexed *indexed)
{
	const int64_t now = monotonic_ms();
	enum err err = OK;
	atomic_store(&indexed->searched_ms, now);
	if (!is_behind(indexed, now))
		return OK;
	pthread_mutex_lock(&indexed->following);
	/* Whoever had it may have waited for MariaDB in vain: this one does not wait once more. */
	if (!indexed->index || !is_fresh(indexed))
		err = ERR_UNAVAILABLE;
	else if (is_behind(indexed, now))
		err = room_follow_changes(indexed);
	pthread_mutex_unlock(&indexed->following);
	return err;
}

static bool
covers(const struct room_index *index, const struct room_search *search)
{
	bool all = room_index_covers(index, search->stay);
	for (size_t i = 0; all && i < search->choice.n; i++)
		all = room_index_covers(index, search->choice.stays[i]);
	return all;
}

/* ERR_UNAVAILABLE: the index cannot answer. */
static enum err
index_search(struct room_indexed *indexed, const struct room_search *search, room_found *visit,
             void *arg, uint64_t *ret_total)
{
	CLEANUP(room_prepared_done) struct room_prepared prepared = ROOM_PREPARED_INIT;
	if (search->status != ROOM_OPEN || !is_fresh(indexed) || catch_up(indexed) != OK ||
	    room_prepare(indexed, search, &prepared) != OK)
		return ERR_UNAVAILABLE;
	enum err err = ERR_UNAVAILABLE;
	pthread_rwlock_rdlock(&indexed->lock);
	if (indexed->index && covers(indexed->index, search))
		err = room_index_search(indexed->index, &prepared.query, visit, arg, ret_total);
	pthread_rwlock_unlock(&indexed->lock);
	return err;
}

static enum err
indexed_search(void *self, const struct room_search *search, room_found *visit, void *arg,
               uint64_t *ret_total)
{
	struct room_indexed *indexed = self;
	enum err err = index_search(indexed, search, visit, arg, ret_total);
	if (err != ERR_UNAVAILABLE) {
		atomic_fetch_add_explicit(&indexed->by_index, 1, memory_order_relaxed);
		return err;
	}
	atomic_fetch_add_explicit(&indexed->by_database, 1, memory_order_relaxed);
	return indexed->store.search(indexed->store.self, search, visit, arg, ret_total);
}

/* ---- changing: MariaDB's store, and the next search looks for it ---- */

static enum err
changed(struct room_indexed *indexed, enum err err)
{
	atomic_fetch_add(indexed->changes, 1); /* even after an error: it may have happened */
	return err;
}

static enum err
indexed_enter(void *self, const struct room *room, const struct idempotency *key,
              const struct origin *origin, struct room *ret_room, bool *ret_replayed)
{
	struct room_indexed *indexed = self;
	return changed(indexed, indexed->store.enter(indexed->store.self, room, key, origin,
	                                             ret_room, ret_replayed));
}

static enum err
indexed_enter_all(void *self, const struct room rooms[], size_t n, const struct idempotency *key,
                  const struct origin *origin, bool *ret_replayed)
{
	struct room_indexed *indexed = self;
	return changed(indexed, indexed->store.enter_all(indexed->store.self, rooms, n, key, origin,
	                                                 ret_replayed));
}

static enum err
indexed_change(void *self, const struct room_change *change, struct room *ret_room,
               bool *ret_replayed)
{
	struct room_indexed *indexed = self;
	return changed(indexed,
	               indexed->store.change(indexed->store.self, change, ret_room, ret_replayed));
}

static enum err
indexed_closing_finish(void *self, const struct room_closing *closing, struct room *ret_room)
{
	struct room_indexed *indexed = self;
	return changed(indexed,
	               indexed->store.closing_finish(indexed->store.self, closing, ret_room));
}

static enum err
indexed_stays_apply(void *self, const struct event events[], size_t n)
{
	struct room_indexed *indexed = self;
	return changed(indexed, indexed->store.stays_apply(indexed->store.self, events, n));
}

/* ---- the rest is MariaDB's ---- */

static enum err
indexed_replay(void *self, const struct idempotency *key, struct room *ret_room)
{
	const struct room_store *store = &((struct room_indexed *)self)->store;
	return store->replay(store->self, key, ret_room);
}

static enum err
indexed_find(void *self, uint64_t id, struct room *ret_room)
{
	const struct room_store *store = &((struct room_indexed *)self)->store;
	return store->find(store->self, id, ret_room);
}

static enum err
indexed_snapshot(void *self, const struct keyset_page *page,
                 void (*visit)(void *arg, const struct room *room), void *arg)
{
	const struct room_store *store = &((struct room_indexed *)self)->store;
	return store->snapshot(store->self, page, visit, arg);
}

static enum err
indexed_calendar(void *self, uint64_t room_id, struct stay range,
                 void (*visit)(void *arg, day_t night), void *arg)
{
	const struct room_store *store = &((struct room_indexed *)self)->store;
	return store->calendar(store->self, room_id, range, visit, arg);
}

static enum err
indexed_closing_begin(void *self, const struct room_closing *closing)
{
	const struct room_store *store = &((struct room_indexed *)self)->store;
	return store->closing_begin(store->self, closing);
}

static enum err
indexed_closing_withdraw(void *self, uint64_t id)
{
	const struct room_store *store = &((struct room_indexed *)self)->store;
	return store->closing_withdraw(store->self, id);
}

static enum err
indexed_closings(void *self, uint32_t age_ms, size_t max,
                 void (*visit)(void *arg, const struct room_closing *closing), void *arg)
{
	const struct room_store *store = &((struct room_indexed *)self)->store;
	return store->closings(store->self, age_ms, max, visit, arg);
}

static enum err
indexed_keys_purge(void *self, instant_t before, size_t max, size_t *ret_n)
{
	const struct room_store *store = &((struct room_indexed *)self)->store;
	return store->keys_purge(store->self, before, max, ret_n);
}

static enum err
indexed_changes_purge(void *self, size_t max, size_t *ret_n)
{
	const struct room_store *store = &((struct room_indexed *)self)->store;
	return store->changes_purge(store->self, max, ret_n);
}

struct room_store
room_indexed_store(struct room_indexed *indexed)
{
	return (struct room_store){
		.self = indexed,
		.replay = indexed_replay,
		.enter = indexed_enter,
		.enter_all = indexed_enter_all,
		.find = indexed_find,
		.change = indexed_change,
		.search = indexed_search,
		.snapshot = indexed_snapshot,
		.calendar = indexed_calendar,
		.closing_begin = indexed_closing_begin,
		.closing_finish = indexed_closing_finish,
		.closing_withdraw = indexed_closing_withdraw,
		.closings = indexed_closings,
		.stays_apply = indexed_stays_apply,
		.keys_purge = indexed_keys_purge,
		.changes_purge = indexed_changes_purge,
	};
}

/* ---- rounds ---- */

/* A chunk, when one is due. */
static enum err
compare_some(struct room_indexed *indexed)
{
	const int64_t now = monotonic_ms();
	bool done = false;
	if (now < indexed->compare_next_ms)
		return OK;
	if (!indexed->compared_to)
		indexed->compare_begun_ms = now;
	enum err err = room_follow_compare(indexed, &done);
	indexed->compare_next_ms = monotonic_ms() + ROOM_INDEXED_CHUNK_MS;
	if (done && indexed->compare_begun_ms + ROOM_INDEXED_COMPARE_MS > indexed->compare_next_ms)
		indexed->compare_next_ms = indexed->compare_begun_ms + ROOM_INDEXED_COMPARE_MS;
	return err;
}

/* What is too large will be so in a moment: it is tried again when there may be less. */
static enum err
fill_if_due(struct room_indexed *indexed)
{
	if (monotonic_ms() < indexed->fill_next_ms)
		return ERR_UNAVAILABLE;
	enum err err = room_follow_fill(indexed);
	indexed->compare_next_ms = monotonic_ms() + ROOM_INDEXED_COMPARE_MS;
	if (err == ERR_TOO_LARGE)
		indexed->fill_next_ms = monotonic_ms() + ROOM_INDEXED_COMPARE_MS;
	return err;
}

static enum err
round_do(struct room_indexed *indexed)
{
	enum err err = OK;
	if (!indexed->index) {
		err = fill_if_due(indexed);
	} else {
		err = room_follow_changes(indexed);
		if (err == OK)
			err = compare_some(indexed);
	}
	/* What cannot be followed any more is read anew; a database that is away is waited for. */
	if (err == ERR_TOO_LARGE || err == ERR_MEMORY)
		room_follow_drop(indexed);
	return err;
}

enum err
room_indexed_round(struct room_indexed *indexed)
{
	pthread_mutex_lock(&indexed->following);
	const int64_t read_ms = atomic_load(&indexed->read_ms);
	/* After so long the log may have been purged. */
	if (read_ms && monotonic_ms() - read_ms > ROOM_CHANGE_KEEP_MS / 2)
		room_follow_drop(indexed);
	enum err err = round_do(indexed);
	pthread_mutex_unlock(&indexed->following);
	return err;
}

enum err
room_indexed_compare(struct room_indexed *indexed)
{
	enum err err = OK;
	bool done = false;
	pthread_mutex_lock(&indexed->following);
	if (!indexed->index)
		err = ERR_UNAVAILABLE;
	indexed->compared_to = 0;
	while (err == OK && !done)
		err = room_follow_compare(indexed, &done);
	pthread_mutex_unlock(&indexed->following);
	return err;
}

int64_t
room_indexed_pause_ms(const struct room_indexed *indexed, enum err err)
{
	const int64_t searched_ms = atomic_load(&indexed->searched_ms);
	if (err != OK)
		return RETRY_MS;
	return searched_ms && monotonic_ms() - searched_ms <= ROOM_INDEXED_SEARCHED_MS
	               ? ROOM_INDEXED_POLL_MS
	               : ROOM_INDEXED_IDLE_MS;
}

static void *
follow(void *arg)
{
	struct room_indexed *indexed = arg;
	pthread_mutex_lock(&indexed->waking);
	while (!indexed->stopping) {
		pthread_mutex_unlock(&indexed->waking);
		enum err err = room_indexed_round(indexed);
		const int64_t pause_ms = room_indexed_pause_ms(indexed, err);
		const int64_t until = monotonic_ms() + pause_ms;
		atomic_store(&indexed->idle, pause_ms == ROOM_INDEXED_IDLE_MS);
		pthread_mutex_lock(&indexed->waking);
		while (!indexed->stopping && monotonic_ms() < until)
			(void)cond_wait_until(&indexed->wake, &indexed->waking, until);
	}
	pthread_mutex_unlock(&indexed->waking);
	return NULL;
}

/* ---- opening and closing ---- */

static enum err
rwlock_init(pthread_rwlock_t *lock)
{
	pthread_rwlockattr_t attributes;
	if (pthread_rwlockattr_init(&attributes))
		return ERR_MEMORY;
	int failed = pthread_rwlockattr_setkind_np(&attributes,
	                                           PTHREAD_RWLOCK_PREFER_WRITER_NONRECURSIVE_NP) ||
	             pthread_rwlock_init(lock, &attributes);
	pthread_rwlockattr_destroy(&attributes);
	return failed ? ERR_MEMORY : OK;
}

enum err
room_indexed_open(const struct room_indexed_options *options, struct room_indexed **ret_indexed)
{
	struct room_indexed *indexed = calloc(1, sizeof(*indexed));
	if (!indexed)
		return ERR_MEMORY;
	*indexed = (struct room_indexed){.db = options->db,
	                                 .follow_db = options->follow_db,
	                                 .store = room_store_mariadb(options->db),
	                                 .bytes_max = options->bytes_max,
	                                 .stale_ms = options->stale_ms,
	                                 .name_weights = BUF_INIT(ROOM_WEIGHTS_MAX),
	                                 .city_weights = BUF_INIT(ROOM_WEIGHTS_MAX),
	                                 .folded = BUF_INIT(ROOM_WEIGHTS_MAX)};
	atomic_init(&indexed->idle, true); /* until there is a thread */
	indexed->changes = options->changes ? options->changes : &indexed->own_changes;
	enum err err = room_collation_new(&indexed->collation);
	if (err == OK)
		err = rwlock_init(&indexed->lock);
	if (err == OK)
		err = locks_init(&indexed->waking, &indexed->wake);
	if (err != OK) {
		room_collation_free(indexed->collation);
		free(indexed);
		return err;
	}
	pthread_mutex_init(&indexed->following, NULL); /* cannot fail on Linux */
	*ret_indexed = indexed;
	return OK;
}

enum err
room_indexed_start(struct room_indexed *indexed)
{
	if (pthread_create(&indexed->thread, NULL, follow, indexed))
		return ERR_SYSTEM_HERE();
	indexed->has_thread = true;
	return OK;
}

void
room_indexed_close(struct room_indexed *indexed)
{
	if (!indexed)
		return;
	pthread_mutex_lock(&indexed->waking);
	indexed->stopping = true;
	pthread_cond_signal(&indexed->wake);
	pthread_mutex_unlock(&indexed->waking);
	if (indexed->has_thread)
		pthread_join(indexed->thread, NULL);
	room_index_free(indexed->index);
	room_collation_free(indexed->collation);
	buf_done(&indexed->name_weights);
	buf_done(&indexed->city_weights);
	buf_done(&indexed->folded);
	pthread_rwlock_destroy(&indexed->lock);
	pthread_mutex_destroy(&indexed->following);
	pthread_mutex_destroy(&indexed->waking);
	pthread_cond_destroy(&indexed->wake);
	free(indexed);
}

/* ---- counting ---- */

void
room_indexed_stats(struct room_indexed *indexed, struct room_indexed_stats *ret_stats)
{
	const int64_t read_ms = atomic_load(&indexed->read_ms);
	*ret_stats = (struct room_indexed_stats){.age_ms = read_ms ? monotonic_ms() - read_ms : 0,
	                                         .by_index = atomic_load(&indexed->by_index),
	                                         .by_database = atomic_load(&indexed->by_database),
	                                         .differences = atomic_load(&indexed->differences),
	                                         .bytes = room_collation_bytes(indexed->collation)};
	pthread_rwlock_rdlock(&indexed->lock);
	if (indexed->index) {
		ret_stats->complete = true;
		ret_stats->rooms = room_index_rooms(indexed->index);
		ret_stats->bytes += room_index_bytes(indexed->index);
	}
	pthread_rwlock_unlock(&indexed->lock);
}

void
room_indexed_metrics(struct room_indexed *indexed, struct metrics *to)
{
	struct room_indexed_stats stats;
	room_indexed_stats(indexed, &stats);
	METRIC(to, METRIC_SEARCHES, stats.by_index, "index");
	METRIC(to, METRIC_SEARCHES, stats.by_database, "database");
	METRIC(to, METRIC_ROOM_INDEX_COMPLETE, stats.complete);
	METRIC(to, METRIC_ROOM_INDEX_ROOMS, stats.rooms);
	METRIC(to, METRIC_ROOM_INDEX_BYTES, stats.bytes);
	METRIC_MS(to, METRIC_ROOM_INDEX_AGE, stats.age_ms);
	METRIC(to, METRIC_ROOM_INDEX_DIFFERENCES, stats.differences);
}
