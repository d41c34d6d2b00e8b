/* SPDX-License-Identifier: MIT */
/*
 * paging - one page of a list, as every list is asked for, and a keyset page of everything.
 */
#ifndef APP_PAGING_H
#define APP_PAGING_H

#include <stdbool.h>
#include <stdint.h>

/* One page of a sorted list. */
struct paging {
	uint32_t page; /* from 0 */
	uint32_t size; /* 1 to 100 */
	unsigned sort; /* an enum ..._sort of the list */
	bool descending;
};

/* What comes next by its number: so everything is read piece by piece, however long that takes and
 * whatever is added meanwhile. */
struct keyset_page {
	uint64_t after; /* only higher numbers, ascending; 0: from the first */
	uint32_t size;  /* at most so many, 1 to 100 */
};

#endif
