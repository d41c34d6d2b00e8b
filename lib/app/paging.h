/*
 * paging - one page of a list, as every list is asked for.
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

#endif
