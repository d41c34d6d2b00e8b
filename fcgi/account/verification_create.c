/* SPDX-License-Identifier: MIT */
/*
 * POST /accounts/me/verification - asks for the mail that verifies the e-mail once more.
 *
 *	202  a mail is on its way, unless the e-mail is verified or too many were sent
 *	401  nobody is signed in
 */
#include "fcgi/account/account_caller.h"
#include "fcgi/account/handlers.h"
#include "fcgi/request.h"
#include "fcgi/response.h"

enum err
verification_create(const struct app *app, const struct request *req, struct response *res)
{
	struct account_caller caller;
	enum err err = account_caller_read(app, req, res, &caller);
	if (err == OK)
		err = account_verification_ask(app, caller.account_id);
	if (err == OK)
		response_accepted(res, ACCOUNT_MAIL_PAUSE_S);
	return err;
}
