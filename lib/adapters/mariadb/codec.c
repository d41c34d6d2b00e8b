/* SPDX-License-Identifier: MIT */
/* codec - binds struct members as parameters and columns. */
#include "adapters/mariadb/codec.h"

#include "base/mem.h"

#include <string.h>

#define DATETIME (INSTANT_TEXT - 1) /* "2027-05-05 00:00:00.000": no Z */

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
send_day(const struct db_field *field, const void *member, MYSQL_BIND *bind, struct db_slot *slot)
{
	(void)field;
	day_format(*(const day_t *)member, slot->text);
	text_bind(bind, slot->text, strlen(slot->text));
}

static void
send_instant(const struct db_field *field, const void *member, MYSQL_BIND *bind,
             struct db_slot *slot)
{
	(void)field;
	instant_format(*(const instant_t *)member, slot->text);
	text_bind(bind, slot->text, DATETIME - 1);
}

static void
send_text(const struct db_field *field, const void *member, MYSQL_BIND *bind, struct db_slot *slot)
{
	(void)slot;
	text_bind(bind, member, strnlen(member, field->size));
}

static void
send_pointer(const struct db_field *field, const void *member, MYSQL_BIND *bind,
             struct db_slot *slot)
{
	(void)field, (void)slot;
	const char *text = *(const char *const *)member;
	text_bind(bind, text, text ? strlen(text) : 0);
}

static void
send_word(const struct db_field *field, const void *member, MYSQL_BIND *bind, struct db_slot *slot)
{
	(void)slot;
	const char *word = field->name(*(const unsigned *)member);
	text_bind(bind, word, strlen(word));
}

static void
send_buf(const struct db_field *field, const void *member, MYSQL_BIND *bind, struct db_slot *slot)
{
	(void)field, (void)slot;
	const struct buf *buf = member;
	text_bind(bind, buf->data ? buf->data : "", buf->len);
}

/* ---- receiving: a column becomes a member ---- */

static void
expect_slot(const struct db_field *field, void *member, MYSQL_BIND *bind, struct db_slot *slot)
{
	(void)field, (void)member;
	bind->buffer = slot->text;
	bind->buffer_length = sizeof(slot->text) - 1;
}

static void
expect_text(const struct db_field *field, void *member, MYSQL_BIND *bind, struct db_slot *slot)
{
	(void)slot;
	bind->buffer = member;
	bind->buffer_length = field->size - 1;
}

/* Asks for the length only; the value is fetched later. */
static void
expect_length(const struct db_field *field, void *member, MYSQL_BIND *bind, struct db_slot *slot)
{
	(void)field, (void)member;
	bind->buffer = slot->text;
	bind->buffer_length = 0;
}

struct column {
	MYSQL_STMT *stmt;
	const char *sql; /* of the statement, for the log */
	unsigned number;
	const struct db_field *field;
	struct db_slot *slot;
};

static enum err
take_day(const struct column *column, void *member)
{
	column->slot->text[column->slot->length] = '\0';
	return day_parse(column->slot->text, member) == OK ? OK : ERR_BUG_IN(column->sql);
}

static enum err
take_instant(const struct column *column, void *member)
{
	char *text = column->slot->text;
	if (column->slot->length != DATETIME - 1)
		return ERR_BUG_IN(column->sql);
	text[DAY_TEXT - 1] = 'T';
	memcpy(text + DATETIME - 1, "Z", sizeof("Z"));
	return instant_parse(text, member) == OK ? OK : ERR_BUG_IN(column->sql);
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
	return ERR_BUG_IN(column->sql);
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
		return ERR_BUG_IN(column->sql);
	buf_reset(member);
	return buf_add(member, bytes, length);
}

/* How each type is sent and received. Without a function a member is used as it is in memory. */
static const struct codec {
	enum enum_field_types wire;
	void (*send)(const struct db_field *field, const void *member, MYSQL_BIND *bind,
	             struct db_slot *slot);
	void (*expect)(const struct db_field *field, void *member, MYSQL_BIND *bind,
	               struct db_slot *slot);
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
	[DB_POINTER] = {MYSQL_TYPE_STRING, send_pointer, NULL, NULL},
};

/* Whether a member means NULL: all its bytes are zero, or its text is empty. */
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

static enum err
column_take(const struct column *column, char *row)
{
	const struct db_field *field = column->field;
	const struct codec *codec = &codecs[field->type];
	if (column->slot->null) {
		/* A buf keeps its memory and its maximum. */
		if (field->type == DB_BUF)
			buf_reset((void *)(row + field->offset));
		else
			memset(row + field->offset, 0, field->size);
		return field->nullable ? OK : ERR_BUG_IN(column->sql);
	}
	if (column->slot->cut && field->type != DB_BUF)
		return ERR_BUG_IN(column->sql);
	return codec->take ? codec->take(column, row + field->offset) : OK;
}

