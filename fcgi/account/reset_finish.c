/* SPDX-License-Identifier: MIT */
/*
 * POST /accounts/password - sets a new password by the token of a mail. All sessions end.
 *
 *	204  changed
 *	422  invalid body, the token was used or is too old, or the password may not be used
 */
#include "fcgi/account/account_caller.h"
#include "fcgi/account/handlers.h"
#include "fcgi/request.h"
#include "fcgi/response.h"

struct reset_finish_input {
	char token[OPAQUE_TOKEN_TEXT];
	char password[PASSWORD_SIZE];
};

static const struct field body[] = {
	FIELD(reset_finish_input, token, SECRET, "token", REQUIRED),
	FIELD(reset_finish_input, password, SECRET, "password", REQUIRED), FIELD_END};

enum err
reset_finish(const struct app *app, const struct request *req, struct response *res)
{
	struct reset_finish_input input = {.token = ""};
	struct account_client client;
	enum err err = request_fields(req, body, &input, res);
	account_client_read(req, &client);
	if (err == OK)
		err = account_reset(app, input.token, input.password, &client, &res->faults);
	if (err == OK)
		response_no_content(res);
	return err;
}
