/*
 * connection - one connection to MariaDB with its prepared statements. Inside this folder only.
 */
#ifndef ADAPTERS_MARIADB_CONNECTION_H
#define ADAPTERS_MARIADB_CONNECTION_H

#include "adapters/mariadb/db.h"

#include <mysql.h>

#define DB_TABLES_MAX    16 /* tables of statements one program uses */
#define DB_LOCK_WAIT_S   3  /* for a row that another transaction holds, then ERR_CONFLICT */
#define DB_STATEMENT_S   5  /* for one statement, then ERR_TIMEOUT */
#define DB_IDLE_S        10 /* between two statements of a transaction, then the server ends it */
#define DB_CONNECT_S     2  /* for a new connection, then ERR_UNAVAILABLE */
#define DB_NETWORK_S     10 /* for an answer; longer than the server may take by the two above */
#define DB_WHERE_CONNECT "connect"

/* The statements of one table, prepared when they are first run. */
struct db_prepared {
	const struct db_table *table;
	MYSQL_STMT **statements;
};

struct db_conn {
	MYSQL *mysql;
	db_on_error *on_error;
	struct db_prepared prepared[DB_TABLES_MAX];
	size_t n_prepared;
	bool lost;           /* the connection is of no use any more */
	enum err failure;    /* the first error after which nothing may be committed */
	uint64_t generation; /* of the pool's, when it was opened */
	struct db_conn *next;
};

/* Connects and sets the session up. ERR_UNAVAILABLE: there is no server for us; ERR_CLOSED: the
 * connection broke while it was made; ERR_MEMORY. */
MUST_CHECK enum err db_conn_open(const struct db_options *options, db_on_error *on_error,
                                 struct db_conn **ret_conn);

/* Closes its statements and itself. Takes NULL. */
void db_conn_close(struct db_conn *conn);

/* Runs a statement without parameters and result, such as COMMIT. */
MUST_CHECK enum err db_conn_say(struct db_conn *conn, const char *sql);

/* Gives MariaDB's error number its meaning, remembers whether the connection or the transaction is
 * lost by it, and tells on_error what is not the caller's. Never OK. */
MUST_CHECK enum err db_conn_failed(struct db_conn *conn, const char *where, unsigned statement,
                                   unsigned code);

/* Remembers an outcome after which nothing may be committed, and returns it. */
MUST_CHECK enum err db_conn_outcome(struct db_conn *conn, enum err err);

#endif
