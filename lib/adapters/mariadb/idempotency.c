/* idempotency - keys of requests, stored in the transaction of their effect. */
#include "adapters/mariadb/idempotency.h"

#include <string.h>

#define PURGE_ONE_IN 8  /* keys that take old ones with them */
#define PURGE_MAX    16 /* how many: more than were added since, so that the table does not grow */

enum { KEY_FIND, KEY_ADD, KEY_RETIRE, KEYS_OLD, KEYS_FORGET };

struct key_row {
	char scope[160], key[256];
	char fingerprint[65];
	uint64_t subject_id;
	instant_t at; /* when it was added; for a look, since when keys count */
	uint32_t max;
};

static const struct db_field add_fields[] = {
	DB_FIELD(struct key_row, scope),       DB_FIELD(struct key_row, key),
	DB_FIELD(struct key_row, fingerprint), DB_FIELD(struct key_row, subject_id),
	DB_FIELD(struct key_row, at),
};

static const struct db_field name_fields[] = {
	DB_FIELD(struct key_row, scope),
	DB_FIELD(struct key_row, key),
};

static const struct db_field dated_fields[] = {
	DB_FIELD(struct key_row, scope),
	DB_FIELD(struct key_row, key),
	DB_FIELD(struct key_row, at),
};

static const struct db_field found_fields[] = {
	DB_FIELD(struct key_row, fingerprint),
	DB_FIELD(struct key_row, subject_id),
};

static const struct db_field old_fields[] = {
	DB_FIELD(struct key_row, at),
	DB_FIELD(struct key_row, max),
};

static const struct db_statement statements[] = {
	[KEY_FIND] = {"SELECT fingerprint, subject_id FROM idempotency"
                      " WHERE scope = ? AND idempotency_key = ? AND created_at >= ?",
                      DB_TAKES(dated_fields), DB_GIVES(struct key_row, found_fields)},
	[KEY_ADD] = {"INSERT INTO idempotency"
                     " (scope, idempotency_key, fingerprint, subject_id, created_at)"
                     " VALUES (?, ?, ?, ?, ?)",
                     DB_TAKES(add_fields)},
	[KEY_RETIRE] = {"DELETE FROM idempotency"
                        " WHERE scope = ? AND idempotency_key = ? AND created_at < ?",
                        DB_TAKES(dated_fields)},
	[KEYS_OLD] = {"SELECT scope, idempotency_key FROM idempotency WHERE created_at < ?"
                      " ORDER BY created_at LIMIT ? FOR UPDATE SKIP LOCKED",
                      DB_TAKES(old_fields), DB_GIVES(struct key_row, name_fields)},
	[KEYS_FORGET] = {"DELETE FROM idempotency WHERE subject_id = ?", DB_TAKES(db_u64_field)},
};

const struct db_table idempotency_table = {"idempotency", DB_CONTEXTS("book", "room"),
                                           DB_STATEMENTS(statements)};

bool
idempotency_given(const struct idempotency *key)
{
	return key->key[0] != '\0';
}

static void
row_of_key(const struct idempotency *key, instant_t at, struct key_row *ret_row)
{
	static const char digits[] = "0123456789abcdef";
	*ret_row = (struct key_row){.at = at};
	memcpy(ret_row->scope, key->scope, sizeof(ret_row->scope));
	memcpy(ret_row->key, key->key, sizeof(ret_row->key));
	for (size_t i = 0; i < sizeof(key->fingerprint); i++) {
		ret_row->fingerprint[2 * i] = digits[key->fingerprint[i] >> 4];
		ret_row->fingerprint[2 * i + 1] = digits[key->fingerprint[i] & 15];
	}
}

enum err
idempotency_find(struct db_conn *conn, const struct idempotency *key, uint64_t *ret_subject_id)
{
	struct key_row asked, found;
	if (!idempotency_given(key))
		return ERR_NOT_FOUND;
	row_of_key(key, instant_now() - IDEMPOTENCY_KEPT_MS, &asked);
	enum err err = db_find(conn, &idempotency_table, KEY_FIND, &asked, &found);
	if (err != OK)
		return err;
	if (strcmp(found.fingerprint, asked.fingerprint) != 0)
		return ERR_KEY_REUSED;
	*ret_subject_id = found.subject_id;
	return OK;
}

/* Rows that another transaction removes just now are skipped, so that nobody waits here. */
static enum err
old_keys_retire(struct db_conn *conn, instant_t since)
{
	const struct key_row oldest = {.at = since, .max = PURGE_MAX};
	struct key_row old[PURGE_MAX];
	size_t n = 0;
	enum err err = db_list(conn, &idempotency_table, KEYS_OLD, &oldest, old, PURGE_MAX, &n);
	for (size_t i = 0; err == OK && i < n; i++) {
		old[i].at = since;
		err = db_run(conn, &idempotency_table, KEY_RETIRE, &old[i], NULL);
	}
	return err;
}

/* The key is there: it stays if it still counts, else it makes room. */
static enum err
old_key_replace(struct db_conn *conn, struct key_row *row)
{
	uint64_t retired = 0;
	struct key_row old = *row;
	old.at -= IDEMPOTENCY_KEPT_MS;
	enum err err = db_run(conn, &idempotency_table, KEY_RETIRE, &old, &retired);
	if (err == OK)
		err = retired ? db_run(conn, &idempotency_table, KEY_ADD, row, NULL) : ERR_TAKEN;
	return err == ERR_TAKEN ? ERR_CONFLICT : err;
}

enum err
idempotency_add(struct db_conn *conn, const struct idempotency *key, uint64_t subject_id)
{
	struct key_row row;
	if (!idempotency_given(key))
		return OK;
	row_of_key(key, instant_now(), &row);
	row.subject_id = subject_id;
	enum err err = db_run(conn, &idempotency_table, KEY_ADD, &row, NULL);
	if (err == ERR_TAKEN)
		err = old_key_replace(conn, &row);
	if (err == OK && key->fingerprint[0] % PURGE_ONE_IN == 0)
		err = old_keys_retire(conn, row.at - IDEMPOTENCY_KEPT_MS);
	return err;
}

enum err
idempotency_forget(struct db_conn *conn, uint64_t subject_id)
{
	return db_run(conn, &idempotency_table, KEYS_FORGET, &subject_id, NULL);
}
