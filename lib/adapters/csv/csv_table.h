/* SPDX-License-Identifier: MIT */
/*
 * csv_table - a CSV file (RFC 4180) with a header, each line read by a table of fields.
 *
 * The header contains the fields' JSON names in any order and case. A row without any value is left
 * out, and so is a column without name and values: spreadsheets keep what was used once. A value may be quoted, and may then
 * contain commas, quotes and line breaks. UTF-8, with or without a byte order mark; lines end in CR
 * LF or LF. An unknown or duplicate column is a fault: a misspelled name would lose its values. The
 * first line of the file has number 1; a record has the number of the line it begins in.
 *
 * Codes of faults: those of the fields, with the column's name; and column.unknown, column.twice,
 * columns (a record has more or fewer than the header, or a value in a column without a name), csv (not
 * valid CSV, or not separated by commas), characters (not UTF-8).
 */
#ifndef ADAPTERS_CSV_CSV_TABLE_H
#define ADAPTERS_CSV_CSV_TABLE_H

#include "adapters/json/fields.h"

#define CSV_COLUMNS_MAX 32

struct csv_table_fault {
	size_t line;
	const char *column; /* "": the whole line */
	const char *code, *detail;
};

/* The functions are called in the order of the lines. */
struct csv_table_reader {
	const struct field *table;
	const char *currency; /* of amounts with decimals */
	void *arg;

	/* Gives the struct to fill by the next record, preset with defaults. Any error ends the
	 * reading. */
	enum err (*row)(void *arg, size_t line, void **ret_to);

	void (*fault)(void *arg, const struct csv_table_fault *fault);
};

/*
 * Reads n bytes, which a NUL follows. ERR_INVALID: there were faults, each was reported, and the
 * rows are unusable. ERR_MEMORY, and the errors of row().
 */
MUST_CHECK enum err csv_table_read(const struct csv_table_reader *reader, const char *text,
                                   size_t n);

#endif
