/* SPDX-License-Identifier: MIT */
/*
 * GET /tokens/session - for nginx: an access token for the session of the cookie that a browser sent, in
 * the header X-Access-Token, and the account's number in X-Account-Id. It exists on the internal listener
 * only.
 *
 *	200  {access_token, token_type, expires_in}
 *	204  the cookie counts for nothing: browsers send it without being asked
 */
#include "adapters/json/json.h"
#include "fcgi/account/account_caller.h"
#include "fcgi/account/handlers.h"
#include "fcgi/request.h"
#include "fcgi/response.h"

static enum err
token_response(const char *token, uint64_t account_id, struct response *res)
{
	struct json_object *body = json_new_object();
	json_put_text(&body, "access_token", token);
	json_put_text(&body, "token_type", "Bearer");
	json_put_u64(&body, "expires_in", TOKEN_ACCESS_LIFE_S);
	response_access_token(res, token, account_id);
	return response_body(res, body);
}

enum err
session_token(const struct app *app, const struct request *req, struct response *res)
{
	char cookie[OPAQUE_TOKEN_TEXT], token[TOKEN_TEXT];
	struct session session;
	struct account account;
	enum err err = ERR_UNAUTHORIZED;
	if (session_cookie_find(req, cookie))
		err = account_of_cookie(app, cookie, &session, &account);
	if (err == OK)
		err = account_token_issue(app, &session, &account, token);
	if (err == OK)
		return token_response(token, account.id, res);
	if (err != ERR_UNAUTHORIZED)
		return err;
	response_no_content(res);
	return OK;
}
