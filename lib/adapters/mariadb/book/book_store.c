/* SPDX-License-Identifier: MIT */
/* book_store - the port. */
#include "adapters/mariadb/book/book_store.h"

#include "adapters/mariadb/book/book_operations.h"
#include "adapters/mariadb/book/book_sql.h"
#include "adapters/mariadb/idempotency.h"

#include <stdlib.h>

#define BATCHES_MAX \
	1 /* of one kind at the same time: the more wait for one, the less each of them costs */

static enum err
keys_purge(void *self, instant_t before, size_t max, size_t *ret_n)
{
	return idempotency_purge(book_db(self), before, max, ret_n);
}

static struct book_store
port_of(struct book_mariadb *store)
{
	return (struct book_store){
		.self = store,
		.replay = book_store_replay,
		.hold = book_store_hold,
		.apply = book_store_apply,
		.claim = book_store_claim,
		.claimable = book_store_claimable,
		.erase = book_store_erase,
		.erasable = book_store_erasable,
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
		.room_close = book_store_room_close,
		.nights_purge = book_store_nights_purge,
		.keys_purge = keys_purge,
		.alternatives = book_store_alternatives,
	};
}

enum err
book_store_mariadb(struct db *db, struct book_store *ret_store)
{
	struct book_mariadb *store = calloc(1, sizeof(*store));
	if (!store)
		return ERR_MEMORY;
	store->db = db;
	struct merge_options options = {.max = MERGE_MAX,
	                                .lanes = BATCHES_MAX,
	                                .wait_ms = db_wait_ms(db),
	                                .work = book_approve_many,
	                                .self = store};
	const struct lookup_options offers = {.table = &book_table,
	                                      .one = SQL_OFFER_FIND,
	                                      .many = SQL_OFFERS_FIND,
	                                      .row_size = sizeof(struct offer),
	                                      .id_offset = offsetof(struct offer, room_id)};
	*ret_store = port_of(store);
	enum err err = merge_open(&options, &store->approvals);
	options.work = book_hold_many;
	if (err == OK)
		err = merge_open(&options, &store->holds);
	if (err == OK)
		err = lookup_open(db, &offers, &store->offers);
	if (err != OK)
		book_store_mariadb_close(ret_store);
	return err;
}

void
book_store_mariadb_close(struct book_store *store)
{
	struct book_mariadb *self = store->self;
	if (!self)
		return;
	merge_close(self->approvals);
	merge_close(self->holds);
	lookup_close(self->offers);
	free(self);
	*store = (struct book_store){.self = NULL};
}
