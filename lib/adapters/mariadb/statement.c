/* SPDX-License-Identifier: MIT */
/* statement - runs the statements of a table: sends members of a struct, fills members of one. */
#include "adapters/mariadb/codec.h"
#include "adapters/mariadb/connection.h"

#include "base/mem.h"

#include <string.h>

/* ---- preparing ---- */

static struct db_prepared *
prepared_of(struct db_conn *conn, const struct db_table *table)
{
	for (size_t i = 0; i < conn->n_prepared; i++)
		if (conn->prepared[i].table == table)
			return &conn->prepared[i];
	if (conn->n_prepared == DB_TABLES_MAX)
		return NULL;
	struct db_prepared *prepared = &conn->prepared[conn->n_prepared];
	prepared->table = table;
	prepared->statements = calloc(table->n, sizeof(MYSQL_STMT *));
	if (prepared->statements)
		conn->n_prepared++;
	return prepared->statements ? prepared : NULL;
}

/* The columns of a change that gives rows back (RETURNING) are not known before it has run. */
static bool
columns_fit(MYSQL_STMT *stmt, const struct db_statement *statement, bool has_run)
{
	const size_t n = mysql_stmt_field_count(stmt);
	return n == statement->n_columns || (!n && !has_run);
}

static enum err
stmt_prepare(struct db_conn *conn, const struct db_table *table, unsigned number, MYSQL_STMT *stmt)
{
	const struct db_statement *statement = &table->statements[number];
	if (mysql_stmt_prepare(stmt, statement->sql, strlen(statement->sql)))
		return db_conn_failed(conn, table->name, number, mysql_stmt_errno(stmt));
	if (mysql_stmt_param_count(stmt) != statement->n_params ||
	    !columns_fit(stmt, statement, false) || statement->n_params > DB_FIELDS_MAX ||
	    statement->n_columns > DB_FIELDS_MAX)
		return db_conn_outcome(conn, ERR_BUG_IN(statement->sql));
	return OK;
}

static enum err
stmt_get(struct db_conn *conn, const struct db_table *table, unsigned number, MYSQL_STMT **ret_stmt)
{
	struct db_prepared *prepared = prepared_of(conn, table);
	if (!prepared || number >= table->n)
		return db_conn_outcome(conn, prepared ? ERR_BUG_IN(table->name) : ERR_MEMORY);
	if (prepared->statements[number]) {
		*ret_stmt = prepared->statements[number];
		return OK;
	}
	MYSQL_STMT *stmt = mysql_stmt_init(conn->mysql);
	if (!stmt)
		return db_conn_outcome(conn, ERR_MEMORY);
	enum err err = stmt_prepare(conn, table, number, stmt);
	if (err != OK) {
		mysql_stmt_close(stmt);
		return err;
	}
	*ret_stmt = prepared->statements[number] = stmt;
	return OK;
}

enum err
db_prepare(struct db_conn *conn, const struct db_table *table, unsigned statement)
{
	MYSQL_STMT *stmt;
	return stmt_get(conn, table, statement, &stmt);
}

/* ---- running ---- */

/* One statement that is being run. */
struct run {
	struct db_conn *conn;
	const struct db_table *table;
	unsigned number;
	const struct db_statement *statement;
	MYSQL_STMT *stmt;
};

static enum err
run_failed(struct run *run)
{
	return db_conn_failed(run->conn, run->table->name, run->number,
	                      mysql_stmt_errno(run->stmt));
}

static enum err
run_prepare(struct db_conn *conn, const struct db_table *table, unsigned number, struct run *run)
{
	*run = (struct run){.conn = conn,
	                    .table = table,
	                    .number = number,
	                    .statement = &table->statements[number]};
	return stmt_get(conn, table, number, &run->stmt);
}

