/* SPDX-License-Identifier: MIT */
/*
 * decide and bookings_apply are one transaction each: the payment of the booking is locked or inserted. The
 * unique key on book_id makes the first of two rivals win.
 */
#include "adapters/mariadb/pay/payment_operations.h"

#include "adapters/mariadb/id_list.h"
#include "adapters/mariadb/listing.h"
#include "adapters/mariadb/outbox.h"
#include "adapters/mariadb/projection.h"
#include "base/mem.h"

#include <stdlib.h>
#include <string.h>

#define BATCHES_MAX 1 /* at the same time: the more wait for one, the less each of them costs */

static const char *
status_word(unsigned status)
{
	return payment_status_name((enum payment_status)status);
}

struct list_args {
	uint64_t owner_id;
	uint64_t key_book_id; /* OWNED_BY_GUEST_OR_KEY_HOLDER */
	uint32_t key_version; /* the same, and OWNED_BY_KEY_HOLDER */
	struct stay_filter filter;
	bool of_any_status;
	enum payment_status status;
	struct window window;
};

/* Related fields share a line. */
/* clang-format off */

#define MEMBERS \
	DB_FIELD(struct payment, book_id), DB_FIELD(struct payment, room_id), \
	DB_FIELD(struct payment, host_id), DB_FIELD(struct payment, guest_id), \
	DB_FIELD(struct payment, price), DB_FIELD(struct payment, currency), \
	DB_FIELD(struct payment, stay.start), DB_FIELD(struct payment, stay.end), \
	DB_FIELD(struct payment, language), \
	DB_ENUM(struct payment, status, status_word, PAYMENT_STATUS_MAX), \
	DB_FIELD(struct payment, version), DB_FIELD(struct payment, key_version), \
	DB_FIELD(struct payment, created_at), DB_FIELD(struct payment, updated_at)
#define COLUMNS \
	"book_id, room_id, host_id, guest_id, price, currency, start_date, end_date, language, " \
	"status, version, key_version, created_at, updated_at"

static const struct db_field add_fields[] = {MEMBERS};
static const struct db_field row_fields[] = {DB_FIELD(struct payment, id), MEMBERS};
static const struct db_field change_fields[] = {
	DB_ENUM(struct payment, status, status_word, PAYMENT_STATUS_MAX),
	DB_FIELD(struct payment, guest_id), DB_FIELD(struct payment, key_version),
	DB_FIELD(struct payment, updated_at), DB_FIELD(struct payment, id),
	DB_FIELD(struct payment, version)};
static const struct db_field hand_over_fields[] = {
	DB_FIELD(struct payment, guest_id), DB_FIELD(struct payment, key_version),
	DB_FIELD(struct payment, id)};
static const struct db_field holder_fields[] = {
	DB_FIELD(struct holder, book_id), DB_FIELD(struct holder, guest_id),
	DB_FIELD(struct holder, key_version)};
static const struct db_field json_field[] = {{.type = DB_BUF, .size = sizeof(struct buf)}};
static const struct db_field now_fields[] = {{.type = DB_INSTANT, .size = sizeof(instant_t)}};
#define LIST_FIELDS \
	DB_STAY_FILTER(struct list_args, filter), DB_FIELD(struct list_args, of_any_status), \
	DB_ENUM(struct list_args, status, status_word, PAYMENT_STATUS_MAX), DB_WINDOW(struct list_args, window)
static const struct db_field list_fields[] = {DB_FIELD(struct list_args, owner_id), LIST_FIELDS};
static const struct db_field key_list_fields[] = {
	DB_FIELD(struct list_args, owner_id), DB_FIELD(struct list_args, key_version), LIST_FIELDS};
static const struct db_field both_list_fields[] = {
	DB_FIELD(struct list_args, owner_id), DB_FIELD(struct list_args, key_book_id),
	DB_FIELD(struct list_args, key_version), LIST_FIELDS};

#define ONE(where) { \
	"SELECT id, " COLUMNS " FROM payment WHERE " where, \
	DB_TAKES(db_u64_field), DB_GIVES(struct payment, row_fields)}
