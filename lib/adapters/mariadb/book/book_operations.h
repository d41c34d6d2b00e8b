/*
 * book_operations - the operations of the book store, as its files share them out. See app/ports.h.
 */
#ifndef ADAPTERS_MARIADB_BOOK_BOOK_OPERATIONS_H
#define ADAPTERS_MARIADB_BOOK_BOOK_OPERATIONS_H

#include "app/ports.h"

/* book_hold.c */
MUST_CHECK enum err book_store_hold(void *self, const struct book_hold *hold,
                                    struct hold_result *ret_result);

/* book_change.c */
MUST_CHECK enum err book_store_apply(void *self, const struct book_change *change,
                                     struct book *ret_book);
MUST_CHECK enum err book_store_attempt(void *self, uint64_t id, const char *token,
                                       struct book *ret_book, char ret_token[TOKEN_SIZE]);
MUST_CHECK enum err book_store_due(void *self, const struct due_query *query,
                                   struct due_book ret_due[], size_t *ret_n);

/* book_nights.c */
MUST_CHECK enum err book_store_nights_purge(void *self, day_t before, size_t max, size_t *ret_n);

/* book_offers.c */
MUST_CHECK enum err book_store_offer_find(void *self, uint64_t room_id, struct offer *ret_offer);
MUST_CHECK enum err book_store_offer_put(void *self, const struct offer *offer);
MUST_CHECK enum err book_store_offers_apply(void *self, const struct event events[], size_t n);
MUST_CHECK enum err book_store_close_room(void *self, uint64_t room_id, bool cancel_bookings,
                                          day_t today, const struct origin *origin);
MUST_CHECK enum err book_store_alternatives(void *self, uint64_t room_id, struct stay stay,
                                            uint32_t guests, day_t from,
                                            struct alternatives *ret_alternatives);

#endif
