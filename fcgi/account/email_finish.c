/* SPDX-License-Identifier: MIT */
/*
 * POST /accounts/email - gives an account another e-mail by the token of the mail to it. All other sessions
 * of the account end.
 *
 *	204  changed
 *	409  the e-mail has another account by now
 *	422  invalid body, or the token was used, is too old or was withdrawn
 */
#include "fcgi/account/account_caller.h"
#include "fcgi/account/handlers.h"
#include "fcgi/request.h"
#include "fcgi/response.h"

struct email_finish_input {
	char token[OPAQUE_TOKEN_TEXT];
};

static const struct field body[] = {FIELD(email_finish_input, token, SECRET, "token", REQUIRED),
                                    FIELD_END};

/* The session that goes on, if the account's own browser opened the link; 0: none. */
static uint64_t
session_of(const struct app *app, const struct request *req)
{
	char cookie[OPAQUE_TOKEN_TEXT];
	struct session session;
	struct account account;
	if (!session_cookie_find(req, cookie))
		return 0;
	return account_of_cookie(app, cookie, &session, &account) == OK ? session.id : 0;
}

enum err
email_finish(const struct app *app, const struct request *req, struct response *res)
{
	struct email_finish_input input = {.token = ""};
	struct account_client client;
	enum err err = request_fields(req, body, &input, res);
	account_client_read(req, &client);
	if (err == OK)
		err = account_email_change(app, input.token, session_of(app, req), &client,
		                           &res->faults);
	if (err == ERR_STATE_CONFLICT)
		response_detail(res,
		                "This e-mail has another account by now. Nothing was changed.");
	if (err == OK)
		response_no_content(res);
	return err;
}
