/* SPDX-License-Identifier: MIT */
/*
 * conf - settings from the environment, read once through one table.
 *
 * A row of the table has a variable's name, the struct member it is stored in, and its valid
 * values. A secret may also be given by a file, whose path is in <NAME>_FILE. All faults are
 * reported, not only the first.
 */
#ifndef BASE_CONF_H
#define BASE_CONF_H

#include "base/buf.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum conf_type {
	CONF_TEXT,   /* char[size] */
	CONF_NUMBER, /* uint32_t, from min to max */
	CONF_CHOICE, /* unsigned, the index into choices */
};

struct conf_item {
	const char *name; /* HOTEL_... */
	enum conf_type type;
	size_t offset, size;        /* of the member in the struct that conf_read() fills */
	const char *fallback;       /* the default, as text; NULL: the setting is required */
	uint32_t min, max;          /* CONF_NUMBER */
	const char *const *choices; /* CONF_CHOICE: names, NULL at the end */
	bool secret;                /* never shown; <NAME>_FILE is read too */
	const char *meaning;        /* one sentence, with the unit */
};

/*
 * Fills a struct from the environment. A variable that begins with prefix and is neither in the
 * table nor in also_known (a NULL-terminated list) is a fault, too: a misspelled setting would
 * silently keep its default. ERR_INVALID: ret_faults has one line per fault, which says how to mend
 * it.
 */
MUST_CHECK enum err conf_read(const struct conf_item items[], size_t n, const char *prefix,
                              const char *const also_known[], char *const environment[], void *to,
                              struct buf *ret_faults);

/* Writes the table as text for people: name, value (secrets as "***"), default, meaning. */
MUST_CHECK enum err conf_print(const struct conf_item items[], size_t n, const void *from,
                               struct buf *ret_text);

#endif
