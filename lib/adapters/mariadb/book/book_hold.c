/* SPDX-License-Identifier: MIT */
/*
 * book_hold - the port's operation, and what is there already of a hold.
 *
 * book_hold_many.c makes holds, also that of one: together with others of the same moment, or alone.
 */
#include "adapters/mariadb/book/book_hold.h"
#include "adapters/mariadb/book/book_operations.h"
#include "adapters/mariadb/idempotency.h"

#include <string.h>

static enum err
result_set(struct hold_result *result, enum hold_kind kind, const struct book *book)
{
	result->kind = kind;
	result->book = *book;
	return OK;
}

/* ---- what is there already ---- */

enum err
book_hold_find_written(struct db_conn *conn, const struct book *written, struct hold_result *result)
{
	struct book book;
	if (!written->id)
		return ERR_NOT_FOUND;
	enum err err = db_find(conn, &book_table, SQL_BOOK_BY_REF, written->reference, &book);
	return err == OK ? result_set(result, HOLD_MADE, &book) : err;
}

enum err
book_hold_find_by_key(struct db_conn *conn, const struct idempotency *key, struct book *ret_book)
{
	uint64_t id;
	enum err err = idempotency_find(conn, key, &id);
	return err == OK ? db_find(conn, &book_table, SQL_BOOK_FIND, &id, ret_book) : err;
}

enum err
book_store_replay(void *self, const struct idempotency *key, struct book *ret_book)
{
	struct book book = {0};
	if (!idempotency_given(key))
		return ERR_NOT_FOUND;
	struct db_try try = db_begin(book_db(self), DB_READ);
	while (db_next(&try))
		try.err = book_hold_find_by_key(try.conn, key, &book);
	if (try.err == OK)
		*ret_book = book;
	return try.err;
}

enum err
book_hold_begin(const struct book_hold *hold, instant_t now, struct book_row *ret_row)
{
	*ret_row = (struct book_row){.book = hold->book, .now = now};
	memcpy(ret_row->client, hold->client, sizeof(ret_row->client));
	book_begin(&ret_row->book, now, hold->hold_s);
	idempotency_digest(&hold->key, ret_row->key_digest);
	return text_copy(ret_row->token, sizeof(ret_row->token), hold->token);
}

enum err
book_store_hold(void *self, const struct book_hold *hold, struct hold_result *ret_result)
{
	const int nights = stay_nights(hold->book.stay);
	if (nights < 1 || nights > STAY_NIGHTS_MAX)
		return ERR_BUG_HERE();
	return book_hold_make(self, hold, ret_result);
}
