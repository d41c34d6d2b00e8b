/*
 * fields - the members of a request's body or query, read by a table of adapters/json/fields.h, and
 * the page it asks for.
 *
 * Handlers may add faults of their own to res->faults.
 */
#ifndef FCGI_FIELDS_H
#define FCGI_FIELDS_H

#include "adapters/json/fields.h"
#include "app/ports.h"

struct request;
struct response;

/*
 * Reads the body's, or the query's, members into the struct that the table describes. ERR_INVALID:
 * every fault is in res->faults, those found before too; the struct may then be filled in part.
 */
MUST_CHECK enum err request_fields(const struct request *req, const struct field table[], void *to,
                                   struct response *res);
MUST_CHECK enum err request_query(const struct request *req, const struct field table[], void *to,
                                  struct response *res);

#define PAGE_SIZE_DEFAULT 20
#define PAGE_SIZE_MAX     100

/*
 * Reads page, size (default 20, at most 100) and sort=field,asc|desc from the query. sorts holds
 * the names that can be sorted by, NULL at the end; without sort in the query ret_paging->sort is 0
 * and descending as given. ERR_INVALID with the faults in res->faults. ERR_MEMORY.
 */
MUST_CHECK enum err request_paging(const struct request *req, const char *const sorts[],
                                   bool descending, struct paging *ret_paging,
                                   struct response *res);

/* Reads after (default 0) and size (default and at most 100) from the query. ERR_INVALID with the
 * faults in res->faults. ERR_MEMORY. */
MUST_CHECK enum err request_keyset_page(const struct request *req, struct keyset_page *ret_page,
                                        struct response *res);

#endif
