/* SPDX-License-Identifier: MIT */
/*
 * book_claim - gives a booking that was made without an account to one.
 *
 * Only the booking's row is locked: no night changes. Whoever cancels or settles it at the same moment
 * waits for the row, and then finds the booking as it is.
 */
#include "adapters/mariadb/book/book_apply.h"
#include "adapters/mariadb/book/book_operations.h"
#include "adapters/mariadb/idempotency.h"
#include "adapters/mariadb/outbox.h"

#include <string.h>

/* Writes the claim of a locked booking, which row->book is afterwards. */
static enum err
claim_write(struct db_conn *conn, struct book_row *row, const struct book_claim *claim)
{
	struct book *book = &row->book;
	const struct claim_args args = {.id = book->id,
	                                .version = book->version,
	                                .guest_id = claim->claimant.account_id,
	                                .now = row->now};
	book_claim_by(book, args.guest_id, row->now);
	enum err err = db_change_locked(conn, &book_table, SQL_BOOK_CLAIM, &args);
	if (err == OK)
		err = book_step_add(conn, book, book->status, BOOK_WHY_CLAIMED, &claim->origin);
	if (err == OK)
		err = outbox_add_claim(conn, book, &claim->origin);
	return err == OK ? idempotency_add(conn, &claim->key, book->id) : err;
}

/* `written` is the version that an earlier try brought to its COMMIT; 0: none did. */
static enum err
claim_apply(struct db_conn *conn, const struct book_claim *claim, uint64_t *written,
            struct book_row *row)
{
	bool is_own = false;
	uint64_t id;
	enum err err = db_find(conn, &book_table, SQL_BOOK_LOCK, &claim->id, row);
	if (err != OK || *written == row->book.version)
		return err;
	err = idempotency_find(conn, &claim->key, &id);
	if (err != ERR_NOT_FOUND)
		return err;
	err = book_check_claim(&row->book, &claim->claimant, &claim->condition, &is_own);
	if (err != OK || is_own)
		return err;
	err = claim_write(conn, row, claim);
	*written = err == OK ? row->book.version : 0;
	return err;
}

enum err
book_store_claim(void *self, const struct book_claim *claim, struct book *ret_book)
{
	struct book_row row = {0};
	uint64_t written = 0;
	struct db_try try = db_begin(book_db(self), DB_IDEMPOTENT);
	while (db_next(&try))
		try.err = claim_apply(try.conn, claim, &written, &row);
	if (try.err == OK || try.err == ERR_VERSION_CONFLICT)
		*ret_book = row.book;
	return try.err;
}

enum err
book_store_claimable(void *self, const struct claimant *claimant, uint64_t ret_ids[], size_t max,
                     size_t *ret_n)
{
	struct claimable_args args = {.max = (uint32_t)max};
	size_t n = 0;
	*ret_n = 0;
	if (!claimant->account_id || !*claimant->email)
		return OK;
	memcpy(args.email, claimant->email, sizeof(args.email));
	struct db_try try = db_begin(book_db(self), DB_READ);
	while (db_next(&try))
		try.err = db_list(try.conn, &book_table, SQL_CLAIMABLE, &args, ret_ids, max, &n);
	if (try.err == OK)
		*ret_n = n;
	return try.err;
}
