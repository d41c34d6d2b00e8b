/* SPDX-License-Identifier: MIT */
/* hotel-migrate - brings MariaDB to the schema that this version of the programs expects. */
#include "tools/migrate/migrate.h"

#include "domain/context.h"
#include "tools/common/tool.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LOCK_WAIT_S 60

static const char help[] =
	"Usage: $0 --sql DIR --secrets DIR [--pending]\n"
	"  or:  $0 --check-config\n"
	"Create MyHotel's databases and users, and apply the migrations that they lack.\n"
	"\n"
	"Creates the databases and users hotel_<context> and the read-only user hotel_check, and\n"
	"applies each file DIR/<context>/NNNN-name.sql that a database has not seen yet. A second\n"
	"run changes nothing. Settings come from the environment: HOTEL_DB_SOCKET, or "
	"HOTEL_DB_HOST\n"
	"and HOTEL_DB_PORT; HOTEL_DB_USER and HOTEL_DB_PASSWORD (or HOTEL_DB_PASSWORD_FILE) of an\n"
	"administrator.\n"
	"\n"
	"Options:\n"
	"  --sql DIR       folder of the migrations\n"
	"  --secrets DIR   folder of the passwords: files db-<context> and db-check\n"
	"  --pending       only print what would be done\n"
	"  --check-config  check the settings and end\n"
	"  --version       print the version\n"
	"  --help          print this help\n"
	"\n"
	"Exit status:\n"
	"  0  done, or nothing to do\n"
	"  1  failed, or with --pending: something to do\n"
	"  2  wrong usage or settings\n"
	"\n"
	"Examples:\n"
	"  HOTEL_DB_SOCKET=.run/run/mariadb.sock HOTEL_DB_USER=$(id -un) \\\n"
	"      $0 --sql sql --secrets .run/secrets\n";

static enum err
server_connect(MYSQL *server, const struct settings *settings)
{
	const bool tcp = settings->db_host[0] != '\0';
	const unsigned connect_s = 10;
	if (mysql_options(server, MYSQL_OPT_CONNECT_TIMEOUT, &connect_s) ||
	    mysql_options(server, MYSQL_SET_CHARSET_NAME, "utf8mb4"))
		return ERR_BUG_HERE();
	if (mysql_real_connect(server, tcp ? settings->db_host : NULL, settings->db_user,
	                       settings->db_password, NULL, tcp ? settings->db_port : 0,
	                       tcp ? NULL : settings->db_socket, CLIENT_MULTI_STATEMENTS))
		return OK;
	fprintf(stderr, "hotel-migrate: cannot connect: %s\n", mysql_error(server));
	return ERR_UNAVAILABLE;
}

/* The server releases the lock when the connection ends, in whatever way. */
static enum err
lock_take(MYSQL *server)
{
	char got[2];
	enum err err = server_run(server, "SET SESSION sql_mode = 'STRICT_ALL_TABLES,"
	                                  "NO_ENGINE_SUBSTITUTION', time_zone = '+00:00'");
	if (err == OK)
		err = server_ask(server, got, sizeof(got), "SELECT GET_LOCK('hotel-migrate', %d)",
		                 LOCK_WAIT_S);
	if (err != OK || got[0] == '1')
		return err;
	fprintf(stderr, "hotel-migrate: another migration has been running for %d s\n",
	        LOCK_WAIT_S);
	return ERR_TIMEOUT;
}

static enum err
connect_and_migrate(struct migration_job *job, const struct settings *settings)
{
	job->user_host = settings->db_host[0] ? "%" : "localhost";
	job->server = mysql_init(NULL);
	if (!job->server)
		return ERR_MEMORY;
	enum err err = server_connect(job->server, settings);
	if (err == OK)
		err = lock_take(job->server);
	if (err == OK)
		err = access_apply(job);
	for (size_t i = 0; err == OK && i < CONTEXTS; i++)
		err = schema_apply(job, contexts[i]);
	if (err == OK)
		err = checker_rights(job);
	for (size_t i = 0; err == OK && i < CONTEXTS; i++)
		err = audit_guard(job, contexts[i]);
	if (err == OK && job->done == 0)
		puts("nothing to do");
	mysql_close(job->server);
	return err;
}

/* ret_check: only the settings are to be checked. */
static bool
arguments_read(int argc, char **argv, struct migration_job *ret_job, bool *ret_check)
{
	for (int i = 1; i < argc; i++) {
		const bool more = i + 1 < argc;
		if (strcmp(argv[i], "--sql") == 0 && more)
			ret_job->sql_dir = argv[++i];
		else if (strcmp(argv[i], "--secrets") == 0 && more)
			ret_job->secrets_dir = argv[++i];
		else if (strcmp(argv[i], "--pending") == 0)
			ret_job->pending_only = true;
		else if (strcmp(argv[i], "--check-config") == 0)
			*ret_check = true;
		else
			return false;
	}
	return *ret_check || (ret_job->sql_dir && ret_job->secrets_dir);
}

static int
run(const struct settings *settings, int argc, char **argv)
{
	struct migration_job job = {0};
	bool check = false;
	if (!arguments_read(argc, argv, &job, &check))
		return WRONG_USAGE;
	if (check)
		return EXIT_SUCCESS;
	enum err err = connect_and_migrate(&job, settings);
	if (err == ERR_MEMORY || err == ERR_TOO_LARGE) /* the other reasons are on stderr already */
		fprintf(stderr, "hotel-migrate: %s\n", err_name(err));
	if (err != OK)
		return EXIT_FAILURE;
	return job.pending_only && job.done ? EXIT_FAILURE : EXIT_SUCCESS;
}

int
main(int argc, char **argv)
{
	const struct tool tool = {.name = "hotel-migrate", .help = help, .run = run};
	return tool_run(&tool, argc, argv);
}
