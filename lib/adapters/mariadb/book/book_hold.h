/* SPDX-License-Identifier: MIT */
/*
 * book_hold - the parts of a hold that are the same whether it is made alone or with others.
 */
#ifndef ADAPTERS_MARIADB_BOOK_BOOK_HOLD_H
#define ADAPTERS_MARIADB_BOOK_BOOK_HOLD_H

#include "adapters/mariadb/book/book_sql.h"

/* The COMMIT of an earlier try was lost: the reference tells whether it happened. ERR_NOT_FOUND: it did not. */
MUST_CHECK enum err book_hold_find_written(struct db_conn *conn, const struct book *written,
                                           struct hold_result *result);

/* ERR_NOT_FOUND: the key is new. */
MUST_CHECK enum err book_hold_find_by_key(struct db_conn *conn, const struct idempotency *key,
                                          struct book *ret_book);

/* The row of a booking that begins now. */
MUST_CHECK enum err book_hold_begin(const struct book_hold *hold, instant_t now,
                                    struct book_row *ret_row);

#endif
