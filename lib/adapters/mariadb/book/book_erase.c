/* SPDX-License-Identifier: MIT */
/*
 * book_erase - overwrites who the guest of a booking is.
 *
 * Only the booking's row is locked: no night changes. The events that still wait in the outbox and the
 * fingerprints of requests lose the contact in the same transaction, which leaves a line for the list of what
 * was erased, too.
 */
#include "adapters/mariadb/book/book_apply.h"
#include "adapters/mariadb/book/book_operations.h"
#include "adapters/mariadb/erased_note.h"
#include "adapters/mariadb/idempotency.h"
#include "adapters/mariadb/outbox.h"

#include <string.h>

static enum err
book_lock(struct db_conn *conn, const struct book_erasure *erasure, struct book_row *row)
{
	if (erasure->id)
		return db_find(conn, &book_table, SQL_BOOK_LOCK, &erasure->id, row);
	return db_find(conn, &book_table, SQL_BOOK_LOCK_BY_REF, erasure->reference, row);
}

static enum err
note_add(struct db_conn *conn, const struct book_erasure *erasure, const struct book *book)
{
	struct erased erased = {.kind = ERASED_BOOK};
	memcpy(erased.reference, book->reference, sizeof(erased.reference));
	return erasure->again ? OK : erased_note_add(conn, &erased);
}

/* A booking that is erased already is left as it is; so is one that an earlier try has erased, whose COMMIT
 * was not confirmed. */
static enum err
erase_apply(struct db_conn *conn, const struct book_erasure *erasure, struct book_row *row,
            bool *ret_done)
{
	struct book *book = &row->book;
	enum err err = book_lock(conn, erasure, row);
	if (err == OK)
		err = book_check_erase(book, erasure->today, erasure->again);
	*ret_done = err == OK && !book->erased;
	if (!*ret_done)
		return err;
	const struct erase_args args = {.id = book->id, .version = book->version, .now = row->now};
	book_erase(book, row->now);
	err = db_change_locked(conn, &book_table, SQL_BOOK_ERASE, &args);
	if (err == OK)
		err = book_step_add(conn, book, book->status, BOOK_WHY_ERASED, &erasure->origin);
	if (err == OK)
		err = idempotency_erase(conn, book->id);
	if (err == OK)
		err = note_add(conn, erasure, book);
	return err == OK ? outbox_add_erasure(conn, book, &erasure->origin) : err;
}

enum err
book_store_erase(void *self, const struct book_erasure *erasure, struct book *ret_book,
                 bool *ret_done)
{
	struct book_row row = {0};
	struct db_try try = db_begin(book_db(self), DB_IDEMPOTENT);
	while (db_next(&try))
		try.err = erase_apply(try.conn, erasure, &row, ret_done);
	if (try.err == OK || try.err == ERR_STATE_CONFLICT)
		*ret_book = row.book;
	return try.err;
}

enum err
book_store_erasable(void *self, const struct erasable_query *query, uint64_t ret_ids[], size_t max,
                    size_t *ret_n)
{
	const struct erasable_args args = {
		.guest_id = query->guest_id, .until = query->until, .max = (uint32_t)max};
	const unsigned statement = query->guest_id ? SQL_ERASABLE_OF_GUEST : SQL_ERASABLE_BY_AGE;
	size_t n = 0;
	struct db_try try = db_begin(book_db(self), DB_READ);
	while (db_next(&try))
		try.err = db_list(try.conn, &book_table, statement, &args, ret_ids, max, &n);
	if (try.err == OK)
		*ret_n = n;
	return try.err;
}