#define OWNED(owned) \
	" FROM payment" owned DB_STAYS("", "book_id") \
	" AND (? OR status = ?) AND status <> 'PayVoided'"
#define COUNT(owned, fields) { \
	"SELECT COUNT(*)" OWNED(owned), \
	DB_TAKES_ALL_BUT_WINDOW(fields), DB_GIVES(uint64_t, db_u64_field)}
#define PAGE_TAKING(fields, owned, order) { \
	"SELECT id, " COLUMNS OWNED(owned) " ORDER BY " order " LIMIT ? OFFSET ?", \
	DB_TAKES(fields), DB_GIVES(struct payment, row_fields)}
#define PAGE(owned, order) PAGE_TAKING(list_fields, owned, order)
#define KEY_PAGE(owned, order) PAGE_TAKING(key_list_fields, owned, order)
#define BOTH_PAGE(owned, order) PAGE_TAKING(both_list_fields, owned, order)
#define FIRST(ownership) (SQL_LIST + 2 * PAYMENT_SORT_MAX * (ownership))
#define LISTS(ownership, page, fields, owned) \
	[SQL_COUNT + (ownership)] = COUNT(owned, fields), \
	DB_SORTED(FIRST(ownership), PAYMENT_SORT_ID, page, owned, "id", "id"), \
	DB_SORTED(FIRST(ownership), PAYMENT_SORT_PRICE, page, owned, "price", "id"), \
	DB_SORTED(FIRST(ownership), PAYMENT_SORT_UPDATED_AT, page, owned, "updated_at", "id")

static const struct db_statement statements[] = {
	[SQL_PAYMENT_FIND] = ONE("id = ?"),
	[SQL_PAYMENT_OF_BOOK] = ONE("book_id = ?"),
	[SQL_PAYMENTS_OF_BOOKS] = {
		"SELECT STRAIGHT_JOIN id, " COLUMNS " FROM " DB_ID_LIST " JOIN payment ON book_id = wanted",
		DB_TAKES(json_field), DB_GIVES(struct payment, row_fields)},
	[SQL_PAYMENT_LOCK] = ONE("book_id = ? FOR UPDATE"),
	[SQL_PAYMENT_ADD] = {
		"INSERT INTO payment (" COLUMNS ") VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
		DB_TAKES(add_fields)},
	[SQL_PAYMENTS_LOCK] = {
		"SELECT STRAIGHT_JOIN id, " COLUMNS " FROM " DB_ID_LIST
		" JOIN payment ON book_id = wanted FOR UPDATE",
		DB_TAKES(json_field), DB_GIVES(struct payment, row_fields)},
	[SQL_PAYMENTS_ADD] = {
		"INSERT INTO payment (" COLUMNS ") VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
		" RETURNING id",
		DB_TAKES(add_fields), DB_GIVES(uint64_t, db_u64_field)},
	[SQL_PAYMENT_CHANGE] = {
		"UPDATE payment SET status = ?, guest_id = ?, key_version = ?, version = version + 1,"
		" updated_at = ? WHERE id = ? AND version = ?",
		DB_TAKES(change_fields)},
	[SQL_PAYMENT_HAND_OVER] = {
		"UPDATE payment SET guest_id = ?, key_version = ? WHERE id = ?",
		DB_TAKES(hand_over_fields)},
	[SQL_HOLDER_PUT] = {
		"INSERT INTO holder (book_id, guest_id, key_version) VALUES (?, ?, ?)"
		" ON DUPLICATE KEY UPDATE "
		DB_NEWER("key_version", "guest_id") ", " DB_NEWEST("key_version"),
		DB_TAKES(holder_fields)},
	[SQL_HOLDER_FIND] = {
		"SELECT book_id, guest_id, key_version FROM holder WHERE book_id = ?"
		" LOCK IN SHARE MODE",
		DB_TAKES(db_u64_field), DB_GIVES(struct holder, holder_fields)},
	[SQL_HOLDERS_FIND] = {
		"SELECT STRAIGHT_JOIN book_id, guest_id, key_version FROM " DB_ID_LIST
		" JOIN holder ON book_id = wanted LOCK IN SHARE MODE",
		DB_TAKES(json_field), DB_GIVES(struct holder, holder_fields)},
	[SQL_NOW] = {"SELECT SYSDATE(3)", DB_GIVES(instant_t, now_fields)},
	[SQL_PAYMENT_SNAPSHOT] = {
		"SELECT id, " COLUMNS " FROM payment WHERE id > ? AND status <> 'PayVoided'"
		" ORDER BY id LIMIT ?",
		DB_TAKES(page_fields), DB_GIVES(struct payment, row_fields)},
	LISTS(OWNED_BY_GUEST, PAGE, list_fields, DB_OF_OWNER("guest_id")),
	LISTS(OWNED_BY_HOST, PAGE, list_fields, DB_OF_OWNER("host_id")),
	LISTS(OWNED_BY_KEY_HOLDER, KEY_PAGE, key_list_fields, " WHERE book_id = ? AND key_version = ?"),
	LISTS(OWNED_BY_GUEST_OR_KEY_HOLDER, BOTH_PAGE, both_list_fields,
	      " WHERE (guest_id = ? OR book_id = ? AND key_version = ?)"),
	LISTS(OWNED_BY_ANYBODY, PAGE, list_fields, " WHERE ? IS NOT NULL"),
};

