/* SPDX-License-Identifier: MIT */
/* room_prepared - a search as the index takes it: with its texts as they are compared. */
#include "adapters/mariadb/room/room_indexed_parts.h"
#include "adapters/mariadb/room/room_search.h"
#include "base/mem.h"

#include <string.h>

void
room_prepared_done(struct room_prepared *prepared)
{
	for (size_t i = 0; i < ARRAY_SIZE(prepared->city); i++) {
		buf_done(&prepared->city[i]);
		buf_done(&prepared->text[i]);
	}
}

static enum err
city_prepare(struct room_collation *collation, struct db_conn *conn, const char *city,
             struct room_prepared *prepared)
{
	char decomposed[ROOM_DECOMPOSED_SIZE];
	enum err err = room_search_decompose(city, decomposed);
	const char *const forms[] = {city, decomposed};
	for (size_t i = 0; err == OK && i < ARRAY_SIZE(forms); i++) {
		err = room_collation_weights(collation, conn, forms[i], &prepared->city[i]);
		prepared->query.city[i] = prepared->city[i].data;
	}
	return err;
}

static enum err
text_prepare(struct room_collation *collation, struct db_conn *conn, const char *text,
             struct room_prepared *prepared)
{
	char decomposed[ROOM_DECOMPOSED_SIZE];
	enum err err = room_search_decompose(text, decomposed);
	const char *const forms[] = {text, decomposed};
	for (size_t i = 0; err == OK && i < ARRAY_SIZE(forms); i++) {
		buf_reset(&prepared->text[i]);
		err = room_collation_fold(collation, conn, forms[i], &prepared->text[i]);
		prepared->query.text[i] = prepared->text[i].data;
	}
	/* Mostly the forms are the same, and rooms need not be read twice. */
	if (err == OK && strcmp(prepared->query.text[0], prepared->query.text[1]) == 0)
		prepared->query.text[1] = NULL;
	return err;
}

/* The search as the index takes it. ERR_NOT_FOUND: conn is NULL, and a character is new. */
static enum err
query_prepare(struct room_collation *collation, struct db_conn *conn,
              const struct room_search *search, struct room_prepared *prepared)
{
	enum err err = OK;
	prepared->query = (struct room_index_query){
		.stay = search->stay,
		.choice = search->choice.n ? &search->choice : NULL,
		.room_id = search->room_id,
		.guests = search->guests,
		.max_price = search->max_price,
		.of_host = search->of_host,
		.host_id = search->host_id,
		.sort = (enum room_sort)search->paging.sort,
		.descending = search->paging.descending,
		.offset = (uint64_t)search->paging.page * search->paging.size,
		.limit = search->paging.size,
	};
	if (*search->city)
		err = city_prepare(collation, conn, search->city, prepared);
	if (err == OK && *search->text)
		err = text_prepare(collation, conn, search->text, prepared);
	return err;
}

enum err
room_prepare(struct room_indexed *indexed, const struct room_search *search,
             struct room_prepared *prepared)
{
	enum err err = query_prepare(indexed->collation, NULL, search, prepared);
	if (err != ERR_NOT_FOUND)
		return err;
	struct db_try try = db_begin(indexed->db, DB_READ);
	while (db_next(&try))
		try.err = query_prepare(indexed->collation, try.conn, search, prepared);
	return try.err;
}
