/* SPDX-License-Identifier: MIT */
/*
 * codec - binds struct members as parameters and columns of statements. Inside this folder only.
 */
#ifndef ADAPTERS_MARIADB_CODEC_H
#define ADAPTERS_MARIADB_CODEC_H

#include "adapters/mariadb/db.h"

#include <mysql.h>

#define DB_FIELDS_MAX 40 /* parameters, or columns, of one statement */

/* Space for a value that is not sent from, or received in, its member itself. */
struct db_slot {
	char text[33];
	unsigned long length;
	my_bool null, cut;
};

/* The members of one struct in the form that the client library takes. */
struct db_binding {
	MYSQL_BIND bind[DB_FIELDS_MAX];
	struct db_slot slot[DB_FIELDS_MAX];
};

/* Binds members as parameters. They and the binding must live until the statement has run. */
void db_codec_send(const struct db_field fields[], size_t n, const void *args,
                   struct db_binding *ret_binding);

/* The members of many structs: of each parameter all values, as array binding takes them. */
struct db_many {
	MYSQL_BIND bind[DB_FIELDS_MAX];
	void *memory; /* of everything that the bindings point to, except the members */
};

/* Binds members of n structs, which are `stride` bytes apart. ERR_MEMORY; otherwise db_many_done(). The
 * structs must live until the statement has run. */
MUST_CHECK enum err db_codec_send_many(const struct db_field fields[], size_t n_fields,
                                       const void *args, size_t stride, size_t n,
                                       struct db_many *ret_many);
void db_many_done(struct db_many *many);

/* Binds members as columns: the next fetch fills them, or the binding's slots. */
void db_codec_expect(const struct db_field fields[], size_t n, void *row,
                     struct db_binding *ret_binding);

/* Copies the values of a fetched row from the slots into the members. ERR_BUG: a value does not
 * fit; ERR_TOO_LARGE, ERR_MEMORY. */
MUST_CHECK enum err db_codec_take(MYSQL_STMT *stmt, const struct db_statement *statement,
                                  struct db_binding *binding, void *row);

#endif