/* clang-format on */

const struct db_table payment_table = {"payment", DB_CONTEXTS("pay"), DB_STATEMENTS(statements)};

/* ---- writing ---- */

/* Gives a payment that was just inserted to whoever has claimed its booking meanwhile. A claim writes the
 * holder before it looks for the payment, and this reads it after the payment is there: one of the two
 * sees the other. */
static enum err
payment_hand_over(struct db_conn *conn, struct payment *payment)
{
	struct holder holder;
	enum err err = db_find(conn, &payment_table, SQL_HOLDER_FIND, &payment->book_id, &holder);
	if (err != OK)
		return err == ERR_NOT_FOUND ? OK : err;
	return payment_follow(payment, &holder)
	               ? db_change_locked(conn, &payment_table, SQL_PAYMENT_HAND_OVER, payment)
	               : OK;
}

/* The booking had no payment a moment ago. A duplicate key means that a rival was quicker: the work
 * is tried again and finds the rival's payment. */
static enum err
payment_add(struct db_conn *conn, struct payment *payment, const struct origin *origin)
{
	enum err err = db_find(conn, &payment_table, SQL_NOW, NULL, &payment->created_at);
	if (err != OK)
		return err;
	payment->updated_at = payment->created_at;
	payment->version = 1;
	err = db_insert(conn, &payment_table, SQL_PAYMENT_ADD, payment, &payment->id);
	if (err != OK)
		return err == ERR_DUPLICATE ? ERR_CONFLICT : err;
	err = payment_hand_over(conn, payment);
	return err == OK ? outbox_add_payment(conn, payment, origin) : err;
}

/* With before, the status before: that it has not changed means that the payment follows a claim. */
static enum err
payment_change(struct db_conn *conn, struct payment *payment, enum payment_status before,
               const struct origin *origin)
{
	enum err err = db_find(conn, &payment_table, SQL_NOW, NULL, &payment->updated_at);
	if (err == OK)
		err = db_change_locked(conn, &payment_table, SQL_PAYMENT_CHANGE, payment);
	if (err != OK)
		return err;
	payment->version++;
	return payment->status == before ? outbox_add_claimed_payment(conn, payment, origin)
	                                 : outbox_add_payment(conn, payment, origin);
}

/* Finds and locks the payment of a booking. If there is none, it returns `otherwise`. */
static enum err
payment_lock(struct db_conn *conn, const struct payment *otherwise, struct payment *ret_payment)
{
	enum err err =
		db_find(conn, &payment_table, SQL_PAYMENT_LOCK, &otherwise->book_id, ret_payment);
	if (err == ERR_NOT_FOUND) {
		*ret_payment = *otherwise;
		return OK;
	}
	return err;
}

