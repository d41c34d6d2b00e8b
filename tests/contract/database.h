/* SPDX-License-Identifier: MIT */
/*
 * database - a private MariaDB for one test program, migrated as a real one is.
 *
 * It ends with the program, even if that is killed. Nothing here returns on failure: a test without
 * its server has failed.
 */
#ifndef TESTS_CONTRACT_DATABASE_H
#define TESTS_CONTRACT_DATABASE_H

#include "adapters/mariadb/db.h"
#include "domain/event.h"

/* Starts the server and applies the migrations. Call it once, before there are threads. */
void database_start(void);

/* Applies the migrations again. */
void database_migrate(void);

/* Kills the server as a power cut would, and starts it again. Committed data survives if
 * MARIADB_SAFE was in the environment from the beginning. */
void database_crash(void);

/* The path of the server's socket. */
const char *database_socket(void);

/* Closes all pools, stops the server and removes its folder. */
void database_stop(void);

/* A pool on the database of a context, as the context's own user; database_stop() closes it. */
struct db *database_open(const char *context);

/* A pool of this size on the database of a context, over a server's socket; the caller closes it. */
struct db *database_pool(const char *socket, const char *context, uint32_t size, uint32_t wait_ms);

/* Runs one statement in the database of a context, as the administrator. */
void database_run(const char *context, const char *sql);

/* Runs one statement on a connection of a pool, without parameters, and ignores its result. For
 * the body of a db_next() loop, which must store its error. */
MUST_CHECK enum err database_say(struct db_conn *conn, const char *sql);

/* Runs the statements of a file of tests/contract/filled (its name without .sql), as the administrator. */
void database_source(const char *context, const char *file);

/* The first column of the first row that a statement returns; the caller frees it. */
char *database_text(const char *context, const char *sql);

/* The single number that a statement returns. */
uint64_t database_number(const char *context, const char *sql);

/* Reads the events that wait in the outbox of a context, oldest first; at most max. How many. */
size_t database_events(const char *context, struct event ret_events[], size_t max);

#endif