/* Runs it with these parameters. n: how many values each has; 0: one, which is not in an array. */
static enum err
run_execute(struct run *run, MYSQL_BIND *params, unsigned n)
{
	if (mysql_stmt_attr_set(run->stmt, STMT_ATTR_ARRAY_SIZE, &n))
		return run_failed(run);
	if (run->statement->n_params && mysql_stmt_bind_param(run->stmt, params))
		return run_failed(run);
	if (mysql_stmt_execute(run->stmt))
		return run_failed(run);
	if (!columns_fit(run->stmt, run->statement, true))
		return db_conn_outcome(run->conn, ERR_BUG_IN(run->statement->sql));
	if (run->statement->n_columns && mysql_stmt_store_result(run->stmt))
		return run_failed(run);
	return OK;
}

/* Fills *run in any case. */
static enum err
run_start(struct db_conn *conn, const struct db_table *table, unsigned number, const void *args,
          struct run *run)
{
	struct db_binding params;
	enum err err = run_prepare(conn, table, number, run);
	if (err != OK)
		return err;
	db_codec_send(run->statement->params, run->statement->n_params, args, &params);
	return run_execute(run, params.bind, 0);
}

/* The same for many structs. */
static enum err
run_start_many(struct db_conn *conn, const struct db_table *table, unsigned number,
               const void *args, size_t stride, size_t n, struct run *run)
{
	struct db_many params;
	enum err err = run_prepare(conn, table, number, run);
	if (err == OK)
		err = db_codec_send_many(run->statement->params, run->statement->n_params, args,
		                         stride, n, &params);
	if (err != OK)
		return db_conn_outcome(conn, err);
	err = run_execute(run, params.bind, (unsigned)n);
	db_many_done(&params);
	return err;
}

/* ERR_NOT_FOUND: there is no further row. */
static enum err
row_fetch(struct run *run, void *row)
{
	const struct db_statement *statement = run->statement;
	struct db_binding columns;
	db_codec_expect(statement->columns, statement->n_columns, row, &columns);
	if (mysql_stmt_bind_result(run->stmt, columns.bind))
		return run_failed(run);
	switch (mysql_stmt_fetch(run->stmt)) {
	case 0:
	case MYSQL_DATA_TRUNCATED:
		return db_conn_outcome(run->conn,
		                       db_codec_take(run->stmt, statement, &columns, row));
	case MYSQL_NO_DATA: return ERR_NOT_FOUND;
	default: return run_failed(run);
	}
}

static void
run_end(struct run *run)
{
	if (run->statement->n_columns)
		mysql_stmt_free_result(run->stmt);
}

enum err
db_run(struct db_conn *conn, const struct db_table *table, unsigned statement, const void *args,
       uint64_t *ret_rows)
{
	struct run run;
	enum err err = run_start(conn, table, statement, args, &run);
	if (err != OK)
		return err;
	if (ret_rows)
		*ret_rows = mysql_stmt_affected_rows(run.stmt);
	run_end(&run);
	return OK;
}

static size_t
chunk_of(size_t n, size_t done)
{
	return n - done < DB_MANY_MAX ? n - done : DB_MANY_MAX;
}

enum err
db_run_many(struct db_conn *conn, const struct db_table *table, unsigned statement,
            const void *args, size_t stride, size_t n, uint64_t *ret_rows)
{
	uint64_t rows = 0;
	for (size_t done = 0; done < n; done += chunk_of(n, done)) {
		struct run run;
		enum err err =
			run_start_many(conn, table, statement, (const char *)args + done * stride,
		                       stride, chunk_of(n, done), &run);
		if (err != OK)
			return err;
		rows += mysql_stmt_affected_rows(run.stmt);
		run_end(&run);
	}
	if (ret_rows)
		*ret_rows = rows;
	return OK;
}

enum err
db_change(struct db_conn *conn, const struct db_table *table, unsigned statement, const void *args)
{
	uint64_t rows = 0;
	enum err err = db_run(conn, table, statement, args, &rows);
	if (err != OK || rows == 1)
		return err;
	return rows == 0 ? ERR_UNCHANGED
	                 : db_conn_outcome(conn, ERR_BUG_IN(table->statements[statement].sql));
}