/* Applies an action to a locked payment; without effect, nothing is stored. */
static enum err
payment_apply(struct db_conn *conn, struct payment *payment, enum payment_action action,
              const struct origin *origin)
{
	const enum payment_status before = payment->status;
	payment->status = payment_next(before, action);
	if (payment->status == before)
		return OK;
	return before == PAY_NONE ? payment_add(conn, payment, origin)
	                          : payment_change(conn, payment, before, origin);
}

/* ---- decide ---- */

enum err
payment_decide_alone(struct db *db, struct payment_decision *decision)
{
	const struct payment_order *order = decision->order;
	const struct payment ordered = payment_of_order(order);
	struct payment *payment = &decision->payment;
	uint64_t id =
		payment->id; /* of the payment that an earlier try made, whose COMMIT may have got lost */
	struct db_try try = db_begin(db, DB_IDEMPOTENT);
	while (db_next(&try)) {
		try.err = payment_lock(try.conn, &ordered, payment);
		if (try.err == OK && !payment_fits_order(payment, order))
			try.err = ERR_INVALID;
		if (try.err != OK)
			continue;
		decision->first = payment->status == PAY_NONE || payment->id == id;
		try.err = payment_apply(try.conn, payment, decision->action, decision->origin);
		id = try.err == OK && decision->first ? payment->id : 0;
	}
	return try.err;
}

static enum err
payment_store_decide(void *self, const struct payment_order *order, enum payment_action action,
                     const struct origin *origin, struct payment *ret_payment, bool *ret_first)
{
	struct payment_decision decision = {.order = order, .action = action, .origin = origin};
	if (action != PAYMENT_APPROVE && action != PAYMENT_DECLINE)
		return ERR_BUG_HERE();
	enum err err = payment_decide_with_others(self, &decision);
	if (err != OK)
		return err;
	*ret_payment = decision.payment;
	*ret_first = decision.first;
	return OK;
}

/* ---- following the bookings ---- */

/* The payment follows to whoever has the booking now, and is revoked with the same change if the booking
 * ended. A new key alone is no news: nothing that is published of a payment changes with it. */
static enum err
booking_apply(struct db_conn *conn, const struct event *event)
{
	const struct origin origin = event_origin(event);
	const struct payment unpaid = payment_of_book(&event->data.book);
	const struct holder holder = holder_of_book(&event->data.book);
	const bool is_claimed = holder.key_version > BOOK_KEY_FIRST;
	const bool revokes = event_revokes_payment(event->type);
	struct payment payment;
	enum err err = OK;
	if (is_claimed)
		err = db_run(conn, &payment_table, SQL_HOLDER_PUT, &holder, NULL);
	if (err == OK && (is_claimed || revokes))
		err = payment_lock(conn, &unpaid, &payment);
	if (err != OK || !(is_claimed || revokes))
		return err;
	const enum payment_status before = payment.status;
	const uint64_t guest_id = payment.guest_id;
	const bool follows = payment_follow(&payment, &holder);
	if (revokes && payment_next(before, PAYMENT_REVOKE) != before)
		return payment_apply(conn, &payment, PAYMENT_REVOKE, &origin);
	if (!follows || before == PAY_NONE)
		return OK;
	return payment.guest_id == guest_id
	               ? db_change_locked(conn, &payment_table, SQL_PAYMENT_HAND_OVER, &payment)
	               : payment_change(conn, &payment, before, &origin);
}

static enum err
payment_store_bookings_apply(void *self, const struct event events[], size_t n)
{
	CLEANUP(free_p) const struct event **ordered = NULL;
	enum err err = projection_order(events, n, &ordered);
	if (err != OK)
		return err;
	struct db_try try = db_begin(payment_db(self), DB_IDEMPOTENT);
	while (db_next(&try))
		for (size_t i = 0; try.err == OK && i < n; i++)
			try.err = booking_apply(try.conn, ordered[i]);
	return try.err;
}

/* ---- reading ---- */

static enum err
payment_store_of_book(void *self, uint64_t book_id, struct payment *ret_payment)
{
	return lookup_find(((struct payment_mariadb *)self)->by_book, book_id, ret_payment);
}

