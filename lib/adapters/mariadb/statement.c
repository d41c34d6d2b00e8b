/* statement - runs the statements of a table: sends members of a struct, fills members of one. */
#include "adapters/mariadb/connection.h"

#include "base/mem.h"

#include <string.h>

#define FIELDS_MAX 40
#define WORD_SIZE  33
#define DATETIME   (INSTANT_TEXT - 1) /* "2027-05-05 00:00:00.000": no Z */

/* Room for the values that are not sent from or received in the member itself. */
struct slot {
	char text[WORD_SIZE];
	unsigned long length;
	my_bool null, cut;
};

struct binding {
	MYSQL_BIND bind[FIELDS_MAX];
	struct slot slot[FIELDS_MAX];
};

const struct db_field db_u64_field[1] = {{.type = DB_U64, .size = sizeof(uint64_t)}};
const struct db_field db_u32_field[1] = {{.type = DB_U32, .size = sizeof(uint32_t)}};

/* ---- sending: a member becomes a parameter ---- */

static void
text_bind(MYSQL_BIND *bind, const void *text, size_t length)
{
	if (!text)
		bind->buffer_type = MYSQL_TYPE_NULL;
	bind->buffer = (void *)(uintptr_t)text; /* the library's type knows no const */
	bind->buffer_length = length;
}

static void
send_day(const struct db_field *field, const void *member, MYSQL_BIND *bind, struct slot *slot)
{
	(void)field;
	day_format(*(const day_t *)member, slot->text);
	text_bind(bind, slot->text, strlen(slot->text));
}

static void
send_instant(const struct db_field *field, const void *member, MYSQL_BIND *bind, struct slot *slot)
{
	(void)field;
	instant_format(*(const instant_t *)member, slot->text);
	text_bind(bind, slot->text, DATETIME - 1);
}

static void
send_text(const struct db_field *field, const void *member, MYSQL_BIND *bind, struct slot *slot)
{
	(void)slot;
	text_bind(bind, member, strnlen(member, field->size));
}

static void
send_bytes(const struct db_field *field, const void *member, MYSQL_BIND *bind, struct slot *slot)
{
	(void)slot;
	text_bind(bind, member, field->size);
}

static void
send_pointer(const struct db_field *field, const void *member, MYSQL_BIND *bind, struct slot *slot)
{
	(void)field, (void)slot;
	const char *text = *(const char *const *)member;
	text_bind(bind, text, text ? strlen(text) : 0);
}

static void
send_word(const struct db_field *field, const void *member, MYSQL_BIND *bind, struct slot *slot)
{
	(void)slot;
	const char *word = field->name(*(const unsigned *)member);
	text_bind(bind, word, strlen(word));
}

static void
send_buf(const struct db_field *field, const void *member, MYSQL_BIND *bind, struct slot *slot)
{
	(void)field, (void)slot;
	const struct buf *buf = member;
	text_bind(bind, buf->data ? buf->data : "", buf->len);
}

/* ---- receiving: a column becomes a member ---- */

static void
expect_slot(const struct db_field *field, void *member, MYSQL_BIND *bind, struct slot *slot)
{
	(void)field, (void)member;
	bind->buffer = slot->text;
	bind->buffer_length = sizeof(slot->text) - 1;
}

static void
expect_text(const struct db_field *field, void *member, MYSQL_BIND *bind, struct slot *slot)
{
	(void)slot;
	bind->buffer = member;
	bind->buffer_length = field->size - 1;
}

static void
expect_bytes(const struct db_field *field, void *member, MYSQL_BIND *bind, struct slot *slot)
{
	(void)slot;
	bind->buffer = member;
	bind->buffer_length = field->size;
}

/* Nothing yet: only the length is asked for. */
static void
expect_length(const struct db_field *field, void *member, MYSQL_BIND *bind, struct slot *slot)
{
	(void)field, (void)member;
	bind->buffer = slot->text;
	bind->buffer_length = 0;
}

struct column {
	MYSQL_STMT *stmt;
	unsigned number;
	const struct db_field *field;
	struct slot *slot;
};

static enum err
take_day(const struct column *column, void *member)
{
	column->slot->text[column->slot->length] = '\0';
	return day_parse(column->slot->text, member) == OK ? OK : ERR_BUG;
}

static enum err
take_instant(const struct column *column, void *member)
{
	char *text = column->slot->text;
	if (column->slot->length != DATETIME - 1)
		return ERR_BUG;
	text[DAY_TEXT - 1] = 'T';
	memcpy(text + DATETIME - 1, "Z", sizeof("Z"));
	return instant_parse(text, member) == OK ? OK : ERR_BUG;
}