/* ---- whole structs ---- */

static void
member_send(const struct db_field *field, const void *args, MYSQL_BIND *bind, struct db_slot *slot)
{
	const struct codec *codec = &codecs[field->type];
	const char *member = (const char *)args + field->offset;
	*bind = (MYSQL_BIND){.buffer_type = codec->wire, .is_unsigned = 1};
	if (field->nullable && member_empty(field, member))
		bind->buffer_type = MYSQL_TYPE_NULL;
	else if (codec->send)
		codec->send(field, member, bind, slot);
	else
		bind->buffer = (void *)(uintptr_t)member;
}

void
db_codec_send(const struct db_field fields[], size_t n, const void *args,
              struct db_binding *ret_binding)
{
	for (size_t i = 0; i < n; i++)
		member_send(&fields[i], args, &ret_binding->bind[i], &ret_binding->slot[i]);
}

/* ---- many structs ---- */

/* One value of a parameter, in the arrays that the library reads: numbers lie one after the other, of texts
 * there are the addresses. */
union value {
	uint64_t number;
	const void *text;
};

/* All values of one parameter. */
struct column_of_many {
	union value *values;
	unsigned long *lengths;
	char *indicators;
	struct db_slot *slots;
};

static size_t
column_size(size_t n)
{
	return n * (sizeof(union value) + sizeof(unsigned long) + sizeof(struct db_slot) + 1);
}

/* The arrays with the strictest alignment come first. */
static struct column_of_many
column_at(char *memory, size_t n)
{
	struct column_of_many column = {.values = (void *)memory};
	column.lengths = (void *)(column.values + n);
	column.slots = (void *)(column.lengths + n);
	column.indicators = (void *)(column.slots + n);
	return column;
}

static void
value_put(const struct db_field *field, const MYSQL_BIND *from, size_t i, struct column_of_many *to)
{
	to->indicators[i] =
		from->buffer_type == MYSQL_TYPE_NULL ? STMT_INDICATOR_NULL : STMT_INDICATOR_NONE;
	to->lengths[i] = from->buffer_length;
	if (codecs[field->type].send)
		to->values[i].text = from->buffer;
	else if (from->buffer)
		memcpy((char *)to->values + i * field->size, from->buffer, field->size);
}

enum err
db_codec_send_many(const struct db_field fields[], size_t n_fields, const void *args, size_t stride,
                   size_t n, struct db_many *ret_many)
{
	const size_t size = (column_size(n) + sizeof(union value)) & ~(sizeof(union value) - 1);
	char *memory = calloc(n_fields, size);
	if (!memory)
		return ERR_MEMORY;
	for (size_t f = 0; f < n_fields; f++) {
		struct column_of_many column = column_at(memory + f * size, n);
		for (size_t i = 0; i < n; i++) {
			MYSQL_BIND bind;
			member_send(&fields[f], (const char *)args + i * stride, &bind,
			            &column.slots[i]);
			value_put(&fields[f], &bind, i, &column);
		}
		ret_many->bind[f] = (MYSQL_BIND){.buffer_type = codecs[fields[f].type].wire,
		                                 .is_unsigned = 1,
		                                 .buffer = column.values,
		                                 .length = column.lengths,
		                                 .u.indicator = column.indicators};
	}
	ret_many->memory = memory;
	return OK;
}

void
db_many_done(struct db_many *many)
{
	free(many->memory);
}

void
db_codec_expect(const struct db_field fields[], size_t n, void *row, struct db_binding *ret_binding)
{
	for (size_t i = 0; i < n; i++) {
		const struct codec *codec = &codecs[fields[i].type];
		char *member = (char *)row + fields[i].offset;
		MYSQL_BIND *bind = &ret_binding->bind[i];
		struct db_slot *slot = &ret_binding->slot[i];
		slot->null = slot->cut = 0;
		*bind = (MYSQL_BIND){.buffer_type = codec->wire,
		                     .is_unsigned = 1,
		                     .buffer = member,
		                     .length = &slot->length,
		                     .is_null = &slot->null,
		                     .error = &slot->cut};
		if (codec->expect)
			codec->expect(&fields[i], member, bind, slot);
	}
}

enum err
db_codec_take(MYSQL_STMT *stmt, const struct db_statement *statement, struct db_binding *binding,
              void *row)
{
	enum err err = OK;
	for (unsigned i = 0; err == OK && i < statement->n_columns; i++) {
		const struct column column = {stmt, statement->sql, i, &statement->columns[i],
		                              &binding->slot[i]};
		err = column_take(&column, row);
	}
	return err;
}
