/* SPDX-License-Identifier: MIT */
/*
 * db - MariaDB for the stores: a connection pool, transactions with retries, tables of statements.
 *
 * A store is a file with one enum of statements, one table of them (SQL beside the struct members
 * it takes and gives) and one function per operation of its port, which runs them in a transaction:
 *
 *	static const struct db_field night_fields[] = {
 *		DB_FIELD(struct night, room_id),
 *		DB_FIELD(struct night, day),
 *	};
 *	static const struct db_statement statements[] = {
 *		[NIGHT_ADD] = {"INSERT INTO night (room_id, night) VALUES (?, ?)",
 *	                       DB_TAKES(night_fields)},
 *		[NIGHT_LIST] = {"SELECT room_id, night FROM night WHERE room_id = ?",
 *	                        DB_TAKES(id_fields), DB_GIVES(struct night, night_fields)},
 *	};
 *	const struct db_table night_table = {
 *		"night", DB_CONTEXTS("book"), DB_STATEMENTS(statements)};
 *
 *	struct db_try try = db_begin(db, DB_WRITE);
 *	while (db_next(&try))
 *		try.err = db_run(try.conn, &night_table, NIGHT_ADD, &night, NULL);
 *	return try.err;
 *
 * Outcomes that every function here may give, beside those it names:
 *	ERR_CONFLICT     deadlock, lock wait timeout, row changed (1213, 1205, 1020);
 *	                 db_next() retries before the caller sees it
 *	ERR_DUPLICATE    a unique or primary key exists already (1062)
 *	ERR_UNAVAILABLE  no server, connection lost, server full or read-only; nothing was done
 *	ERR_TIMEOUT      a statement or a wait for a connection took too long; nothing was done
 *	ERR_BUG          SQL, members and schema do not fit, or a text is too long for its array
 *
 * After any error but ERR_NOT_FOUND, ERR_UNCHANGED and ERR_DUPLICATE the body must end at once
 * with it. A store never commits and never rolls back: db_next() does.
 *
 * The session: utf8mb4, UTC, strict sql_mode, READ COMMITTED, bounded waits, no reconnecting.
 */
#ifndef ADAPTERS_MARIADB_DB_H
#define ADAPTERS_MARIADB_DB_H

#include "base/buf.h"
#include "base/day.h"
#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct db;      /* a pool of connections to one context's database; thread-safe */
struct db_conn; /* one connection, lent to one thread for one try */

/* ---- statements ---- */

enum db_type {
	DB_U64,     /* uint64_t, money_t <-> BIGINT UNSIGNED */
	DB_U32,     /* uint32_t          <-> INT UNSIGNED */
	DB_DAY,     /* day_t             <-> DATE */
	DB_INSTANT, /* instant_t         <-> DATETIME(3), UTC */
	DB_BOOL,    /* bool              <-> BOOLEAN */
	DB_TEXT,    /* char[]            <-> VARCHAR; longer than the array: ERR_BUG */
	DB_WORD,    /* an enum           <-> ENUM of the names that its name function gives */
	DB_BUF,     /* struct buf        <-> MEDIUMTEXT; over the buf's maximum: ERR_TOO_LARGE */
	DB_POINTER, /* const char *       -> any text; NULL sends NULL; as a parameter only */
	DB_TYPE_MAX
};

/* The name of an enum's value, like the domain's x_name(). */
typedef const char *db_name(unsigned value);

/* A member of a struct that is a parameter of a statement, or a column of its result. */
struct db_field {
	enum db_type type;
	size_t offset, size;
	bool nullable; /* NULL <-> 0, "" or false; otherwise a NULL in a result is ERR_BUG */
	db_name *name; /* DB_WORD: names of the values 0 .. max - 1 */
	unsigned max;
};

/* The compiler derives enum db_type from the type of the member. An enum needs DB_ENUM. */
#define DB_FIELD(type_name, member)              DB_FIELD_(type_name, member, false)
#define DB_NULLABLE(type_name, member)           DB_FIELD_(type_name, member, true)
#define DB_ENUM(type_name, member, namer, limit) DB_ENUM_(type_name, member, namer, limit)

/* A single value as the whole argument or row: &id instead of a struct. */
extern const struct db_field db_u64_field[1], db_u32_field[1];

struct db_statement {
	const char *sql;
	const struct db_field *params; /* in the order of the question marks */
	size_t n_params;
	const struct db_field *columns; /* in the order of the SELECT list */
	size_t n_columns;
	size_t row_size; /* of the struct that the columns fill */
};

