/* SPDX-License-Identifier: MIT */
/*
 * room_collation - compares texts as the collation of the table `room` does (utf8mb4_unicode_520_ci), without asking
 * MariaDB each time.
 *
 * It asks once for each character, and keeps the answer. LIKE compares character by character: two are equal if their
 * weights are. = and ORDER BY compare the weights of all characters of a text, in which "ß" is "ss". Thread-safe.
 */
#ifndef ADAPTERS_MARIADB_ROOM_ROOM_COLLATION_H
#define ADAPTERS_MARIADB_ROOM_ROOM_COLLATION_H

#include "adapters/mariadb/db.h"
#include "base/buf.h"

extern const struct db_table room_collation_table;

struct room_collation;

/* ERR_MEMORY. */
MUST_CHECK enum err room_collation_new(struct room_collation **ret_collation);
void room_collation_free(struct room_collation *collation);

/*
 * The weights of a text in hexadecimal digits, four for each, without those of spaces at its end; and the text with equal
 * characters made the same, appended to *ret_folded. Characters that are new are asked for on conn; without it, with
 * NULL, they are ERR_NOT_FOUND.
 */
MUST_CHECK enum err room_collation_weights(struct room_collation *collation, struct db_conn *conn,
                                           const char *text, struct buf *ret_weights);
MUST_CHECK enum err room_collation_fold(struct room_collation *collation, struct db_conn *conn,
                                        const char *text, struct buf *ret_folded);

/* The weight of a space. */
MUST_CHECK enum err room_collation_space(struct room_collation *collation, struct db_conn *conn,
                                         char ret_weight[5]);

/* Stands between folded texts: in none of them. */
#define ROOM_COLLATION_BETWEEN "\xff"

size_t room_collation_bytes(struct room_collation *collation);

#endif
