/* SPDX-License-Identifier: MIT */
#include "tools/load/load.h"

#include "composition/options.h"

#include <stdio.h>

#define GAP 1000 /* ids that others may take between asking for the highest and the first batch */

enum { ROOM_LAST, BOOK_LAST, PAYMENT_LAST };

static const struct db_statement statements[] = {
	[ROOM_LAST] = {"SELECT COALESCE(MAX(id), 0) FROM room", DB_GIVES(uint64_t, db_u64_field)},
	[BOOK_LAST] = {"SELECT COALESCE(MAX(id), 0) FROM book", DB_GIVES(uint64_t, db_u64_field)},
	[PAYMENT_LAST] = {"SELECT COALESCE(MAX(id), 0) FROM payment",
                          DB_GIVES(uint64_t, db_u64_field)},
};

static const struct db_table table = {"load_ids", NULL, DB_STATEMENTS(statements)};

static enum err
open_one(const struct settings *settings, const char *context, struct db **ret_db)
{
	struct db_options options = db_options(settings);
	const int n = snprintf(options.name, sizeof(options.name), "hotel_%s", context);
	if (n < 0 || (size_t)n >= sizeof(options.name))
		return ERR_BUG_HERE();
	return db_open(&options, NULL, ret_db);
}

enum err
loader_open(const struct settings *settings, struct loader *ret_loader)
{
	*ret_loader = (struct loader){.settings = settings};
	enum err err = open_one(settings, "room", &ret_loader->room);
	if (err == OK)
		err = open_one(settings, "book", &ret_loader->book);
	if (err == OK)
		err = open_one(settings, "pay", &ret_loader->pay);
	if (err == OK)
		err = open_one(settings, "mypage", &ret_loader->mypage);
	if (err == OK)
		err = open_one(settings, "alarm", &ret_loader->alarm);
	if (err != OK)
		return err;
	ret_loader->rooms = room_store_mariadb(ret_loader->room);
	ret_loader->mypages = mypage_store_mariadb(ret_loader->mypage);
	return book_store_mariadb(ret_loader->book, &ret_loader->books);
}

void
loader_close(struct loader *loader)
{
	book_store_mariadb_close(&loader->books);
	db_close(loader->room);
	db_close(loader->book);
	db_close(loader->pay);
	db_close(loader->mypage);
	db_close(loader->alarm);
}

static enum err
first_free(struct db *db, unsigned statement, uint64_t *ret_first)
{
	uint64_t last = 0;
	struct db_try try = db_begin(db, DB_READ);
	while (db_next(&try))
		try.err = db_find(try.conn, &table, statement, NULL, &last);
	*ret_first = last ? last + GAP + 1 : 1;
	return try.err;
}

enum err
loader_room_ids(struct loader *loader)
{
	return first_free(loader->room, ROOM_LAST, &loader->demo.first_room);
}

enum err
loader_booking_ids(struct loader *loader)
{
	struct demo *demo = &loader->demo;
	enum err err = first_free(loader->book, BOOK_LAST, &demo->first_book);
	return err == OK ? first_free(loader->pay, PAYMENT_LAST, &demo->first_payment) : err;
}
