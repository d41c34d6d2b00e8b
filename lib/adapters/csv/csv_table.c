/* SPDX-License-Identifier: MIT */
#include "adapters/csv/csv_table.h"

#include "adapters/json/json.h"
#include "adapters/json/texts.h"
#include "base/mem.h"
#include "base/text.h"
#include "domain/characters.h"

#include <csv.h>
#include <stdio.h>
#include <string.h>

#define BYTE_ORDER_MARK "\xef\xbb\xbf"

struct csv_table {
	const struct csv_table_reader *reader;
	struct {
		const struct field *field; /* NULL: unknown, or it has no name */
		const char *name;          /* that of the field, or its .decimal */
	} columns[CSV_COLUMNS_MAX];
	size_t n_columns;
	bool has_header, is_within; /* within a record */
	bool is_header_wrong;       /* the records cannot be read then */
	size_t line, record_line;   /* of the next byte, and of the record's first */
	size_t at;                  /* columns of this record so far */
	size_t filled;              /* those up to the last one that is not blank */
	size_t without_name;        /* the last filled one that has no name, from 1; 0: none */
	struct json_object *record; /* its values by column; NULL: out of memory */
	enum err err;               /* ERR_INVALID once there is a fault; others end it */
};

static void
fault_report(struct csv_table *table, size_t line, const char *column, const char *code,
             const char *detail)
{
	const struct csv_table_fault fault = {line, column, code, detail};
	table->reader->fault(table->reader->arg, &fault);
	table->err = table->err == OK ? ERR_INVALID : table->err;
}

/* Whether further records can be read. */
static bool
goes_on(const struct csv_table *table)
{
	return !table->is_header_wrong && (table->err == OK || table->err == ERR_INVALID);
}

/* ---- the header ---- */

/* Finds the field of a column, whose case does not matter; ret_name is the name that the field has
 * there. */
static const struct field *
field_of(const struct field table[], const char *name, const char **ret_name)
{
	for (; table->name; table++) {
		const char *const names[] = {table->name, table->decimal};
		for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
			if (names[i] && strcasecmp(names[i], name) == 0) {
				*ret_name = names[i];
				return table;
			}
		}
	}
	return NULL;
}

static bool
has_column(const struct csv_table *table, const struct field *field)
{
	for (size_t i = 0; i < table->n_columns; i++)
		if (table->columns[i].field == field)
			return true;
	return false;
}

static void
unknown_report(struct csv_table *table, const char *name)
{
	char detail[200] = "unknown column; the columns are";
	for (const struct field *field = table->reader->table; field->name; field++) {
		const size_t n = strlen(detail);
		snprintf(detail + n, sizeof(detail) - n, "%s %s%s%s",
		         field == table->reader->table ? "" : ",", field->name,
		         field->decimal ? " or " : "", field->decimal ? field->decimal : "");
	}
	fault_report(table, table->record_line, name, "column.unknown", detail);
}

/* A column without a name stands for nothing: a spreadsheet has columns that were used once. */
static void
column_add(struct csv_table *table, char *name)
{
	const char *known = NULL;
	characters_tidy(name, false);
	const struct field *field = field_of(table->reader->table, name, &known);
	if (!field && *name)
		unknown_report(table, name);
	else if (!field)
		known = NULL;
	else if (has_column(table, field))
		fault_report(table, table->record_line, name, "column.twice", "duplicate column");
	if (table->n_columns == CSV_COLUMNS_MAX)
		return;
	table->columns[table->n_columns].field = field;
	table->columns[table->n_columns++].name = known;
}

static void
header_end(struct csv_table *table)
{
	table->has_header = true;
	for (const struct field *field = table->reader->table; field->name; field++)
		if (field->need == REQUIRED && !has_column(table, field))
			fault_report(table, table->record_line, field->name, "required",
			             "required column is missing");
	table->is_header_wrong = table->err != OK;
}

/* ---- records ---- */

static void
record_read(struct csv_table *table)
{
	const struct fields_source from = {table->record, true, table->reader->currency};
	struct faults faults = {.n = 0};
	void *to;
	enum err err = table->reader->row(table->reader->arg, table->record_line, &to);
	if (err == OK && !table->record)
		err = ERR_MEMORY;
	if (err == OK)
		err = texts_normalize(table->record);
	if (err == OK)
		err = fields_read(&from, table->reader->table, to, &faults);
	for (size_t i = 0; i < faults.n; i++)
		fault_report(table, table->record_line, faults.list[i].pointer + 1,
		             faults.list[i].code, faults.list[i].detail);
	if (err != OK && err != ERR_INVALID)
		table->err = err;
}

static void
record_end(struct csv_table *table)
{
	char detail[80];
	size_t named = table->n_columns;
	while (named > 0 && !table->columns[named - 1].field)
		named--;
	if (table->filled == 0)
		return; /* a blank row of a spreadsheet */
	if (table->at >= named && table->filled <= table->n_columns && !table->without_name) {
		record_read(table);
		return;
	}
	if (table->without_name)
		snprintf(detail, sizeof(detail), "column %zu has a value here, but no name",
		         table->without_name);
	else
		snprintf(detail, sizeof(detail), "has %zu columns, the header has %zu", table->at,
		         table->n_columns);
	fault_report(table, table->record_line, "", "columns", detail);
}