static enum err
payment_store_find(void *self, uint64_t id, const struct caller *caller,
                   struct payment *ret_payment)
{
	struct payment found = {.id = 0};
	struct db_try try = db_begin(payment_db(self), DB_READ);
	while (db_next(&try))
		try.err = db_find(try.conn, &payment_table, SQL_PAYMENT_FIND, &id, &found);
	if (try.err != OK)
		return try.err;
	const struct parties parties = payment_parties(&found);
	if (found.status == PAY_VOIDED || (caller && !caller_owns(caller, &parties)))
		return ERR_NOT_FOUND;
	*ret_payment = found;
	return OK;
}

static enum err
payment_store_list(void *self, const struct payment_list *list,
                   void (*visit)(void *arg, const struct payment *payment), void *arg,
                   uint64_t *ret_total)
{
	const enum ownership ownership = caller_ownership(&list->caller, list->filter.book_id);
	const struct list_args args = {.owner_id = caller_owner_id(&list->caller, ownership),
	                               .key_book_id = list->caller.key_book_id,
	                               .key_version = list->caller.key_version,
	                               .filter = list->filter,
	                               .of_any_status = list->status == PAYMENT_STATUS_MAX,
	                               .status = list->status == PAYMENT_STATUS_MAX ? PAY_APPROVED
	                                                                            : list->status,
	                               .window = window_of(&list->paging)};
	const bool all =
		args.of_any_status && list_is_whole(ownership, args.owner_id, &list->filter);
	const struct listing_query query = {.table = &payment_table,
	                                    .count = SQL_COUNT + ownership,
	                                    .first = SQL_LIST + 2 * PAYMENT_SORT_MAX * ownership,
	                                    .args = &args,
	                                    .paging = &list->paging,
	                                    .all_of = all ? &args.owner_id : NULL};
	CLEANUP(rows_done) struct rows rows = {.n = 0};
	enum err err = listing_fetch(payment_db(self), &query, &rows, ret_total);
	ROWS_SHOW(&rows, struct payment, visit, arg);
	return err;
}

static enum err
payment_store_snapshot(void *self, const struct keyset_page *page,
                       void (*visit)(void *arg, const struct payment *payment), void *arg)
{
	CLEANUP(rows_done) struct rows rows = {.n = 0};
	enum err err =
		keyset_fetch(payment_db(self), &payment_table, SQL_PAYMENT_SNAPSHOT, page, &rows);
	ROWS_SHOW(&rows, struct payment, visit, arg);
	return err;
}

enum err
payment_store_mariadb(struct db *db, struct payment_store *ret_store)
{
	struct payment_mariadb *store = calloc(1, sizeof(*store));
	if (!store)
		return ERR_MEMORY;
	store->db = db;
	const struct merge_options decisions = {.max = MERGE_MAX,
	                                        .lanes = BATCHES_MAX,
	                                        .wait_ms = db_wait_ms(db),
	                                        .work = payment_decide_many,
	                                        .self = store};
	*ret_store = (struct payment_store){
		.self = store,
		.decide = payment_store_decide,
		.of_book = payment_store_of_book,
		.bookings_apply = payment_store_bookings_apply,
		.find = payment_store_find,
		.list = payment_store_list,
		.snapshot = payment_store_snapshot,
	};
	const struct lookup_options by_book = {.table = &payment_table,
	                                       .one = SQL_PAYMENT_OF_BOOK,
	                                       .many = SQL_PAYMENTS_OF_BOOKS,
	                                       .row_size = sizeof(struct payment),
	                                       .id_offset = offsetof(struct payment, book_id)};
	enum err err = merge_open(&decisions, &store->decisions);
	if (err == OK)
		err = lookup_open(db, &by_book, &store->by_book);
	if (err != OK)
		payment_store_mariadb_close(ret_store);
	return err;
}

void
payment_store_mariadb_close(struct payment_store *store)
{
	struct payment_mariadb *self = store->self;
	if (!self)
		return;
	merge_close(self->decisions);
	lookup_close(self->by_book);
	free(self);
	*store = (struct payment_store){.self = NULL};
}
