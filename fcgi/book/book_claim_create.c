/* SPDX-License-Identifier: MIT */
/*
 * POST /books/{id}/claim - an account takes over a booking that was made without one, by its verified
 * e-mail.
 *
 *	200  the booking, which is the account's now, or was already
 *	401  nobody is signed in        403  the account's e-mail is not verified
 *	404  there is no such booking, or it has another e-mail, or another account has it
 *	412  it has another version     422  the key was used for another request
 */
#include "app/book/book.h"
#include "fcgi/book/book_claimant.h"
#include "fcgi/book/book_response.h"
#include "fcgi/book/handlers.h"
#include "fcgi/request.h"
#include "fcgi/response.h"

static const struct field no_fields[] = {FIELD_END};

enum err
book_claim_create(const struct app *app, const struct request *req, struct response *res)
{
	struct book_claim cmd = {
		.id = req->ids[0], .condition = req->condition, .origin = req->origin};
	struct book_result result;

	enum err err = claimant_read(req, &cmd.claimant, res);
	if (err == OK)
		err = request_command(req, no_fields, &cmd, &cmd.key, res);
	if (err != OK)
		return err;
	err = book_claim(app, &cmd, &result);
	claim_explain(err, res);
	if (err != OK)
		return err;
	if (result.replayed)
		response_replayed(res);
	return book_response(app, &req->caller, &result.book, res);
}