/* ---- what libcsv calls ---- */

static void
on_text(void *text, size_t n, void *arg)
{
	struct csv_table *table = arg;
	(void)n; /* there is no NUL in it, and one after it */
	const bool has_column = table->at < table->n_columns;
	table->at++;
	if (!characters_are_blank(text)) {
		table->filled = table->at;
		if (table->has_header && has_column && !table->columns[table->at - 1].field)
			table->without_name = table->at;
	}
	if (!table->has_header)
		column_add(table, text);
	else if (has_column && table->columns[table->at - 1].field)
		json_put_text(&table->record, table->columns[table->at - 1].name, text);
}

static void
on_end(int byte, void *arg)
{
	struct csv_table *table = arg;
	(void)byte;
	if (!table->has_header && table->filled > 0)
		header_end(table);
	else if (!table->has_header)
		table->n_columns = 0; /* blank rows above it */
	else if (goes_on(table))
		record_end(table);
	json_p(&table->record);
	table->record = json_new_object();
	table->is_within = false;
	table->at = table->filled = table->without_name = 0;
}

/* Spaces around a text are part of it: RFC 4180. */
static int
is_space(unsigned char byte)
{
	(void)byte;
	return 0;
}

/* ---- reading ---- */

/* Reports lines that are not UTF-8 or contain a NUL, before anything else is read. */
static void
lines_check(struct csv_table *table, const char *text, size_t n)
{
	size_t line = 1, chars;
	for (const char *end = text + n; text < end; line++) {
		const char *newline = memchr(text, '\n', (size_t)(end - text));
		const size_t len = (size_t)((newline ? newline : end) - text);
		if (memchr(text, '\0', len) || text_chars(text, len, &chars) != OK)
			fault_report(table, line, "", "characters",
			             "invalid UTF-8; Excel saves CP949 as \"CSV\": save the file "
			             "as \"CSV UTF-8\"");
		text += len + 1;
	}
}

/* Byte by byte, since libcsv does not count lines. */
static void
bytes_parse(struct csv_table *table, struct csv_parser *parser, const char *text, size_t n)
{
	for (size_t i = 0; i < n && goes_on(table); i++) {
		const bool is_break = text[i] == '\n' || text[i] == '\r';
		if (!is_break && !table->is_within) {
			table->is_within = true;
			table->record_line = table->line;
		}
		if (csv_parse(parser, &text[i], 1, on_text, on_end, table) != 1) {
			fault_report(table, table->line, "", "csv", "unexpected quote");
			return;
		}
		table->line += text[i] == '\n' || (text[i] == '\r' && text[i + 1] != '\n');
	}
	if (goes_on(table) && csv_fini(parser, on_text, on_end, table) != 0)
		fault_report(table, table->record_line, "", "csv", "unterminated quoted field");
}

static void
parse(struct csv_table *table, const char *text, size_t n)
{
	struct csv_parser parser;
	const size_t mark = strlen(BYTE_ORDER_MARK);
	if (n >= mark && memcmp(text, BYTE_ORDER_MARK, mark) == 0) {
		text += mark;
		n -= mark;
	}
	if (csv_init(&parser, CSV_STRICT | CSV_STRICT_FINI | CSV_APPEND_NULL) != 0) {
		table->err = ERR_MEMORY;
		return;
	}
	csv_set_space_func(&parser, is_space);
	bytes_parse(table, &parser, text, n);
	if (csv_error(&parser) == CSV_ENOMEM)
		table->err = ERR_MEMORY;
	csv_free(&parser);
	if (goes_on(table) && !table->has_header)
		fault_report(table, 1, "", "csv", "the header line is missing");
}

/* What a spreadsheet saves in place of CSV in UTF-8 with commas. NULL: nothing of that. */
static const char *
other_format(const char *text, size_t n)
{
	const char *start = n >= 3 && memcmp(text, BYTE_ORDER_MARK, 3) == 0 ? text + 3 : text;
	const char *end = memchr(start, '\n', n - (size_t)(start - text));
	const size_t len = end ? (size_t)(end - start) : n - (size_t)(start - text);
	if (n >= 2 && (memcmp(text, "\xff\xfe", 2) == 0 || memcmp(text, "\xfe\xff", 2) == 0))
		return "this is UTF-16, which Excel calls Unicode text: save the file as \"CSV "
		       "UTF-8\"";
	if (len >= 4 && strncasecmp(start, "sep=", 4) == 0)
		return "the first line is a note to Excel: delete it, and separate columns by "
		       "commas";
	if (len > 0 && memchr(start, '\t', len) && !memchr(start, ',', len))
		return "columns are separated by tabs: save the file as CSV, with commas";
	if (len > 0 && memchr(start, ';', len) && !memchr(start, ',', len))
		return "columns are separated by semicolons: save the file with commas";
	return NULL;
}

enum err
csv_table_read(const struct csv_table_reader *reader, const char *text, size_t n)
{
	struct csv_table table = {.reader = reader, .line = 1, .record = json_new_object()};
	const char *hint = other_format(text, n);
	if (hint)
		fault_report(&table, 1, "", "csv", hint);
	else
		lines_check(&table, text, n);
	if (table.err == OK)
		parse(&table, text, n);
	json_p(&table.record);
	return table.err;
}
