/* SPDX-License-Identifier: MIT */
/*
 * GET /accounts/me - the account that is signed in.
 *
 *	200  the account                401  nobody is signed in
 */
#include "fcgi/account/account_caller.h"
#include "fcgi/account/account_response.h"
#include "fcgi/account/handlers.h"
#include "fcgi/request.h"
#include "fcgi/response.h"

enum err
account_read(const struct app *app, const struct request *req, struct response *res)
{
	struct account_caller caller;
	struct account account;
	enum err err = account_caller_read(app, req, res, &caller);
	if (err == OK)
		err = app->accounts->find(app->accounts->self, caller.account_id, &account);
	return err == OK ? account_response(&account, res) : err;
}