static enum err
take_bool(const struct column *column, void *member)
{
	*(bool *)member = column->slot->text[0] != 0;
	return OK;
}

static enum err
take_text(const struct column *column, void *member)
{
	((char *)member)[column->slot->length] = '\0';
	return OK;
}

static enum err
take_word(const struct column *column, void *member)
{
	column->slot->text[column->slot->length] = '\0';
	for (unsigned value = 0; value < column->field->max; value++)
		if (strcmp(column->field->name(value), column->slot->text) == 0) {
			*(unsigned *)member = value;
			return OK;
		}
	return ERR_BUG;
}

static enum err
take_bytes(const struct column *column, void *member)
{
	(void)member;
	return column->slot->length == column->field->size ? OK : ERR_BUG;
}

static enum err
take_buf(const struct column *column, void *member)
{
	const unsigned long length = column->slot->length;
	CLEANUP(free_p) char *bytes = malloc(length + 1);
	if (!bytes)
		return ERR_MEMORY;
	MYSQL_BIND bind = {
		.buffer_type = MYSQL_TYPE_STRING, .buffer = bytes, .buffer_length = length};
	if (mysql_stmt_fetch_column(column->stmt, &bind, column->number, 0))
		return ERR_BUG;
	buf_reset(member);
	return buf_add(member, bytes, length);
}

/* How each type travels. Without a function a member is sent or received as it stands in memory. */
static const struct codec {
	enum enum_field_types wire;
	void (*send)(const struct db_field *field, const void *member, MYSQL_BIND *bind,
	             struct slot *slot);
	void (*expect)(const struct db_field *field, void *member, MYSQL_BIND *bind,
	               struct slot *slot);
	enum err (*take)(const struct column *column, void *member);
} codecs[DB_TYPE_MAX] = {
	[DB_U64] = {MYSQL_TYPE_LONGLONG, NULL, NULL, NULL},
	[DB_U32] = {MYSQL_TYPE_LONG, NULL, NULL, NULL},
	[DB_DAY] = {MYSQL_TYPE_STRING, send_day, expect_slot, take_day},
	[DB_INSTANT] = {MYSQL_TYPE_STRING, send_instant, expect_slot, take_instant},
	[DB_BOOL] = {MYSQL_TYPE_TINY, NULL, expect_slot, take_bool},
	[DB_TEXT] = {MYSQL_TYPE_STRING, send_text, expect_text, take_text},
	[DB_WORD] = {MYSQL_TYPE_STRING, send_word, expect_slot, take_word},
	[DB_BUF] = {MYSQL_TYPE_STRING, send_buf, expect_length, take_buf},
	[DB_BYTES] = {MYSQL_TYPE_BLOB, send_bytes, expect_bytes, take_bytes},
	[DB_POINTER] = {MYSQL_TYPE_STRING, send_pointer, NULL, NULL},
};

/* Whether a member says "nothing": all its bytes are zero, or its text is empty. */
static bool
member_empty(const struct db_field *field, const char *member)
{
	if (field->type == DB_TEXT)
		return member[0] == '\0';
	for (size_t i = 0; i < field->size; i++)
		if (member[i])
			return false;
	return true;
}

static void
param_bind(const struct db_field *field, const char *args, MYSQL_BIND *bind, struct slot *slot)
{
	const struct codec *codec = &codecs[field->type];
	const char *member = args + field->offset;
	*bind = (MYSQL_BIND){.buffer_type = codec->wire, .is_unsigned = 1};
	if (field->nullable && member_empty(field, member))
		bind->buffer_type = MYSQL_TYPE_NULL;
	else if (codec->send)
		codec->send(field, member, bind, slot);
	else
		bind->buffer = (void *)(uintptr_t)member;
}

static void
column_bind(const struct db_field *field, char *row, MYSQL_BIND *bind, struct slot *slot)
{
	const struct codec *codec = &codecs[field->type];
	slot->null = slot->cut = 0;
	*bind = (MYSQL_BIND){.buffer_type = codec->wire,
	                     .is_unsigned = 1,
	                     .buffer = row + field->offset,
	                     .length = &slot->length,
	                     .is_null = &slot->null,
	                     .error = &slot->cut};
	if (codec->expect)
		codec->expect(field, row + field->offset, bind, slot);
}

