/* SPDX-License-Identifier: MIT */
#include "tools/load/load.h"

#include "base/mem.h"

#define REFERENCE_TRIES 5
#define TOKEN           "tok_ok"
#define STEPS           2 /* of each booking */
#define NIGHTS_MAX      3 /* of each booking */

enum { BOOK_ADD, STEP_ADD, NIGHT_ADD };
enum { PAYMENT_ADD };

static const char *
book_word(unsigned status)
{
	return book_status_name((enum book_status)status);
}

static const char *
payment_word(unsigned status)
{
	return payment_status_name((enum payment_status)status);
}

struct book_row {
	struct book book;
	char token[TOKEN_SIZE];
};

struct step_row {
	uint64_t book_id;
	struct book_step step;
};

struct night_row {
	uint64_t room_id, book_id;
	day_t night;
};

static const struct db_field book_fields[] = {
	DB_FIELD(struct book_row, book.id),
	DB_FIELD(struct book_row, book.reference),
	DB_FIELD(struct book_row, book.room_id),
	DB_FIELD(struct book_row, book.host_id),
	DB_FIELD(struct book_row, book.guest_id),
	DB_FIELD(struct book_row, book.stay.start),
	DB_FIELD(struct book_row, book.stay.end),
	DB_FIELD(struct book_row, book.guests),
	DB_FIELD(struct book_row, book.price),
	DB_FIELD(struct book_row, book.currency),
	DB_FIELD(struct book_row, book.contact.name),
	DB_FIELD(struct book_row, book.contact.email),
	DB_ENUM(struct book_row, book.contact.mailing, contact_mailing_name, MAILING_MAX),
	DB_FIELD(struct book_row, book.language),
	DB_ENUM(struct book_row, book.status, book_word, BOOK_STATUS_MAX),
	DB_FIELD(struct book_row, book.pay_id),
	DB_FIELD(struct book_row, book.pay_until),
	DB_FIELD(struct book_row, token),
	DB_FIELD(struct book_row, book.version),
	DB_FIELD(struct book_row, book.created_at),
	DB_FIELD(struct book_row, book.updated_at),
};

static const struct db_field step_fields[] = {
	DB_FIELD(struct step_row, book_id),
	DB_FIELD(struct step_row, step.version),
	DB_FIELD(struct step_row, step.at),
	DB_ENUM(struct step_row, step.from, book_word, BOOK_STATUS_MAX),
	DB_ENUM(struct step_row, step.to, book_word, BOOK_STATUS_MAX),
	DB_FIELD(struct step_row, step.by.id),
	DB_FIELD(struct step_row, step.by.roles),
	DB_FIELD(struct step_row, step.why),
};

static const struct db_field night_fields[] = {
	DB_FIELD(struct night_row, room_id),
	DB_FIELD(struct night_row, night),
	DB_FIELD(struct night_row, book_id),
};

static const struct db_field payment_fields[] = {
	DB_FIELD(struct payment, id),
	DB_FIELD(struct payment, book_id),
	DB_FIELD(struct payment, room_id),
	DB_FIELD(struct payment, host_id),
	DB_FIELD(struct payment, guest_id),
	DB_FIELD(struct payment, price),
	DB_FIELD(struct payment, currency),
	DB_FIELD(struct payment, stay.start),
	DB_FIELD(struct payment, stay.end),
	DB_FIELD(struct payment, language),
	DB_ENUM(struct payment, status, payment_word, PAYMENT_STATUS_MAX),
	DB_FIELD(struct payment, version),
	DB_FIELD(struct payment, key_version),
	DB_FIELD(struct payment, created_at),
	DB_FIELD(struct payment, updated_at),
};

/* clang-format off */
static const struct db_statement book_statements[] = {
	[BOOK_ADD] = {
		"INSERT INTO book (id, reference, room_id, host_id, guest_id, start_date, end_date, guests,"
		" price, currency, name, email, mailing, language, status, pay_id, pay_until, token, version,"
		" created_at, updated_at)"
		" VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
		DB_TAKES(book_fields)},
	[STEP_ADD] = {
		"INSERT INTO book_step (book_id, version, at, from_status, to_status, by_id, by_roles, why)"
		" VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
		DB_TAKES(step_fields)},
	[NIGHT_ADD] = {
		"INSERT INTO night (room_id, night, book_id) VALUES (?, ?, ?)", DB_TAKES(night_fields)},
};

