/* SPDX-License-Identifier: MIT */
/*
 * idempotency - keys of requests, stored in the transaction of their effect.
 *
 * An operation with a key looks it up first and again under its lock; after its effect it stores
 * the key in the same transaction. So there is no key without an effect and no effect without its
 * key. The contexts room, book, alarm and account have the same table.
 */
#ifndef ADAPTERS_MARIADB_IDEMPOTENCY_H
#define ADAPTERS_MARIADB_IDEMPOTENCY_H

#include "adapters/mariadb/db.h"
#include "domain/caller.h"

extern const struct db_table idempotency_table;

/* A key in the columns of another table, such as an intent's. */
struct key_columns {
	char scope[160], key[256];
	char fingerprint[65]; /* in hexadecimal digits */
};

struct key_columns key_columns_of(const struct idempotency *key);

/* ERR_BUG: the columns hold no key that key_columns_of() made, nor "". */
MUST_CHECK enum err key_columns_read(const struct key_columns *columns,
                                     struct idempotency *ret_key);

/* Whether there is a key at all. */
bool idempotency_given(const struct idempotency *key);

/* A digest of scope and key for the row that the request makes, so that the row and its key can be
 * compared; "" without a key. */
#define KEY_DIGEST_TEXT 65
void idempotency_digest(const struct idempotency *key, char ret_text[KEY_DIGEST_TEXT]);

/* The id of what the request with this key made or changed. ERR_NOT_FOUND: the key is new, or none
 * is given. ERR_KEY_REUSED: it was used by another request. */
MUST_CHECK enum err idempotency_find(struct db_conn *conn, const struct idempotency *key,
                                     uint64_t *ret_subject_id);

/* Stores the key; does nothing if none is given. ERR_CONFLICT: another request with the key has
 * committed since idempotency_find(); the next try finds it. */
MUST_CHECK enum err idempotency_add(struct db_conn *conn, const struct idempotency *key,
                                    uint64_t subject_id);

/* The same, unless the key is there already. */
MUST_CHECK enum err idempotency_ensure(struct db_conn *conn, const struct idempotency *key,
                                       uint64_t subject_id);

/* Deletes the keys of a subject, so that they may be used again. */
MUST_CHECK enum err idempotency_delete(struct db_conn *conn, uint64_t subject_id);

/* Overwrites the fingerprints of a subject's keys: they were made of what the requests said. A request that
 * is repeated with such a key is ERR_KEY_REUSED. */
MUST_CHECK enum err idempotency_erase(struct db_conn *conn, uint64_t subject_id);

/* keys_purge of their stores; see ports.h. */
MUST_CHECK enum err idempotency_purge(void *self, instant_t before, size_t max, size_t *ret_n);

#endif
