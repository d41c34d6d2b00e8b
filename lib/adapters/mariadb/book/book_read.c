/* book_read - bookings on MariaDB: reading, and the port. */
#include "adapters/mariadb/book/book_store.h"

#include "adapters/mariadb/book/book_operations.h"
#include "adapters/mariadb/book/book_sql.h"
#include "adapters/mariadb/idempotency.h"
#include "base/mem.h"

#define STEPS_MAX 8 /* of one booking; the longest life has four */

struct find_work {
	uint64_t id;
	const struct idempotency *key;
	struct book book;
};

static enum err
find_work(struct db_conn *conn, void *arg)
{
	struct find_work *work = arg;
	return db_find(conn, &book_table, SQL_BOOK_FIND, &work->id, &work->book);
}

static enum err
book_store_find(void *self, uint64_t id, const struct caller *caller, struct book *ret_book)
{
	struct find_work work = {.id = id};
	enum err err = db_look(self, find_work, &work);
	if (err == OK && caller && !book_is_of(&work.book, caller))
		err = ERR_NOT_FOUND;
	if (err == OK)
		*ret_book = work.book;
	return err;
}

static enum err
replay_work(struct db_conn *conn, void *arg)
{
	struct find_work *work = arg;
	enum err err = idempotency_find(conn, work->key, &work->id);
	return err == OK ? find_work(conn, work) : err;
}

static enum err
book_store_replay(void *self, const struct idempotency *key, struct book *ret_book)
{
	struct find_work work = {.key = key};
	if (!idempotency_given(key))
		return ERR_NOT_FOUND;
	enum err err = db_look(self, replay_work, &work);
	if (err == OK)
		*ret_book = work.book;
	return err;
}

static enum err
list_work(struct db_conn *conn, void *arg)
{
	return listing_read(conn, arg);
}

static enum err
book_store_list(void *self, const struct book_list *list,
                void (*visit)(void *arg, const struct book *book), void *arg, uint64_t *ret_total)
{
	const bool host = list->caller.roles & ROLE_HOST;
	const bool any_status = list->status == BOOK_STATUS_MAX;
	const struct book_list_args args = {
		.owner_id = list->caller.id,
		.room_id = list->room_id,
		.of_any_room = !list->of_room,
		.of_any_status = any_status,
		.status = any_status ? BOOK_REQUESTED : list->status,
		.window = window_of(&list->paging),
	};
	struct listing listing = {
		.table = &book_table,
		.count = host ? SQL_HOST_COUNT : SQL_GUEST_COUNT,
		.rows = listing_sorted(host ? SQL_HOST_LIST : SQL_GUEST_LIST, &list->paging),
		.args = &args,
		.window = args.window};
	enum err err = db_look(self, list_work, &listing);
	CLEANUP(free_p) struct book *page = listing.page;
	if (err != OK)
		return err;
	for (size_t i = 0; i < listing.n; i++)
		visit(arg, &page[i]);
	*ret_total = listing.total;
	return OK;
}

static enum err
book_store_snapshot(void *self, const struct keyset_page *page,
                    void (*visit)(void *arg, const struct book *book), void *arg)
{
	void *rows = NULL;
	size_t n = 0;
	enum err err = page_read(self, &book_table, SQL_BOOK_SNAPSHOT, page, &rows, &n);
	CLEANUP(free_p) const struct book *books = rows;
	for (size_t i = 0; err == OK && i < n; i++)
		visit(arg, &books[i]);
	return err;
}

struct timeline_work {
	uint64_t id;
	struct book_step steps[STEPS_MAX];
	size_t n;
};

static enum err
timeline_work(struct db_conn *conn, void *arg)
{
	struct timeline_work *work = arg;
	return db_list(conn, &book_table, SQL_STEPS, &work->id, work->steps, STEPS_MAX, &work->n);
}

static enum err
book_store_timeline(void *self, uint64_t id, void (*visit)(void *arg, const struct book_step *step),
                    void *arg)
{
	struct timeline_work work = {.id = id};
	enum err err = db_look(self, timeline_work, &work);
	for (size_t i = 0; err == OK && i < work.n; i++)
		visit(arg, &work.steps[i]);
	return err;
}

static enum err
pending_work(struct db_conn *conn, void *arg)
{
	return db_find(conn, &book_table, SQL_PENDING, NULL, arg);
}

static enum err
book_store_pending(void *self, uint64_t *ret_pending)
{
	uint64_t pending;
	enum err err = db_look(self, pending_work, &pending);
	if (err == OK)
		*ret_pending = pending;
	return err;
}

struct book_store
book_store_mariadb(struct db *db)
{
	return (struct book_store){
		.self = db,
		.replay = book_store_replay,
		.hold = book_store_hold,
		.apply = book_store_apply,
		.attempt = book_store_attempt,
		.find = book_store_find,
		.list = book_store_list,
		.snapshot = book_store_snapshot,
		.timeline = book_store_timeline,
		.due = book_store_due,
		.pending = book_store_pending,
		.offer_find = book_store_offer_find,
		.offer_put = book_store_offer_put,
		.offers_apply = book_store_offers_apply,
		.close_room = book_store_close_room,
		.nights_purge = book_store_nights_purge,
		.keys_purge = idempotency_purge,
		.alternatives = book_store_alternatives,
	};
}
