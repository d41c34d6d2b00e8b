/* SPDX-License-Identifier: MIT */
/* idempotency - keys of requests, stored in the transaction of their effect. */
#include "adapters/mariadb/idempotency.h"

#include <sodium.h>
#include <string.h>

enum { KEY_FIND, KEY_ADD, KEYS_PURGE, KEYS_DELETE, KEYS_ERASE };

struct key_row {
	struct key_columns name;
	uint64_t subject_id;
	instant_t at; /* when it was added */
};

static const struct db_field add_fields[] = {
	DB_FIELD(struct key_row, name.scope),
	DB_FIELD(struct key_row, name.key),
	DB_FIELD(struct key_row, name.fingerprint),
	DB_FIELD(struct key_row, subject_id),
	DB_FIELD(struct key_row, at),
};

static const struct db_field name_fields[] = {
	DB_FIELD(struct key_row, name.scope),
	DB_FIELD(struct key_row, name.key),
};

static const struct db_field found_fields[] = {
	DB_FIELD(struct key_row, name.fingerprint),
	DB_FIELD(struct key_row, subject_id),
};

struct key_purge {
	instant_t before;
	uint32_t max;
};

static const struct db_field purge_fields[] = {
	DB_FIELD(struct key_purge, before),
	DB_FIELD(struct key_purge, max),
};

static const struct db_statement statements[] = {
	[KEY_FIND] = {"SELECT fingerprint, subject_id FROM idempotency"
                      " WHERE scope = ? AND idempotency_key = ?",
                      DB_TAKES(name_fields), DB_GIVES(struct key_row, found_fields)},
	[KEY_ADD] = {"INSERT INTO idempotency"
                     " (scope, idempotency_key, fingerprint, subject_id, created_at)"
                     " VALUES (?, ?, ?, ?, ?)",
                     DB_TAKES(add_fields)},
	[KEYS_PURGE] = {"DELETE FROM idempotency WHERE created_at < ? ORDER BY created_at LIMIT ?",
                        DB_TAKES(purge_fields)},
	[KEYS_DELETE] = {"DELETE FROM idempotency WHERE subject_id = ?", DB_TAKES(db_u64_field)},
	[KEYS_ERASE] = {"UPDATE idempotency SET fingerprint = REPEAT('0', 64) WHERE subject_id = ?",
                        DB_TAKES(db_u64_field)},
};

const struct db_table idempotency_table = {
	"idempotency", DB_CONTEXTS("book", "room", "alarm", "account"), DB_STATEMENTS(statements)};

bool
idempotency_given(const struct idempotency *key)
{
	return key->key[0] != '\0';
}

/* SHA-256, as SQL's SHA2() of "scope key". */
void
idempotency_digest(const struct idempotency *key, char ret_text[KEY_DIGEST_TEXT])
{
	crypto_hash_sha256_state state;
	unsigned char digest[crypto_hash_sha256_BYTES];
	*ret_text = '\0';
	if (!idempotency_given(key))
		return;
	crypto_hash_sha256_init(&state);
	crypto_hash_sha256_update(&state, (const unsigned char *)key->scope, strlen(key->scope));
	crypto_hash_sha256_update(&state, (const unsigned char *)" ", 1);
	crypto_hash_sha256_update(&state, (const unsigned char *)key->key, strlen(key->key));
	crypto_hash_sha256_final(&state, digest);
	sodium_bin2hex(ret_text, KEY_DIGEST_TEXT, digest, sizeof(digest));
}

struct key_columns
key_columns_of(const struct idempotency *key)
{
	struct key_columns columns = {.key = ""};
	if (!idempotency_given(key))
		return columns;
	memcpy(columns.scope, key->scope, sizeof(columns.scope));
	memcpy(columns.key, key->key, sizeof(columns.key));
	sodium_bin2hex(columns.fingerprint, sizeof(columns.fingerprint), key->fingerprint,
	               sizeof(key->fingerprint));
	return columns;
}

enum err
key_columns_read(const struct key_columns *columns, struct idempotency *ret_key)
{
	size_t n = 0;
	*ret_key = (struct idempotency){.key = ""};
	if (!columns->key[0])
		return OK;
	memcpy(ret_key->scope, columns->scope, sizeof(columns->scope));
	memcpy(ret_key->key, columns->key, sizeof(columns->key));
	if (sodium_hex2bin(ret_key->fingerprint, sizeof(ret_key->fingerprint), columns->fingerprint,
	                   strlen(columns->fingerprint), NULL, &n, NULL) != 0 ||
	    n != sizeof(ret_key->fingerprint))
		return ERR_BUG_HERE();
	return OK;
}

static void
row_of_key(const struct idempotency *key, struct key_row *ret_row)
{
	*ret_row = (struct key_row){.name = key_columns_of(key), .at = instant_now()};
}

enum err
idempotency_find(struct db_conn *conn, const struct idempotency *key, uint64_t *ret_subject_id)
{
	struct key_row asked, found;
	if (!idempotency_given(key))
		return ERR_NOT_FOUND;
	row_of_key(key, &asked);
	enum err err = db_find(conn, &idempotency_table, KEY_FIND, &asked, &found);
	if (err != OK)
		return err;
	if (strcmp(found.name.fingerprint, asked.name.fingerprint) != 0)
		return ERR_KEY_REUSED;
	*ret_subject_id = found.subject_id;
	return OK;
}

enum err
idempotency_add(struct db_conn *conn, const struct idempotency *key, uint64_t subject_id)
{
	struct key_row row;
	if (!idempotency_given(key))
		return OK;
	row_of_key(key, &row);
	row.subject_id = subject_id;
	enum err err = db_run(conn, &idempotency_table, KEY_ADD, &row, NULL);
	return err == ERR_DUPLICATE ? ERR_CONFLICT : err;
}

enum err
idempotency_ensure(struct db_conn *conn, const struct idempotency *key, uint64_t subject_id)
{
	uint64_t known;
	enum err err = idempotency_given(key) ? idempotency_find(conn, key, &known) : OK;
	if (err == ERR_NOT_FOUND)
		return idempotency_add(conn, key, subject_id);
	return err == ERR_KEY_REUSED ? OK : err;
}

enum err
idempotency_delete(struct db_conn *conn, uint64_t subject_id)
{
	return db_run(conn, &idempotency_table, KEYS_DELETE, &subject_id, NULL);
}

enum err
idempotency_erase(struct db_conn *conn, uint64_t subject_id)
{
	return db_run(conn, &idempotency_table, KEYS_ERASE, &subject_id, NULL);
}

enum err
idempotency_purge(void *self, instant_t before, size_t max, size_t *ret_n)
{
	const struct key_purge purge = {.before = before, .max = (uint32_t)max};
	uint64_t rows = 0;
	struct db_try try = db_begin(self, DB_WRITE);
	while (db_next(&try))
		try.err = db_run(try.conn, &idempotency_table, KEYS_PURGE, &purge, &rows);
	if (try.err == OK)
		*ret_n = (size_t)rows;
	return try.err;
}