static const struct db_statement pay_statements[] = {
	[PAYMENT_ADD] = {
		"INSERT INTO payment (id, book_id, room_id, host_id, guest_id, price, currency, start_date,"
		" end_date, language, status, version, key_version, created_at, updated_at)"
		" VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
		DB_TAKES(payment_fields)},
};
/* clang-format on */

static const struct db_table books_table = {"load_books", NULL, DB_STATEMENTS(book_statements)};
static const struct db_table payments_table = {"load_payments", NULL,
                                               DB_STATEMENTS(pay_statements)};

/* Bookings in the form of each table. */
struct batch {
	size_t n, n_nights;
	struct demo_booking bookings[LOAD_BATCH];
	struct book_row books[LOAD_BATCH];
	struct step_row steps[LOAD_BATCH * STEPS];
	struct night_row nights[LOAD_BATCH * NIGHTS_MAX];
	struct payment payments[LOAD_BATCH];
	struct event booked[LOAD_BATCH], all[2 * LOAD_BATCH]; /* all: with those of payments */
};

static void
nights_add(struct batch *batch, const struct book *book)
{
	for (day_t night = book->stay.start; night < book->stay.end; night++)
		batch->nights[batch->n_nights++] = (struct night_row){
			.room_id = book->room_id, .book_id = book->id, .night = night};
}

static enum err
booking_add(const struct loader *loader, uint64_t i, uint32_t salt, struct batch *batch)
{
	const size_t k = batch->n;
	struct demo_booking *booking = &batch->bookings[k];
	enum err err = demo_booking(&loader->demo, i, salt, booking);
	if (err != OK)
		return err;
	const struct origin origin = {.caller = booking->steps[0].by};
	batch->books[k] = (struct book_row){.book = booking->book, .token = TOKEN};
	batch->payments[k] = booking->payment;
	for (size_t s = 0; s < STEPS; s++)
		batch->steps[k * STEPS + s] =
			(struct step_row){booking->book.id, booking->steps[s]};
	nights_add(batch, &booking->book);
	batch->n++;
	err = event_about_payment(&booking->payment, &origin, &batch->all[2 * k]);
	if (err == OK)
		err = event_about_book(&booking->book, &origin, &batch->booked[k]);
	batch->all[2 * k + 1] = batch->booked[k];
	return err;
}

static enum err
batch_make(const struct loader *loader, uint64_t i, size_t n, uint32_t salt, struct batch *batch)
{
	enum err err = OK;
	batch->n = batch->n_nights = 0;
	for (size_t k = 0; err == OK && k < n; k++)
		err = booking_add(loader, i + k, salt, batch);
	return err;
}

#define RUN_MANY(conn, table, statement, rows, n) \
	db_run_many(conn, table, statement, rows, sizeof(*(rows)), n, NULL)

/* ERR_DUPLICATE: a reference is taken. */
static enum err
books_add(const struct loader *loader, const struct batch *batch)
{
	struct db_try try = db_begin(loader->book, DB_WRITE);
	while (db_next(&try)) {
		try.err = RUN_MANY(try.conn, &books_table, BOOK_ADD, batch->books, batch->n);
		if (try.err == OK)
			try.err = RUN_MANY(try.conn, &books_table, STEP_ADD, batch->steps,
			                   batch->n * STEPS);
		if (try.err == OK)
			try.err = RUN_MANY(try.conn, &books_table, NIGHT_ADD, batch->nights,
			                   batch->n_nights);
	}
	return try.err;
}

static enum err
payments_add(const struct loader *loader, const struct batch *batch)
{
	struct db_try try = db_begin(loader->pay, DB_WRITE);
	while (db_next(&try))
		try.err =
			RUN_MANY(try.conn, &payments_table, PAYMENT_ADD, batch->payments, batch->n);
	return try.err;
}

enum err
load_bookings(const struct loader *loader, uint64_t i, size_t n)
{
	CLEANUP(free_p) struct batch *batch = calloc(1, sizeof(*batch));
	enum err err = batch ? ERR_DUPLICATE : ERR_MEMORY;
	for (uint32_t salt = 0; err == ERR_DUPLICATE && salt < REFERENCE_TRIES; salt++) {
		err = batch_make(loader, i, n, salt, batch);
		if (err == OK)
			err = books_add(loader, batch);
	}
	if (err == OK)
		err = payments_add(loader, batch);
	if (err == OK)
		err = loader->rooms.stays_apply(loader->rooms.self, batch->booked, n);
	if (err == OK)
		err = loader->mypages.merge(loader->mypages.self, batch->all, 2 * n);
	return err == OK ? load_notifications(loader, batch->all, 2 * n) : err;
}
