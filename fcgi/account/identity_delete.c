/* SPDX-License-Identifier: MIT */
/*
 * DELETE /accounts/me/identities/{id}, POST /accounts/me/identities/{id}/delete - the owner removes a sign-in
 * elsewhere.
 *
 *	204  removed                    401  nobody is signed in
 *	404  the account has no such one
 *	409  it is the only way to sign in: the account has no password
 */
#include "app/account/account_audit.h"
#include "fcgi/account/account_caller.h"
#include "fcgi/account/handlers.h"
#include "fcgi/request.h"
#include "fcgi/response.h"

enum err
identity_delete(const struct app *app, const struct request *req, struct response *res)
{
	struct account_caller caller;
	struct account_client client;
	enum err err = account_caller_read(app, req, res, &caller);
	if (err != OK)
		return err;
	account_client_read(req, &client);
	const struct audit_entry removed =
		account_audit_own(AUDIT_UNLINK, &client, caller.account_id);
	err = app->identities->unlink(app->identities->self, req->ids[0], caller.account_id,
	                              &removed);
	if (err == OK)
		response_no_content(res);
	if (err == ERR_NOT_FOUND)
		response_detail(res, "This account has no such sign-in; it may have been removed.");
	if (err == ERR_STATE_CONFLICT)
		response_detail(res,
		                "It is the only way to sign in to this account. Set a password "
		                "first, with POST /accounts/reset.");
	return err;
}
