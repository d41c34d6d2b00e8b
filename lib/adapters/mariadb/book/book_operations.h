/* SPDX-License-Identifier: MIT */
/*
 * book_operations - the operations of the book store, file by file. app/book/ports.h describes
 * them.
 */
#ifndef ADAPTERS_MARIADB_BOOK_BOOK_OPERATIONS_H
#define ADAPTERS_MARIADB_BOOK_BOOK_OPERATIONS_H

#include "adapters/mariadb/db.h"
#include "adapters/mariadb/lookup.h"
#include "adapters/mariadb/merge.h"
#include "app/ports.h"

/* What the operations of one store share: `self` of the port. */
struct book_mariadb {
	struct db *db;
	struct merge *holds, *approvals;
	struct lookup *offers;
};

static inline struct db *
book_db(void *self)
{
	return ((struct book_mariadb *)self)->db;
}

/* book_read.c */
MUST_CHECK enum err book_store_find(void *self, uint64_t id, const struct caller *caller,
                                    struct book *ret_book);
MUST_CHECK enum err book_store_list(void *self, const struct book_list *list,
                                    void (*visit)(void *arg, const struct book *book), void *arg,
                                    uint64_t *ret_total);
MUST_CHECK enum err book_store_snapshot(void *self, const struct keyset_page *page,
                                        void (*visit)(void *arg, const struct book *book),
                                        void *arg);
MUST_CHECK enum err book_store_timeline(void *self, uint64_t id,
                                        void (*visit)(void *arg, const struct book_step *step),
                                        void *arg);
MUST_CHECK enum err book_store_pending(void *self, uint64_t *ret_pending);

/* book_hold.c */
MUST_CHECK enum err book_store_replay(void *self, const struct idempotency *key,
                                      struct book *ret_book);
MUST_CHECK enum err book_store_hold(void *self, const struct book_hold *hold,
                                    struct hold_result *ret_result);

/* book_hold_many.c: the holds of book_store_hold() */
MUST_CHECK enum err book_hold_make(struct book_mariadb *store, const struct book_hold *hold,
                                   struct hold_result *ret_result);
void book_hold_many(void *self, void *const items[], size_t n);

/* book_apply.c */
MUST_CHECK enum err book_store_apply(void *self, const struct book_change *change,
                                     struct book *ret_book);
MUST_CHECK enum err book_store_attempt(void *self, uint64_t id, const char *token,
                                       const struct precondition *condition, struct book *ret_book,
                                       char ret_token[TOKEN_SIZE]);

/* book_approve.c: the approvals of book_store_apply() */
MUST_CHECK enum err book_approve(struct book_mariadb *store, const struct book_change *change,
                                 struct book *ret_book);
bool book_approve_takes(const struct book_change *change);
void book_approve_many(void *self, void *const items[], size_t n);

/* book_claim.c */
MUST_CHECK enum err book_store_claim(void *self, const struct book_claim *claim,
                                     struct book *ret_book);
MUST_CHECK enum err book_store_claimable(void *self, const struct claimant *claimant,
                                         uint64_t ret_ids[], size_t max, size_t *ret_n);

/* book_erase.c */
MUST_CHECK enum err book_store_erase(void *self, const struct book_erasure *erasure,
                                     struct book *ret_book, bool *ret_done);
MUST_CHECK enum err book_store_erasable(void *self, const struct erasable_query *query,
                                        uint64_t ret_ids[], size_t max, size_t *ret_n);

/* book_due.c */
MUST_CHECK enum err book_store_due(void *self, const struct due_query *query,
                                   struct due_book ret_due[], size_t *ret_n);

/* book_purge.c */
MUST_CHECK enum err book_store_nights_purge(void *self, day_t before, size_t max, size_t *ret_n);

/* book_offer.c */
MUST_CHECK enum err book_store_offer_find(void *self, uint64_t room_id, struct offer *ret_offer);
MUST_CHECK enum err book_store_offer_put(void *self, const struct offer *offer);
MUST_CHECK enum err book_store_offers_apply(void *self, const struct event events[], size_t n);
MUST_CHECK enum err book_store_room_close(void *self, uint64_t room_id, bool cancel_bookings,
                                          day_t today, const struct origin *origin);
MUST_CHECK enum err book_store_alternatives(void *self, uint64_t room_id, struct stay stay,
                                            uint32_t guests, day_t from,
                                            struct alternatives *ret_alternatives);

#endif
