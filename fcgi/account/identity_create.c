/* SPDX-License-Identifier: MIT */
/*
 * POST /accounts/me/identities - the owner wants to link a sign-in elsewhere to the account: an attempt begins,
 * which GET /accounts/oidc?link=true goes on with. It takes a browser's session, as its cookie is a part of
 * the attempt.
 *
 *	200  begun                      401  no session is signed in
 *	403  the account signs in with password and code only
 *	404  there is no provider
 */
#include "adapters/json/json.h"
#include "fcgi/account/account_caller.h"
#include "fcgi/account/external_response.h"
#include "fcgi/account/handlers.h"
#include "fcgi/hal.h"
#include "fcgi/request.h"
#include "fcgi/response.h"

static enum err
refuse(struct response *res, enum err err, const char *detail)
{
	response_detail(res, "%s", detail);
	return err;
}

enum err
identity_create(const struct app *app, const struct request *req, struct response *res)
{
	struct account_caller caller;
	struct account account;
	char attempt[OIDC_ATTEMPT_TEXT];
	enum err err = account_caller_read(app, req, res, &caller);
	if (err == OK && !caller.session_id)
		err = refuse(res, ERR_UNAUTHORIZED,
		             "Linking goes on in a browser. Sign in there, on /signin.html.");
	if (err == OK && !app->oidc_provider)
		err = refuse(res, ERR_NOT_FOUND,
		             "People sign in with e-mail and password only here.");
	if (err == OK)
		err = app->accounts->find(app->accounts->self, caller.account_id, &account);
	if (err == OK && !identity_may_sign_in(&account))
		err = refuse(res, ERR_FORBIDDEN,
		             "This account signs in with password and code. Remove the second "
		             "factor first; operators need it.");
	if (err != OK)
		return err;
	external_attempt_make(app, true, attempt);
	attempt_cookie_set(req, res, attempt);
	struct json_object *body = json_new_object();
	hal_link(&body, "begin", "/accounts/oidc?link=true");
	return response_body(res, body);
}
