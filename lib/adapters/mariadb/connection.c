/* SPDX-License-Identifier: MIT */
/* connection - one connection to MariaDB with its prepared statements. */
#include "adapters/mariadb/connection.h"

#include "base/mem.h"

#include <errmsg.h>
#include <mysqld_error.h>
#include <string.h>

#define NUMBER_TEXT_(number)       #number
#define NUMBER_TEXT(number)        NUMBER_TEXT_(number)
#define LIMIT_S(variable, seconds) ", " variable " = " NUMBER_TEXT(seconds)

/* Every mode that turns a silent change of a value into an error, and NO_ENGINE_SUBSTITUTION. */
/* clang-format off */
#define SESSION                                                                   \
	"SET SESSION sql_mode = 'STRICT_ALL_TABLES,NO_ZERO_DATE,NO_ZERO_IN_DATE," \
	"ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION,ONLY_FULL_GROUP_BY',"  \
	" time_zone = '+00:00', autocommit = 1"                                   \
	LIMIT_S("innodb_lock_wait_timeout", DB_LOCK_WAIT_S)                       \
	LIMIT_S("max_statement_time", DB_STATEMENT_S)                             \
	LIMIT_S("idle_transaction_timeout", DB_IDLE_S)
/* clang-format on */

/* A separate statement, because the name of the variable differs between MariaDB versions
 * (tx_isolation in 10.11). */
#define ISOLATION "SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED"

static enum err
options_set(MYSQL *mysql, const struct db_options *options)
{
	const unsigned connect_s = DB_CONNECT_S, network_s = DB_NETWORK_S, no = 0;
	const my_bool off = 0;
	const unsigned protocol = options->host[0] ? MYSQL_PROTOCOL_TCP : MYSQL_PROTOCOL_SOCKET;
	const struct {
		enum mysql_option option;
		const void *value;
	} values[] = {
		{MYSQL_OPT_CONNECT_TIMEOUT, &connect_s}, {MYSQL_OPT_READ_TIMEOUT, &network_s},
		{MYSQL_OPT_WRITE_TIMEOUT, &network_s},   {MYSQL_OPT_RECONNECT, &off},
		{MYSQL_OPT_LOCAL_INFILE, &no},           {MYSQL_OPT_PROTOCOL, &protocol},
		{MYSQL_SET_CHARSET_NAME, "utf8mb4"},     {MYSQL_INIT_COMMAND, SESSION},
		{MYSQL_INIT_COMMAND, ISOLATION},
	};
	for (size_t i = 0; i < ARRAY_SIZE(values); i++)
		if (mysql_options(mysql, values[i].option, values[i].value))
			return ERR_BUG_HERE();
	return OK;
}

/* Whether the server was reached and then lost: killed during the handshake, for example. */
static bool
is_broken_off(unsigned code)
{
	return code == CR_SERVER_LOST || code == CR_SERVER_LOST_EXTENDED ||
	       code == CR_SERVER_GONE_ERROR || code == ER_CONNECTION_KILLED ||
	       code == ER_QUERY_INTERRUPTED;
}

/* CLIENT_FOUND_ROWS: an UPDATE counts the rows that its WHERE found, which db_change() needs. */
static enum err
connect_to(struct db_conn *conn, const struct db_options *options)
{
	const bool tcp = options->host[0] != '\0';
	enum err err = options_set(conn->mysql, options);
	if (err != OK)
		return err;
	if (mysql_real_connect(conn->mysql, tcp ? options->host : NULL, options->user,
	                       options->password, options->name, tcp ? options->port : 0,
	                       tcp ? NULL : options->socket, CLIENT_FOUND_ROWS))
		return OK;
	const unsigned code = mysql_errno(conn->mysql);
	if (conn->on_error)
		conn->on_error(DB_WHERE_CONNECT, 0, code);
	return is_broken_off(code) ? ERR_CLOSED : ERR_UNAVAILABLE;
}

enum err
db_conn_open(const struct db_options *options, db_on_error *on_error, struct db_conn **ret_conn)
{
	struct db_conn *conn = calloc(1, sizeof(*conn));
	if (!conn)
		return ERR_MEMORY;
	conn->on_error = on_error;
	conn->mysql = mysql_init(NULL);
	enum err err = conn->mysql ? connect_to(conn, options) : ERR_MEMORY;
	if (err != OK) {
		db_conn_close(conn);
		return err;
	}
	*ret_conn = conn;
	return OK;
}