/* A buf keeps its memory and its maximum. */
static void
member_clear(const struct db_field *field, void *member)
{
	if (field->type == DB_BUF)
		buf_reset(member);
	else
		memset(member, 0, field->size);
}

static enum err
column_take(const struct column *column, char *row)
{
	const struct db_field *field = column->field;
	const struct codec *codec = &codecs[field->type];
	if (column->slot->null) {
		member_clear(field, row + field->offset);
		return field->nullable ? OK : ERR_BUG;
	}
	if (column->slot->cut && field->type != DB_BUF)
		return ERR_BUG;
	return codec->take ? codec->take(column, row + field->offset) : OK;
}

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

static enum err
stmt_prepare(struct db_conn *conn, const struct db_table *table, unsigned number, MYSQL_STMT *stmt)
{
	const struct db_statement *statement = &table->statements[number];
	if (mysql_stmt_prepare(stmt, statement->sql, strlen(statement->sql)))
		return db_conn_failed(conn, table->name, number, mysql_stmt_errno(stmt));
	if (mysql_stmt_param_count(stmt) != statement->n_params ||
	    mysql_stmt_field_count(stmt) != statement->n_columns ||
	    statement->n_params > FIELDS_MAX || statement->n_columns > FIELDS_MAX)
		return db_conn_outcome(conn, ERR_BUG);
	return OK;
}

static enum err
stmt_get(struct db_conn *conn, const struct db_table *table, unsigned number, MYSQL_STMT **ret_stmt)
{
	struct db_prepared *prepared = prepared_of(conn, table);
	if (!prepared || number >= table->n)
		return db_conn_outcome(conn, prepared ? ERR_BUG : ERR_MEMORY);
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

/* One statement under way: what messages name, and its handle. */
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
run_start(struct db_conn *conn, const struct db_table *table, unsigned number, const void *args,
          struct run *ret_run)
{
	struct run run = {.conn = conn, .table = table, .number = number};
	struct binding params;
	enum err err = stmt_get(conn, table, number, &run.stmt);
	if (err != OK)
		return err;
	run.statement = &table->statements[number];
	for (size_t i = 0; i < run.statement->n_params; i++)
		param_bind(&run.statement->params[i], args, &params.bind[i], &params.slot[i]);
	if (run.statement->n_params && mysql_stmt_bind_param(run.stmt, params.bind))
		return run_failed(&run);
	if (mysql_stmt_execute(run.stmt))
		return run_failed(&run);
	if (run.statement->n_columns && mysql_stmt_store_result(run.stmt))
		return run_failed(&run);
	*ret_run = run;
	return OK;
}

static enum err
row_take(struct run *run, struct binding *columns, void *row)
{
	for (unsigned i = 0; i < run->statement->n_columns; i++) {
		const struct column column = {run->stmt, i, &run->statement->columns[i],
		                              &columns->slot[i]};
		enum err err = column_take(&column, row);
		if (err != OK)
			return db_conn_outcome(run->conn, err);
	}
	return OK;
}

/* ERR_NOT_FOUND: there is no further row. */
static enum err
row_fetch(struct run *run, void *row)
{
	struct binding columns;
	for (size_t i = 0; i < run->statement->n_columns; i++)
		column_bind(&run->statement->columns[i], row, &columns.bind[i], &columns.slot[i]);
	if (mysql_stmt_bind_result(run->stmt, columns.bind))
		return run_failed(run);
	switch (mysql_stmt_fetch(run->stmt)) {
	case 0:
	case MYSQL_DATA_TRUNCATED: return row_take(run, &columns, row);
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

enum err
db_change(struct db_conn *conn, const struct db_table *table, unsigned statement, const void *args)
{
	uint64_t rows = 0;
	enum err err = db_run(conn, table, statement, args, &rows);
	if (err != OK || rows == 1)
		return err;
	return rows == 0 ? ERR_STATE_CONFLICT : db_conn_outcome(conn, ERR_BUG);
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
		err = db_conn_outcome(conn, ERR_BUG);
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

enum err
db_each(struct db_conn *conn, const struct db_table *table, unsigned statement, const void *args,
        void *row, db_visit *visit, void *arg)
{
	struct run run;
	enum err err = run_start(conn, table, statement, args, &run);
	if (err != OK)
		return err;
	bool more = true;
	while (err == OK && more) {
		err = row_fetch(&run, row);
		more = err != ERR_NOT_FOUND;
		if (err == OK)
			err = visit(row, arg);
	}
	run_end(&run);
	return more ? err : OK;
}
