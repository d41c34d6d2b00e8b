/*
 * fields - reads the members of a request's body or query by a table of adapters/json/fields.h.
 *
 * Handlers may add faults of their own to res->faults.
 */
#ifndef FCGI_FIELDS_H
#define FCGI_FIELDS_H

#include "adapters/json/fields.h"

struct request;
struct response;

/*
 * Read the members of the body, or of the query, into the struct that the table describes.
 * ERR_INVALID: res->faults has every fault, including those found before; the struct may then be
 * filled in part.
 */
MUST_CHECK enum err request_fields(const struct request *req, const struct field table[], void *to,
                                   struct response *res);
MUST_CHECK enum err request_query(const struct request *req, const struct field table[], void *to,
                                  struct response *res);

#endif