#define DB_TAKES(fields) .params = (fields), .n_params = sizeof(fields) / sizeof((fields)[0])
#define DB_GIVES(row_type, fields)                                              \
	.columns = (fields), .n_columns = sizeof(fields) / sizeof((fields)[0]), \
	.row_size = sizeof(row_type)

/* The statements of one store. Those of all stores are listed in tables.c, for the test that
 * prepares each against the migrated schema. */
struct db_table {
	const char *name;
	const char *const *contexts; /* those whose database has the tables; NULL at the end */
	const struct db_statement *statements;
	size_t n;
};

#define DB_CONTEXTS(...)     ((const char *const[]){__VA_ARGS__, NULL})
#define DB_STATEMENTS(items) (items), sizeof(items) / sizeof((items)[0])

/*
 * All of these run one statement of a table. args is the struct whose members the statement takes
 * (NULL if it takes none), row the one whose members it gives.
 */

/* Changes any number of rows. An UPDATE counts the rows that its WHERE found, changed or not.
 * ret_rows may be NULL. */
MUST_CHECK enum err db_run(struct db_conn *conn, const struct db_table *table, unsigned statement,
                           const void *args, uint64_t *ret_rows);

/*
 * Changes rows by n structs that are `stride` bytes apart, in one round trip for each DB_MANY_MAX of them: the
 * statement takes one struct after the other, in their order. ret_rows may be NULL, and counts the rows of all.
 * An error of one ends it, and its transaction has to end with it, ERR_DUPLICATE included. n may be 0.
 */
#define DB_MANY_MAX 64
MUST_CHECK enum err db_run_many(struct db_conn *conn, const struct db_table *table,
                                unsigned statement, const void *args, size_t stride, size_t n,
                                uint64_t *ret_rows);

/* Changes exactly one row: a guarded UPDATE or DELETE. ERR_UNCHANGED if the guard found none;
 * ERR_BUG if it found several. */
MUST_CHECK enum err db_change(struct db_conn *conn, const struct db_table *table,
                              unsigned statement, const void *args);

/* The same for a row that this transaction has locked or just written: its guard must find it, so
 * ERR_UNCHANGED is ERR_BUG here. */
MUST_CHECK enum err db_change_locked(struct db_conn *conn, const struct db_table *table,
                                     unsigned statement, const void *args);

/* Inserts one row and gives its AUTO_INCREMENT id. ERR_DUPLICATE. */
MUST_CHECK enum err db_insert(struct db_conn *conn, const struct db_table *table,
                              unsigned statement, const void *args, uint64_t *ret_id);

/* Reads the only row there can be. ERR_NOT_FOUND. On an error the content of the row is undefined.
 */
MUST_CHECK enum err db_find(struct db_conn *conn, const struct db_table *table, unsigned statement,
                            const void *args, void *ret_row);

/* Reads rows into an array of max. ERR_TOO_LARGE if there are more; use LIMIT in the SQL. */
MUST_CHECK enum err db_list(struct db_conn *conn, const struct db_table *table, unsigned statement,
                            const void *args, void *rows, size_t max, size_t *ret_n);

/* Reads each row into *row and shows it to visit, which may run further statements; its error ends
 * the loop and is returned. */
typedef enum err db_visit(void *row, void *arg);
MUST_CHECK enum err db_each(struct db_conn *conn, const struct db_table *table, unsigned statement,
                            const void *args, void *row, db_visit *visit, void *arg);

/* Inserts n rows, as db_run_many() takes them, by a statement that ends with RETURNING id. *first_id is where the id of
 * the first struct belongs, in that struct; so are the others set. ERR_DUPLICATE: nothing is inserted. */
MUST_CHECK enum err db_insert_many(struct db_conn *conn, const struct db_table *table,
                                   unsigned statement, const void *args, size_t stride, size_t n,
                                   uint64_t *first_id);

/* Prepares the statement, as each of the above does the first time, and checks that it has as many
 * parameters and columns as declared. For the test of all tables. */
MUST_CHECK enum err db_prepare(struct db_conn *conn, const struct db_table *table,
                               unsigned statement);

/* ---- the pool ---- */

/* Called for each error that the caller did not cause, to log it; it gets neither SQL nor data.
 * code is MariaDB's number; where is the statement's table, or "connect", "COMMIT"... */
typedef void db_on_error(const char *where, unsigned statement, unsigned code);

