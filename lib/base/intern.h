/* SPDX-License-Identifier: MIT */
/*
 * intern - gives equal texts one small number, from 1 in the order in which they come.
 *
 * Zeroed memory is an empty table. Not thread-safe.
 */
#ifndef BASE_INTERN_H
#define BASE_INTERN_H

#include "base/err.h"

#include <stddef.h>
#include <stdint.h>

struct intern {
	char **texts;    /* by number - 1 */
	uint32_t *slots; /* a hash table of numbers; 0: free */
	size_t n, cap, n_slots;
	size_t bytes; /* of memory that the table holds */
};

/* The number of a text; a new one gets the next. ERR_MEMORY. */
MUST_CHECK enum err intern_add(struct intern *intern, const char *text, uint32_t *ret_number);

/* The number of a text; 0: it has none. */
uint32_t intern_find(const struct intern *intern, const char *text);

/* The text of a number that was given. */
const char *intern_text(const struct intern *intern, uint32_t number);

/* Frees the memory, and leaves an empty table. */
void intern_done(struct intern *intern);

#endif
