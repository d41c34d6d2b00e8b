/* SPDX-License-Identifier: MIT */
/*
 * hal - HAL links and collections in the form of Spring Data REST.
 *
 * Objects are built as in adapters/json/json.h: through the address of the pointer, which becomes
 * NULL when memory runs out.
 */
#ifndef FCGI_HAL_H
#define FCGI_HAL_H

#include "app/paging.h"
#include "domain/caller.h"
#include "fcgi/router.h"

#include <stdint.h>

struct json_object;
struct request;

#define HAL_CALLER_TEXT 64

/*
 * The query that names the caller in a path, for the end of a link, so that whoever gets the link can
 * follow it: "?guestId=42", "?role=host&hostId=7", "?hostId=7" where the path has hosts only,
 * "?recipientId=42", or "" where the path needs none. Returns text.
 */
const char *hal_caller(const struct caller *caller, enum caller_as as, char text[HAL_CALLER_TEXT]);

/* Adds _links.<rel>.href, a path given as a printf format. */
void hal_link(struct json_object **item, const char *rel, const char *path, ...)
	__attribute__((format(printf, 3, 4)));

/*
 * A collection: {"_embedded":{name:[...]},"_links":{...},"page":{...}}. Takes items, an array. The
 * links self, first, prev, next and last keep the query parameters that the handler has read. NULL:
 * out of memory (also when items is NULL).
 */
struct json_object *hal_page(const struct request *req, const char *name, struct json_object *items,
                             const struct paging *paging, uint64_t total);

/* A collection without pages: only the link self. */
struct json_object *hal_list(const struct request *req, const char *name,
                             struct json_object *items);

#endif