/* How the database is reached, and how many connections may be open. */
struct db_options {
	char socket[128], host[128]; /* host "": by the socket */
	char name[64], user[64], password[128];
	uint32_t port;
	uint32_t pool;    /* connections at most */
	uint32_t wait_ms; /* how long a thread waits for a free connection, then ERR_TIMEOUT */
};

/*
 * Makes a pool. No connection is opened yet: a program starts without its
 * database. Call it before there are threads. on_error may be NULL. ERR_MEMORY, ERR_SYSTEM.
 */
MUST_CHECK enum err db_open(const struct db_options *options, db_on_error *on_error,
                            struct db **ret_db);

/* Closes all connections; none may be in use. Takes NULL. */
void db_close(struct db *db);

/* Whether the database answers now. ERR_UNAVAILABLE, ERR_TIMEOUT. For readiness. */
MUST_CHECK enum err db_ping(struct db *db);

struct db_stats {
	unsigned open, busy, waiting;     /* connections, those in use, threads that wait for one */
	uint64_t retried, lost, timeouts; /* since the start: tries, connections, waits */
};
void db_stats(struct db *db, struct db_stats *ret_stats);

/* How long a thread waits for a connection, as the options say; what else it waits for has the same limit. */
uint32_t db_wait_ms(const struct db *db);

/* ---- transactions ---- */

enum db_mode {
	DB_READ,       /* reads only: each statement for itself, without a transaction */
	DB_WRITE,      /* a transaction; ERR_UNKNOWN if the connection was lost in COMMIT */
	DB_IDEMPOTENT, /* the same, but a lost COMMIT leads to another try */
};

/*
 * A transaction, or a few reads, written as a loop whose body may run more than once:
 *
 *	struct db_try try = db_begin(db, DB_WRITE);
 *	while (db_next(&try)) {
 *		try.err = db_find(try.conn, &night_table, NIGHT_FIND, &id, &night);
 *		if (try.err == OK)
 *			try.err = db_change(try.conn, &night_table, NIGHT_MOVE, &night);
 *	}
 *	return try.err;
 *
 * The body works on try.conn and leaves its outcome in try.err, which is OK when the body begins.
 * db_next() then commits if it is OK, and rolls back otherwise. ERR_CONFLICT and a connection lost
 * before COMMIT lead to another try, a bounded number of times with random pauses; any other
 * outcome ends the loop and stays in try.err. Each try starts anew, so the body must set again
 * everything that it gives back.
 *
 * Leave the body only by its end or by `continue`: break, return and goto would keep the
 * connection.
 *
 * DB_IDEMPOTENT is for a body that finds out itself, under the lock that it takes first, whether an
 * earlier try has already taken effect. (A lost session's lock is free only once its outcome is
 * certain.) ERR_UNKNOWN remains if the database does not come back in time.
 */
struct db_try {
	struct db_conn *conn; /* for the body */
	enum err err;         /* set by the body; after the loop the outcome of it all */
	/* The rest belongs to db.c. */
	struct db *db;
	enum db_mode mode;
	unsigned tries;
	int64_t until_ms;   /* no further try begins after this */
	bool lost, unknown; /* this try lost its connection; some try lost its COMMIT */
};

struct db_try db_begin(struct db *db, enum db_mode mode);
MUST_CHECK bool db_next(struct db_try *try);

/* ---- macro internals ---- */

#define DB_MEMBER_(type_name, member) (((type_name *)0)->member)
#define DB_TYPE_(expression) \
	_Generic((expression),            \
		uint64_t: DB_U64,         \
		uint32_t: DB_U32,         \
		day_t: DB_DAY,            \
		instant_t: DB_INSTANT,    \
		bool: DB_BOOL,            \
		char *: DB_TEXT,          \
		const char *: DB_POINTER, \
		struct buf: DB_BUF)
#define DB_FIELD_(type_name, member, null)                                        \
	{                                                                         \
		.type = DB_TYPE_(DB_MEMBER_(type_name, member)),                  \
		.offset = offsetof(type_name, member),                            \
		.size = sizeof(DB_MEMBER_(type_name, member)), .nullable = (null) \
	}
#define DB_ENUM_(type_name, member, namer, limit)                                              \
	{                                                                                      \
		.type = DB_WORD, .offset = offsetof(type_name, member),                        \
		.size = sizeof(DB_MEMBER_(type_name, member)), .name = (namer), .max = (limit) \
	}

#endif