enum err
db_change_locked(struct db_conn *conn, const struct db_table *table, unsigned statement,
                 const void *args)
{
	enum err err = db_change(conn, table, statement, args);
	return err == ERR_UNCHANGED
	               ? db_conn_outcome(conn, ERR_BUG_IN(table->statements[statement].sql))
	               : err;
}

enum err
db_insert(struct db_conn *conn, const struct db_table *table, unsigned statement, const void *args,
          uint64_t *ret_id)
{
	struct run run;
	enum err err = run_start(conn, table, statement, args, &run);
	if (err != OK)
		return err;
	*ret_id = mysql_stmt_insert_id(run.stmt);
	run_end(&run);
	return OK;
}

enum err
db_find(struct db_conn *conn, const struct db_table *table, unsigned statement, const void *args,
        void *ret_row)
{
	struct run run;
	enum err err = run_start(conn, table, statement, args, &run);
	if (err != OK)
		return err;
	if (mysql_stmt_num_rows(run.stmt) > 1)
		err = db_conn_outcome(conn, ERR_BUG_IN(run.statement->sql));
	else
		err = row_fetch(&run, ret_row);
	run_end(&run);
	return err;
}

enum err
db_list(struct db_conn *conn, const struct db_table *table, unsigned statement, const void *args,
        void *rows, size_t max, size_t *ret_n)
{
	struct run run;
	size_t n = 0;
	enum err err = run_start(conn, table, statement, args, &run);
	if (err != OK)
		return err;
	if (mysql_stmt_num_rows(run.stmt) > max)
		err = db_conn_outcome(conn, ERR_TOO_LARGE);
	while (err == OK) {
		err = n < max ? row_fetch(&run, (char *)rows + n * run.statement->row_size)
		              : ERR_NOT_FOUND;
		if (err == OK)
			n++;
	}
	run_end(&run);
	if (err != ERR_NOT_FOUND)
		return err;
	*ret_n = n;
	return OK;
}

static enum err
rows_show(struct run *run, void *row, db_visit *visit, void *arg)
{
	enum err err = OK;
	bool more = true;
	while (err == OK && more) {
		err = row_fetch(run, row);
		more = err != ERR_NOT_FOUND;
		if (err == OK)
			err = visit(row, arg);
	}
	run_end(run);
	return more ? err : OK;
}

enum err
db_each(struct db_conn *conn, const struct db_table *table, unsigned statement, const void *args,
        void *row, db_visit *visit, void *arg)
{
	struct run run;
	enum err err = run_start(conn, table, statement, args, &run);
	return err == OK ? rows_show(&run, row, visit, arg) : err;
}

/* Where the ids of new rows go. */
struct new_ids {
	char *at;
	size_t stride, left;
};

static enum err
id_take(void *row, void *arg)
{
	struct new_ids *ids = arg;
	if (!ids->left--)
		return ERR_BUG_HERE();
	memcpy(ids->at, row, sizeof(uint64_t));
	ids->at += ids->stride;
	return OK;
}

enum err
db_insert_many(struct db_conn *conn, const struct db_table *table, unsigned statement,
               const void *args, size_t stride, size_t n, uint64_t *first_id)
{
	struct new_ids ids = {.at = (char *)first_id, .stride = stride, .left = n};
	uint64_t id;
	enum err err = OK;
	for (size_t done = 0; err == OK && done < n; done += chunk_of(n, done)) {
		struct run run;
		err = run_start_many(conn, table, statement, (const char *)args + done * stride,
		                     stride, chunk_of(n, done), &run);
		if (err == OK)
			err = rows_show(&run, &id, id_take, &ids);
	}
	return err == OK && ids.left ? db_conn_outcome(conn, ERR_BUG_HERE()) : err;
}
