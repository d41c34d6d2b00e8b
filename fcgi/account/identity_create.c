/* SPDX-License-Identifier: MIT */
/*
 * POST /accounts/me/identities - the owner wants to link a sign-in elsewhere to the account: an attempt begins,
 * which GET /accounts/oidc?link=true goes on with; or, with the subject_token of a program (external_token.h),
 * whoever that token is of is linked at once. It takes a browser's session, as its cookie is a part of the
 * attempt, and as an access token shall not outlive itself by what it has linked.
 *
 *	200  begun
 *	204  linked
 *	401  no session is signed in, or the token does not count
 *	403  the account signs in with password and code only
 *	404  there is no provider
 *	409  who the token is of is linked to another account, or the account has IDENTITIES_MAX
 *	503  the token cannot be checked now
 */
#include "adapters/json/json.h"
#include "base/mem.h"
#include "fcgi/account/account_caller.h"
#include "fcgi/account/external_response.h"
#include "fcgi/account/external_token.h"
#include "fcgi/account/handlers.h"
#include "fcgi/hal.h"
#include "fcgi/request.h"
#include "fcgi/response.h"

struct link_input {
	char token[ID_TOKEN_SIZE];
};

static const struct field body_fields[] = {
	FIELD(link_input, token, SECRET, "subject_token", OPTIONAL, .min = 1), FIELD_END};

static enum err
refuse(struct response *res, enum err err, const char *detail)
{
	response_detail(res, "%s", detail);
	return err;
}

/* Who may link, and whether there is an issuer at all. */
static enum err
caller_check(const struct app *app, const struct request *req, struct response *res,
             struct account_caller *ret_caller)
{
	struct account account;
	enum err err = account_caller_read(app, req, res, ret_caller);
	if (err == OK && !ret_caller->session_id)
		err = refuse(res, ERR_UNAUTHORIZED,
		             "Linking goes on in a browser. Sign in there, on /signin.html.");
	if (err == OK && !app->oidc_provider)
		err = refuse(res, ERR_NOT_FOUND,
		             "People sign in with e-mail and password only here.");
	if (err == OK)
		err = app->accounts->find(app->accounts->self, ret_caller->account_id, &account);
	if (err == OK && !identity_may_sign_in(&account))
		err = refuse(res, ERR_FORBIDDEN,
		             "This account signs in with password and code. Remove the second "
		             "factor first; operators need it.");
	return err;
}

static enum err
token_link(const struct app *app, const struct request *req, const char *token,
           const struct account_caller *caller, struct response *res)
{
	struct account_client client;
	const char *why = NULL;
	if (!account_exchange_is_offered(app))
		return refuse(res, ERR_NOT_FOUND,
		              "No token of others counts here. An operator sets "
		              "HOTEL_OIDC_AUDIENCE to offer it.");
	account_client_read(req, &client);
	enum err err = account_token_link(app, token, caller->account_id, &client, &why);
	if (err == OK)
		response_no_content(res);
	if (err == ERR_TAKEN)
		return refuse(res, ERR_STATE_CONFLICT,
		              "Who the token is of is linked to another account.");
	if (err == ERR_TOO_MANY)
		return refuse(res, ERR_STATE_CONFLICT,
		              "The account has as many sign-ins elsewhere as it may. Remove one "
		              "first.");
	return external_token_tell(req, res, err, why);
}

static enum err
attempt_begin(const struct app *app, const struct request *req, struct response *res)
{
	char attempt[OIDC_ATTEMPT_TEXT];
	external_attempt_make(app, true, attempt);
	attempt_cookie_set(req, res, attempt);
	struct json_object *body = json_new_object();
	hal_link(&body, "begin", "/accounts/oidc?link=true");
	return response_body(res, body);
}

enum err
identity_create(const struct app *app, const struct request *req, struct response *res)
{
	CLEANUP(free_p) struct link_input *input = calloc(1, sizeof(*input));
	struct account_caller caller;
	if (!input)
		return ERR_MEMORY;
	enum err err = request_fields(req, body_fields, input, res);
	if (err == OK)
		err = caller_check(app, req, res, &caller);
	if (err != OK)
		return err;
	return *input->token ? token_link(app, req, input->token, &caller, res)
	                     : attempt_begin(app, req, res);
}