void
db_conn_close(struct db_conn *conn)
{
	if (!conn)
		return;
	for (size_t i = 0; i < conn->n_prepared; i++) {
		const struct db_prepared *prepared = &conn->prepared[i];
		for (size_t j = 0; j < prepared->table->n; j++)
			if (prepared->statements[j])
				mysql_stmt_close(prepared->statements[j]);
		free(prepared->statements);
	}
	if (conn->mysql)
		mysql_close(conn->mysql);
	free(conn);
}

enum err
db_conn_say(struct db_conn *conn, const char *sql)
{
	if (mysql_real_query(conn->mysql, sql, strlen(sql)))
		return db_conn_failed(conn, sql, 0, mysql_errno(conn->mysql));
	return OK;
}

enum err
db_conn_outcome(struct db_conn *conn, enum err err)
{
	const bool fine =
		err == OK || err == ERR_NOT_FOUND || err == ERR_UNCHANGED || err == ERR_DUPLICATE;
	if (!fine && conn->failure == OK)
		conn->failure = err;
	return err;
}

/* What MariaDB's error numbers mean here. A number that is not listed is a bug of ours. */
static const struct {
	unsigned code;
	enum err err;
	bool lost; /* the connection is lost too */
} meanings[] = {
	{ER_DUP_ENTRY, ERR_DUPLICATE, false},
	{ER_LOCK_DEADLOCK, ERR_CONFLICT, false},
	{ER_LOCK_WAIT_TIMEOUT, ERR_CONFLICT, false},
	{ER_CHECKREAD, ERR_CONFLICT, false},
	{ER_NEED_REPREPARE, ERR_CONFLICT, false},
	{ER_STATEMENT_TIMEOUT, ERR_TIMEOUT, false},
	{ER_OPTION_PREVENTS_STATEMENT, ERR_UNAVAILABLE, false}, /* read-only */
	{ER_CANT_EXECUTE_IN_READ_ONLY_TRANSACTION, ERR_UNAVAILABLE, false},
	{ER_READ_ONLY_MODE, ERR_UNAVAILABLE, false},
	{ER_DISK_FULL, ERR_UNAVAILABLE, false},
	{ER_RECORD_FILE_FULL, ERR_UNAVAILABLE, false},
	{ER_ERROR_ON_WRITE, ERR_UNAVAILABLE, false},
	{ER_GET_ERRNO, ERR_UNAVAILABLE, false},
	{ER_TOO_MANY_CONCURRENT_TRXS, ERR_UNAVAILABLE, false},
	{ER_LOCK_TABLE_FULL, ERR_UNAVAILABLE, false},
	{ER_OUT_OF_RESOURCES, ERR_UNAVAILABLE, false},
	{ER_OUTOFMEMORY, ERR_UNAVAILABLE, false},
	{ER_SERVER_SHUTDOWN, ERR_UNAVAILABLE, true},
	{ER_NORMAL_SHUTDOWN, ERR_UNAVAILABLE, true},
	{ER_QUERY_INTERRUPTED, ERR_UNAVAILABLE, true}, /* it was killed */
	{ER_CONNECTION_KILLED, ERR_UNAVAILABLE, true},
	{ER_UNKNOWN_STMT_HANDLER, ERR_UNAVAILABLE, true},
	{CR_SERVER_GONE_ERROR, ERR_UNAVAILABLE, true},
	{CR_SERVER_LOST, ERR_UNAVAILABLE, true},
	{CR_SERVER_LOST_EXTENDED, ERR_UNAVAILABLE, true},
	{CR_CONNECTION_ERROR, ERR_UNAVAILABLE, true},
	{CR_CONN_HOST_ERROR, ERR_UNAVAILABLE, true},
	{CR_MALFORMED_PACKET, ERR_UNAVAILABLE, true},
	{CR_OUT_OF_MEMORY, ERR_MEMORY, true},
	{CR_COMMANDS_OUT_OF_SYNC, ERR_BUG, true},
};

enum err
db_conn_failed(struct db_conn *conn, const char *where, unsigned statement, unsigned code)
{
	enum err err = OK;
	for (size_t i = 0; i < ARRAY_SIZE(meanings); i++)
		if (meanings[i].code == code) {
			err = meanings[i].err;
			conn->lost = conn->lost || meanings[i].lost;
			break;
		}
	if (err == OK || err == ERR_BUG) /* OK: not in the list */
		err = ERR_BUG_IN(where);
	if (err != ERR_DUPLICATE && err != ERR_CONFLICT && conn->on_error)
		conn->on_error(where, statement, code);
	return db_conn_outcome(conn, err);
}
