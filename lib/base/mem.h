/* SPDX-License-Identifier: MIT */
/*
 * mem - cleanup by attribute, so that no early return can forget it.
 *
 *	CLEANUP(free_p) char *text = NULL;
 *
 * A destructor that is used this way takes a pointer to the variable and accepts a NULL in it.
 */
#ifndef BASE_MEM_H
#define BASE_MEM_H

#include <stdlib.h>

#define CLEANUP(fn) __attribute__((cleanup(fn)))

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))

/* free() for CLEANUP: p is the address of a pointer from malloc, or of a NULL. */
static inline void
free_p(void *p)
{
	free(*(void **)p);
}

#endif
