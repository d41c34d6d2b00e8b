/* SPDX-License-Identifier: MIT */
/*
 * DELETE /books/{id}, POST /books/{id}/cancel - the guest or the host cancels a booking; the refund
 * follows by itself.
 *
 *	200  cancelled                  404  the caller has no such booking
 *	409  it has ended, or it is too late to cancel
 *	412  it has another version     422  the key was used for another request
 */
#include "app/book/book.h"
#include "fcgi/book/book_response.h"
#include "fcgi/book/handlers.h"
#include "fcgi/request.h"
#include "fcgi/response.h"

static const struct field no_fields[] = {FIELD_END};

enum err
book_delete(const struct app *app, const struct request *req, struct response *res)
{
	struct book_cancel_request cmd = {
		.id = req->ids[0], .condition = req->condition, .origin = req->origin};
	struct book_result result;

	enum err err = request_command(req, no_fields, &cmd, &cmd.key, res);
	if (err != OK)
		return err;
	err = book_cancel(app, &cmd, &result);
	return book_response_result(app, &req->caller, &result, err, res);
}
