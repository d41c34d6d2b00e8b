/* SPDX-License-Identifier: MIT */
/*
 * POST /accounts/me/second-factor/confirmation - the first code of a second factor that was set up. From
 * now on it counts; all other sessions end.
 *
 *	204  it counts                  401  nobody is signed in
 *	409  nothing was set up, or it counts already
 *	422  invalid body, or the code is wrong
 *	429  too many tries have failed
 */
#include "fcgi/account/account_caller.h"
#include "fcgi/account/handlers.h"
#include "fcgi/request.h"
#include "fcgi/response.h"

static const struct field body[] = {FIELD(account_proof, otp, SECRET, "otp", REQUIRED), FIELD_END};

enum err
second_factor_confirm_create(const struct app *app, const struct request *req, struct response *res)
{
	struct account_caller caller;
	struct account_proof proof = {.account_id = 0};
	uint32_t wait_ms = 0;
	enum err err = account_caller_read(app, req, res, &caller);
	if (err == OK)
		err = request_fields(req, body, &proof, res);
	if (err != OK)
		return err;
	proof.account_id = caller.account_id;
	proof.session_id = caller.session_id;
	account_client_read(req, &proof.client);
	err = second_factor_confirm(app, &proof, &res->faults, &wait_ms);
	if (err == OK)
		response_no_content(res);
	return account_wait_tell(res, err, wait_ms);
}
