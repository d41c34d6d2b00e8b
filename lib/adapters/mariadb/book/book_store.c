/* SPDX-License-Identifier: MIT */
/* book_store - the port. */
#include "adapters/mariadb/book/book_store.h"

#include "adapters/mariadb/book/book_operations.h"
#include "adapters/mariadb/idempotency.h"

struct book_store
book_store_mariadb(struct db *db)
{
	return (struct book_store){
		.self = db,
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
		.keys_purge = idempotency_purge,
		.alternatives = book_store_alternatives,
	};
}
