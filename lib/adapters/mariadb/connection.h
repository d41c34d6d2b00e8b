/* SPDX-License-Identifier: MIT */
/*
 * connection - one connection to MariaDB with its prepared statements. Inside this folder only.
 */
#ifndef ADAPTERS_MARIADB_CONNECTION_H
#define ADAPTERS_MARIADB_CONNECTION_H

#include "adapters/mariadb/db.h"

#include <mysql.h>

#define DB_TABLES_MAX    16 /* tables of statements that one program uses */
#define DB_LOCK_WAIT_S   3  /* for a row that another transaction holds, then ERR_CONFLICT */
#define DB_STATEMENT_S   5  /* for one statement, then ERR_TIMEOUT */
#define DB_IDLE_S        10 /* between two statements of a transaction, then the server ends it */
#define DB_CONNECT_S     2  /* for a new connection, then ERR_UNAVAILABLE */
#define DB_NETWORK_S     10 /* for a reply; longer than DB_LOCK_WAIT_S + DB_STATEMENT_S */
#define DB_WHERE_CONNECT "connect"

/* The statements of one table, prepared when they are first run. */
struct db_prepared {
	const struct db_table *table;
	MYSQL_STMT **statements;
};

struct totals; /* totals.h */

struct db_conn {
	MYSQL *mysql;
	db_on_error *on_error;
	struct totals *totals; /* the pool's */
	struct db_prepared prepared[DB_TABLES_MAX];
	size_t n_prepared;
	bool lost;           /* the connection is unusable */
	enum err failure;    /* the first error after which nothing may be committed */
	uint64_t generation; /* of the pool, when it was opened */
	struct db_conn *next;
};

/* Connects and sets up the session. ERR_UNAVAILABLE: the server is not reachable; ERR_CLOSED: the
 * connection broke during the handshake; ERR_MEMORY. */
MUST_CHECK enum err db_conn_open(const struct db_options *options, db_on_error *on_error,
                                 struct db_conn **ret_conn);

/* Closes the connection with its statements. Takes NULL. */
void db_conn_close(struct db_conn *conn);

/* Runs a statement without parameters and result, such as COMMIT. */
MUST_CHECK enum err db_conn_say(struct db_conn *conn, const char *sql);

/* Translates MariaDB's error number, notes whether it lost the connection or the transaction, and
 * reports to on_error what the caller did not cause. Never OK. */
MUST_CHECK enum err db_conn_failed(struct db_conn *conn, const char *where, unsigned statement,
                                   unsigned code);

/* Notes an outcome after which nothing may be committed, and returns it. */
MUST_CHECK enum err db_conn_outcome(struct db_conn *conn, enum err err);

#endif
