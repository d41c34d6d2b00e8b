/* sheet - a CSV file with a header, each line read by a table of fields; on libcsv. */
#include "adapters/csv/csv_table.h"

#include "adapters/json/json.h"
#include "base/mem.h"
#include "base/text.h"

#include <csv.h>
#include <stdio.h>
#include <string.h>

#define BYTE_ORDER_MARK "\xef\xbb\xbf"

struct sheet {
	const struct sheet_reader *reader;
	const struct field *columns[SHEET_COLUMNS_MAX];
	size_t n_columns;
	bool has_header, is_within; /* within a record */
	bool is_useless;            /* the header's faults make all below it senseless */
	size_t line, record_line;   /* of the next byte, and of the record's first */
	size_t at;                  /* columns of this record so far */
	struct json_object *record; /* its texts by their names; NULL: out of memory */
	enum err err;               /* ERR_INVALID once there is a fault; others end it */
};

static void
tell(struct sheet *sheet, size_t line, const char *column, const char *code, const char *detail)
{
	const struct sheet_fault fault = {line, column, code, detail};
	sheet->reader->fault(sheet->reader->arg, &fault);
	sheet->err = sheet->err == OK ? ERR_INVALID : sheet->err;
}

/* Whether there is still a use in reading on. */
static bool
goes_on(const struct sheet *sheet)
{
	return !sheet->is_useless && (sheet->err == OK || sheet->err == ERR_INVALID);
}

/* ---- the header ---- */

static const struct field *
field_of(const struct field table[], const char *name)
{
	while (table->name && strcmp(table->name, name) != 0)
		table++;
	return table->name ? table : NULL;
}

static bool
has_column(const struct sheet *sheet, const struct field *field)
{
	for (size_t i = 0; i < sheet->n_columns; i++)
		if (sheet->columns[i] == field)
			return true;
	return false;
}

static void
column_add(struct sheet *sheet, const char *name)
{
	const struct field *field = field_of(sheet->reader->table, name);
	if (!field)
		tell(sheet, sheet->record_line, name, "column.unknown", "is no column");
	else if (has_column(sheet, field))
		tell(sheet, sheet->record_line, name, "column.twice", "stands twice");
	if (sheet->n_columns < SHEET_COLUMNS_MAX)
		sheet->columns[sheet->n_columns++] = field;
}

static void
header_end(struct sheet *sheet)
{
	sheet->has_header = true;
	for (const struct field *field = sheet->reader->table; field->name; field++)
		if (field->need == REQUIRED && !has_column(sheet, field))
			tell(sheet, sheet->record_line, field->name, "required",
			     "is no column here");
	sheet->is_useless = sheet->err != OK;
}

/* ---- records ---- */

static void
record_read(struct sheet *sheet)
{
	struct faults faults = {.n = 0};
	void *to;
	enum err err = sheet->reader->row(sheet->reader->arg, sheet->record_line, &to);
	if (err == OK && !sheet->record)
		err = ERR_MEMORY;
	if (err == OK)
		err = fields_read(sheet->record, true, sheet->reader->table, to, &faults);
	for (size_t i = 0; i < faults.n; i++)
		tell(sheet, sheet->record_line, faults.list[i].pointer + 1, faults.list[i].code,
		     faults.list[i].detail);
	if (err != OK && err != ERR_INVALID)
		sheet->err = err;
}

static void
record_end(struct sheet *sheet)
{
	char detail[80];
	if (sheet->at == sheet->n_columns) {
		record_read(sheet);
		return;
	}
	snprintf(detail, sizeof(detail), "has %zu columns, the header has %zu", sheet->at,
	         sheet->n_columns);
	tell(sheet, sheet->record_line, "", "columns", detail);
}

/* ---- what libcsv calls ---- */

static void
on_text(void *text, size_t n, void *arg)
{
	struct sheet *sheet = arg;
	(void)n; /* there is no NUL in it, and one after it */
	if (!sheet->has_header)
		column_add(sheet, text);
	else if (sheet->at < sheet->n_columns && sheet->columns[sheet->at])
		json_put_text(&sheet->record, sheet->columns[sheet->at]->name, text);
	sheet->at++;
}

static void
on_end(int byte, void *arg)
{
	struct sheet *sheet = arg;
	(void)byte;
	if (!sheet->has_header)
		header_end(sheet);
	else if (goes_on(sheet))
		record_end(sheet);
	json_p(&sheet->record);
	sheet->record = json_new_object();
	sheet->is_within = false;
	sheet->at = 0;
}

/* Spaces around a text are part of it: RFC 4180. */
static int
is_space(unsigned char byte)
{
	(void)byte;
	return 0;
}

/* ---- reading ---- */

/* Every line is UTF-8 and has no NUL: told by its number, before anything else is looked at. */
static void
lines_check(struct sheet *sheet, const char *text, size_t n)
{
	size_t line = 1, chars;
	for (const char *end = text + n; text < end; line++) {
		const char *newline = memchr(text, '\n', (size_t)(end - text));
		const size_t len = (size_t)((newline ? newline : end) - text);
		if (memchr(text, '\0', len) || text_chars(text, len, &chars) != OK)
			tell(sheet, line, "", "characters", "has bytes that are not UTF-8");
		text += len + 1;
	}
}

/* Byte by byte, since libcsv tells no line numbers. */
static void
bytes_parse(struct sheet *sheet, struct csv_parser *parser, const char *text, size_t n)
{
	for (size_t i = 0; i < n && goes_on(sheet); i++) {
		const bool is_break = text[i] == '\n' || text[i] == '\r';
		if (!is_break && !sheet->is_within) {
			sheet->is_within = true;
			sheet->record_line = sheet->line;
		}
		if (csv_parse(parser, &text[i], 1, on_text, on_end, sheet) != 1) {
			tell(sheet, sheet->line, "", "csv", "has a quote where none may be");
			return;
		}
		sheet->line += text[i] == '\n' || (text[i] == '\r' && text[i + 1] != '\n');
	}
	if (goes_on(sheet) && csv_fini(parser, on_text, on_end, sheet) != 0)
		tell(sheet, sheet->record_line, "", "csv", "has a quote that is never closed");
}

static void
parse(struct sheet *sheet, const char *text, size_t n)
{
	struct csv_parser parser;
	const size_t mark = strlen(BYTE_ORDER_MARK);
	if (n >= mark && memcmp(text, BYTE_ORDER_MARK, mark) == 0) {
		text += mark;
		n -= mark;
	}
	if (csv_init(&parser, CSV_STRICT | CSV_STRICT_FINI | CSV_APPEND_NULL) != 0) {
		sheet->err = ERR_MEMORY;
		return;
	}
	csv_set_space_func(&parser, is_space);
	bytes_parse(sheet, &parser, text, n);
	if (csv_error(&parser) == CSV_ENOMEM)
		sheet->err = ERR_MEMORY;
	csv_free(&parser);
	if (goes_on(sheet) && !sheet->has_header)
		tell(sheet, 1, "", "csv", "is no header");
}

enum err
sheet_read(const struct sheet_reader *reader, const char *text, size_t n)
{
	struct sheet sheet = {.reader = reader, .line = 1, .record = json_new_object()};
	lines_check(&sheet, text, n);
	if (sheet.err == OK)
		parse(&sheet, text, n);
	json_p(&sheet.record);
	return sheet.err;
}
