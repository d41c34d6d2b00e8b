/* SPDX-License-Identifier: MIT */
/*
 * snapshot - what the handlers of GET /<aggregate>/snapshot have in common.
 *
 * A snapshot lists every aggregate as its last event has it, one keyset page after another. A
 * service that keeps a view rebuilds it from the snapshot where the history stream does not reach
 * back far enough.
 */
#ifndef FCGI_SNAPSHOT_H
#define FCGI_SNAPSHOT_H

#include "app/paging.h"
#include "base/err.h"

struct app;
struct json_object;
struct request;
struct response;

/* Appends the views of one keyset page, in the order of their ids, to *items. */
typedef enum err snapshot_read_fn(const struct app *app, const struct keyset_page *page,
                                  struct json_object **items);

/* Answers with the keyset page that the query asks for, as the collection `name`. ERR_INVALID with
 * faults in res, ERR_MEMORY, and the errors of read. */
MUST_CHECK enum err snapshot_respond(const struct app *app, const struct request *req,
                                     const char *name, snapshot_read_fn *read,
                                     struct response *res);

#endif
