/* SPDX-License-Identifier: MIT */
/*
 * paging - the page of a list that the query asks for, and its order.
 */
#ifndef FCGI_PAGING_H
#define FCGI_PAGING_H

#include "app/paging.h"
#include "base/err.h"

#include <stdbool.h>

#define PAGE_SIZE_DEFAULT 20
#define PAGE_SIZE_MAX     100

struct request;
struct response;

/*
 * Reads page, size (default 20, at most 100) and sort=field,asc|desc from the query. sorts lists
 * the names of the fields that can be sorted by, NULL at the end. Without sort, ret_paging->sort is
 * 0 and ret_paging->descending is as given. ERR_INVALID with the faults in res->faults. ERR_MEMORY.
 */
MUST_CHECK enum err request_paging(const struct request *req, const char *const sorts[],
                                   bool descending, struct paging *ret_paging,
                                   struct response *res);

/*
 * Reads the keyset page of a snapshot from the query: after (default 0) and size (default and
 * maximum 100). ERR_INVALID with the faults in res->faults. ERR_MEMORY.
 */
MUST_CHECK enum err request_keyset_page(const struct request *req, struct keyset_page *ret_page,
                                        struct response *res);

#endif
