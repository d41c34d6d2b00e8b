/* SPDX-License-Identifier: MIT */
/*
 * DELETE /accounts/me/second-factor, POST /accounts/me/second-factor/delete - the owner removes the
 * second factor, by password and code. All other sessions end.
 *
 *	204  removed                    401  nobody is signed in
 *	403  operators need it          409  there is none
 *	422  invalid body, or password or code are wrong
 *	429  too many tries have failed
 */
#include "fcgi/account/account_caller.h"
#include "fcgi/account/handlers.h"
#include "fcgi/request.h"
#include "fcgi/response.h"

static const struct field body[] = {FIELD(account_proof, password, SECRET, "password", REQUIRED),
                                    FIELD(account_proof, otp, SECRET, "otp", REQUIRED), FIELD_END};

enum err
second_factor_delete(const struct app *app, const struct request *req, struct response *res)
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
	err = second_factor_remove(app, &proof, &res->faults, &wait_ms);
	if (err == OK)
		response_no_content(res);
	if (err == ERR_FORBIDDEN)
		response_detail(res, "Operators need a second factor.");
	if (err == ERR_STATE_CONFLICT)
		response_detail(res, "This account has no second factor.");
	return account_wait_tell(res, err, wait_ms);
}
