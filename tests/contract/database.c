/* SPDX-License-Identifier: MIT */
/* database - a private MariaDB for one test program. */
#include "tests/contract/database.h"

#include "adapters/json/event.h"
#include "adapters/mariadb/connection.h"
#include "base/mem.h"
#include "config/settings.h"

#include <fcntl.h>
#include <inttypes.h>
#include <mysql.h>
#include <pwd.h>
#include <spawn.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define POOLS_MAX 8
#define PASSWORD  "for tests only"

static struct {
	char folder[64], socket[96];
	int life; /* the write end of a pipe: the guardian waits until it is closed */
	pid_t guardian;
	MYSQL *admin;
	struct db *pools[POOLS_MAX];
	size_t n_pools;
} server;

static _Noreturn void
give_up(const char *what)
{
	fprintf(stderr, "contract: %s\n", what);
	exit(1);
}

static void
run(const char *program, const char *arg1, const char *arg2, const char *arg3, const char *arg4)
{
	const char *const argv[] = {program, arg1, arg2, arg3, arg4, NULL};
	pid_t pid;
	int status;
	if (posix_spawnp(&pid, program, NULL, NULL, (char *const *)(uintptr_t)argv, environ) ||
	    waitpid(pid, &status, 0) != pid || status)
		give_up(program);
}

static const char *
administrator(void)
{
	const struct passwd *user = getpwuid(geteuid());
	return user ? user->pw_name : "root";
}

static void
file_write(const char *name, const char *text)
{
	char path[128];
	snprintf(path, sizeof(path), "%s/secrets/%s", server.folder, name);
	FILE *file = fopen(path, "w");
	if (!file || fputs(text, file) < 0 || fclose(file))
		give_up(path);
}

/* Waits until the program has ended, even by kill -9, and cleans up after it. */
static _Noreturn void
guard(int life)
{
	char nothing;
	while (read(life, &nothing, 1) > 0)
		continue;
	run("sh", HOTEL_SOURCE_DIR "/tests/servers/mariadb.sh", "stop", server.folder, NULL);
	run("rm", "-rf", server.folder, NULL, NULL);
	_exit(0);
}

static void
guardian_start(void)
{
	int ends[2];
	if (pipe2(ends, O_CLOEXEC))
		give_up("pipe");
	server.guardian = fork();
	if (server.guardian < 0)
		give_up("fork");
	if (server.guardian == 0) {
		close(ends[1]);
		guard(ends[0]);
	}
	close(ends[0]);
	server.life = ends[1];
}

void
database_migrate(void)
{
	static const char *const secrets[] = {"db-room",  "db-book",    "db-pay",  "db-mypage",
	                                      "db-alarm", "db-account", "db-check"};
	char folder[96];
	snprintf(folder, sizeof(folder), "%s/secrets", server.folder);
	run("mkdir", "-p", folder, NULL, NULL);
	for (size_t i = 0; i < ARRAY_SIZE(secrets); i++)
		file_write(secrets[i], PASSWORD);
	if (setenv("HOTEL_DB_SOCKET", server.socket, 1) ||
	    setenv("HOTEL_DB_USER", administrator(), 1) || setenv("HOTEL_DB_PASSWORD", "", 1))
		give_up("setenv");
	run(HOTEL_BINARY_DIR "/bin/hotel-migrate", "--sql", HOTEL_SOURCE_DIR "/sql", "--secrets",
	    folder);
}

static void
administrator_connect(void)
{
	server.admin = mysql_init(NULL);
	if (!server.admin || mysql_options(server.admin, MYSQL_SET_CHARSET_NAME, "utf8mb4") ||
	    !mysql_real_connect(server.admin, NULL, administrator(), NULL, NULL, 0, server.socket,
	                        0))
		give_up("cannot connect to the private MariaDB");
}

void
database_start(void)
{
	snprintf(server.folder, sizeof(server.folder), "/tmp/hotel-contract-XXXXXX");
	if (!mkdtemp(server.folder))
		give_up("mkdtemp");
	guardian_start();
	snprintf(server.socket, sizeof(server.socket), "%s/mariadb.sock", server.folder);
	run("sh", HOTEL_SOURCE_DIR "/tests/servers/mariadb.sh", "start", server.folder, NULL);
	database_migrate();
	administrator_connect();
}

