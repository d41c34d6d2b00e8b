/*
 * idempotency - keys of requests, stored in the transaction of their effect.
 *
 * A work that has a key looks it up first, and once more under its lock; having had its effect, it
 * stores the key. So a key without an effect does not exist, nor an effect without its key. The
 * contexts room and book have the same table.
 */
#ifndef ADAPTERS_MARIADB_IDEMPOTENCY_H
#define ADAPTERS_MARIADB_IDEMPOTENCY_H

#include "adapters/mariadb/db.h"
#include "domain/caller.h"

extern const struct db_table idempotency_table;

/* Whether there is a key at all. */
bool idempotency_given(const struct idempotency *key);

/* What the key's request made or changed. ERR_NOT_FOUND: the key is new, or none is given.
 * ERR_KEY_REUSED: it came before with another request. */
MUST_CHECK enum err idempotency_find(struct db_conn *conn, const struct idempotency *key,
                                     uint64_t *ret_subject_id);

/* Stores the key; does nothing if none is given. ERR_CONFLICT: another request with the key has
 * committed since the look; tried again, the work finds it. */
MUST_CHECK enum err idempotency_add(struct db_conn *conn, const struct idempotency *key,
                                    uint64_t subject_id);

/* Forgets the keys of a subject, so that they may be sent again. */
MUST_CHECK enum err idempotency_forget(struct db_conn *conn, uint64_t subject_id);

/* keys_purge of both stores; see ports.h. */
MUST_CHECK enum err idempotency_purge(void *self, instant_t before, size_t max, size_t *ret_n);

#endif
