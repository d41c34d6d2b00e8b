/* SPDX-License-Identifier: MIT */
/*
 * DELETE /tokens, POST /tokens/delete - signs out: ends the session of the cookie and that of
 * refresh_token, if one is sent. Access tokens count until they expire.
 *
 *	204  signed out, also if nobody was signed in
 *	422  invalid body
 */
#include "fcgi/account/account_caller.h"
#include "fcgi/account/handlers.h"
#include "fcgi/request.h"
#include "fcgi/response.h"

struct sign_out_input {
	char token[OPAQUE_TOKEN_TEXT];
};

static const struct field body[] = {FIELD(sign_out_input, token, SECRET, "refresh_token", OPTIONAL),
                                    FIELD_END};

enum err
token_delete(const struct app *app, const struct request *req, struct response *res)
{
	struct sign_out_input input = {.token = ""};
	char cookie[OPAQUE_TOKEN_TEXT] = "";
	struct account_client client;
	enum err err = request_fields(req, body, &input, res);
	if (err != OK)
		return err;
	const bool has_cookie = session_cookie_find(req, cookie);
	account_client_read(req, &client);
	err = account_sign_out(app, has_cookie ? cookie : "", input.token, &client);
	if (err != OK)
		return err;
	session_cookie_set(req, res, "");
	res->clears_storage = true;
	response_no_content(res);
	return OK;
}
