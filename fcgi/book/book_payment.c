/* SPDX-License-Identifier: MIT */
/*
 * POST /books/{id}/payment - the guest pays a held booking now.
 *
 *	200  paid and booked            202  still held; the payment follows shortly
 *	402  payment declined           404  the guest has no such booking
 *	409  it has ended, or the same request is still in progress
 *	412  it has another version
 *	422  invalid body, or the key was used for another request
 */
#include "app/book/book.h"
#include "fcgi/book/book_response.h"
#include "fcgi/book/handlers.h"
#include "fcgi/request.h"
#include "fcgi/response.h"

static const struct field body[] = {FIELD(book_pay_request, token, TOKEN, "paymentToken", OPTIONAL),
                                    FIELD_END};

enum err
book_payment(const struct app *app, const struct request *req, struct response *res)
{
	struct book_pay_request cmd = {.id = req->ids[0],
	                               .condition = req->condition,
	                               .origin = req->origin,
	                               .deadline_ms = req->deadline_ms};
	struct book_result result;

	enum err err = request_command(req, body, &cmd, &cmd.key, res);
	if (err != OK)
		return err;
	err = book_pay(app, &cmd, &res->faults, &result);
	return book_response_result(app, &req->caller, &result, err, res);
}
