/* SPDX-License-Identifier: MIT */
/*
 * DELETE /accounts/me/sessions, POST /accounts/me/sessions/delete - ends all sessions but the one of
 * the cookie.
 *
 *	204  ended                      401  nobody is signed in
 */
#include "fcgi/account/account_caller.h"
#include "fcgi/account/handlers.h"
#include "fcgi/request.h"
#include "fcgi/response.h"

enum err
session_delete_others(const struct app *app, const struct request *req, struct response *res)
{
	struct account_caller caller;
	struct audit_entry ended;
	enum err err = account_caller_read(app, req, res, &caller);
	if (err == OK)
		err = app->sessions->end_others(app->sessions->self, caller.account_id,
		                                caller.session_id,
		                                account_session_audit(req, &caller, 0, &ended));
	if (err == OK)
		response_no_content(res);
	return err;
}
