/*
 * GET /books/{id} - one own book, as guest or with role=host as host.
 *
 *	200  the book                   304  it still has the version of If-None-Match
 *	404  no such book of the caller
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
