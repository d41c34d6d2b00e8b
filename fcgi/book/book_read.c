/* SPDX-License-Identifier: MIT */
/*
 * GET /books/{id} - one booking of the caller as a guest, or with role=host as a host.
 *
 *	200  the booking                304  its version is the one of If-None-Match
 *	404  the caller has no such booking
 */
#include "fcgi/book/book_response.h"
#include "fcgi/book/handlers.h"
#include "fcgi/request.h"
#include "fcgi/response.h"

enum err
book_read(const struct app *app, const struct request *req, struct response *res)
{
	struct book book;
	enum err err = app->books->find(app->books->self, req->ids[0], &req->caller, &book);
	if (err != OK)
		return err;
	return book_response(app, &req->caller, &book, res);
}