void
database_crash(void)
{
	run("sh", HOTEL_SOURCE_DIR "/tests/servers/mariadb.sh", "kill", server.folder, NULL);
	run("sh", HOTEL_SOURCE_DIR "/tests/servers/mariadb.sh", "start", server.folder, NULL);
	mysql_close(server.admin);
	administrator_connect();
}

const char *
database_socket(void)
{
	return server.socket;
}

void
database_stop(void)
{
	int status;
	while (server.n_pools)
		db_close(server.pools[--server.n_pools]);
	mysql_close(server.admin);
	close(server.life);
	if (waitpid(server.guardian, &status, 0) != server.guardian || status)
		give_up("the private MariaDB does not stop");
}

static void
say(const char *where, unsigned statement, unsigned code)
{
	fprintf(stderr, "mariadb: %s %u: error %u\n", where, statement, code);
}

struct db *
database_pool(const char *socket, const char *context, uint32_t size, uint32_t wait_ms)
{
	struct db_options options = {.pool = size, .wait_ms = wait_ms};
	struct db *pool;
	snprintf(options.socket, sizeof(options.socket), "%s", socket);
	snprintf(options.name, sizeof(options.name), "hotel_%s", context);
	snprintf(options.user, sizeof(options.user), "hotel_%s", context);
	snprintf(options.password, sizeof(options.password), PASSWORD);
	if (db_open(&options, say, &pool) != OK)
		give_up("db_open");
	return pool;
}

struct db *
database_open(const char *context)
{
	if (server.n_pools == POOLS_MAX)
		give_up("too many pools");
	server.pools[server.n_pools] = database_pool(server.socket, context, 16, 5000);
	return server.pools[server.n_pools++];
}

void
database_run(const char *context, const char *sql)
{
	char name[32];
	snprintf(name, sizeof(name), "hotel_%s", context);
	if (mysql_select_db(server.admin, name) || mysql_real_query(server.admin, sql, strlen(sql)))
		give_up(mysql_error(server.admin));
}

enum err
database_say(struct db_conn *conn, const char *sql)
{
	enum err err = db_conn_say(conn, sql);
	mysql_free_result(err == OK ? mysql_store_result(conn->mysql) : NULL);
	return err;
}

void
database_source(const char *context, const char *file)
{
	char command[512];
	snprintf(command, sizeof(command),
	         "mariadb --no-defaults --socket=%s --user=%s hotel_%s"
	         " <" HOTEL_SOURCE_DIR "/tests/contract/filled/%s.sql",
	         server.socket, administrator(), context, file);
	run("sh", "-c", command, NULL, NULL);
}

char *
database_text(const char *context, const char *sql)
{
	database_run(context, sql);
	MYSQL_RES *result = mysql_store_result(server.admin);
	MYSQL_ROW row = result ? mysql_fetch_row(result) : NULL;
	char *text = row && row[0] ? strdup(row[0]) : NULL;
	if (!text)
		give_up(sql);
	mysql_free_result(result);
	return text;
}

uint64_t
database_number(const char *context, const char *sql)
{
	database_run(context, sql);
	MYSQL_RES *result = mysql_store_result(server.admin);
	MYSQL_ROW row = result ? mysql_fetch_row(result) : NULL;
	if (!row || !row[0])
		give_up(sql);
	const uint64_t number = strtoull(row[0], NULL, 10);
	mysql_free_result(result);
	return number;
}

size_t
database_events(const char *context, struct event ret_events[], size_t max)
{
	size_t n = 0;
	database_run(context, "SELECT body FROM outbox ORDER BY id");
	MYSQL_RES *result = mysql_store_result(server.admin);
	if (!result)
		give_up(mysql_error(server.admin));
	for (MYSQL_ROW row; n < max && (row = mysql_fetch_row(result)); n++)
		if (event_read(row[0], strlen(row[0]), &ret_events[n]) != OK)
			give_up(row[0]);
	mysql_free_result(result);
	return n;
}
