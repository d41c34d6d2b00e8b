/*
 * csv_table - a CSV file (RFC 4180) with a header, each line read by a table of fields.
 *
 * The header names fields as JSON does; the order is the file's. Texts may be quoted, and may then
 * hold commas, quotes and line breaks. UTF-8, with or without a byte order mark; lines end in CR LF
 * or LF. A column that no field has, or that is there twice, is a fault: a misspelled name would
 * lose what stands in it. Lines are those of the file: the first one has the number 1, and a record
 * is called by the line it begins in.
 *
 * Codes of faults: those of the fields, with the column's name; and column.unknown, column.twice,
 * columns (of a record that has more or fewer than the header), csv (no CSV), characters (no
 * UTF-8).
 */
#ifndef ADAPTERS_CSV_CSV_TABLE_H
#define ADAPTERS_CSV_CSV_TABLE_H

#include "adapters/json/fields.h"

#define CSV_COLUMNS_MAX 32

struct csv_table_fault {
	size_t line;
	const char *column; /* "": of the whole line */
	const char *code, *detail;
};

/* Who reads it. The functions are called in the order of the lines. */
struct csv_table_reader {
	const struct field *table;
	void *arg;

	/* Where the next record goes: a struct of the table with its defaults. Any error ends it.
	 */
	enum err (*row)(void *arg, size_t line, void **ret_to);

	void (*fault)(void *arg, const struct csv_table_fault *fault);
};

/*
 * Reads n bytes, which a NUL follows. ERR_INVALID: there were faults, each was told; what came into
 * the rows is then of no use. What row() gave. ERR_MEMORY.
 */
MUST_CHECK enum err csv_table_read(const struct csv_table_reader *reader, const char *text,
                                   size_t n);

#endif
