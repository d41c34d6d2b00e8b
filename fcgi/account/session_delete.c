/* SPDX-License-Identifier: MIT */
/*
 * DELETE /accounts/me/sessions/{id}, POST /accounts/me/sessions/{id}/delete - ends a session.
 *
 *	204  ended                      401  nobody is signed in
 *	404  the account has no such session
 */
#include "fcgi/account/account_caller.h"
#include "fcgi/account/handlers.h"
#include "fcgi/request.h"
#include "fcgi/response.h"

enum err
session_delete(const struct app *app, const struct request *req, struct response *res)
{
	struct account_caller caller;
	struct audit_entry ended;
	enum err err = account_caller_read(app, req, res, &caller);
	if (err == OK)
		err = app->sessions->end(app->sessions->self, req->ids[0], caller.account_id,
		                         account_session_audit(req, &caller, req->ids[0], &ended));
	if (err == OK && req->ids[0] == caller.session_id)
		session_cookie_set(req, res, "");
	if (err == OK)
		response_no_content(res);
	if (err == ERR_NOT_FOUND)
		response_detail(res, "This account has no such session; it may have ended.");
	return err;
}
