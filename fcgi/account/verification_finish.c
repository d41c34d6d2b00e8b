/* SPDX-License-Identifier: MIT */
/*
 * POST /accounts/verification - verifies an e-mail by the token of a mail.
 *
 *	204  verified                   422  invalid body, or the token was used or is too old
 */
#include "app/account/account.h"
#include "fcgi/account/handlers.h"
#include "fcgi/request.h"
#include "fcgi/response.h"

struct verification_input {
	char token[OPAQUE_TOKEN_TEXT];
};

static const struct field body[] = {FIELD(verification_input, token, SECRET, "token", REQUIRED),
                                    FIELD_END};

enum err
verification_finish(const struct app *app, const struct request *req, struct response *res)
{
	struct verification_input input = {.token = ""};
	struct account account;
	enum err err = request_fields(req, body, &input, res);
	if (err == OK)
		err = account_verify(app, input.token, &res->faults, &account);
	if (err == OK)
		response_no_content(res);
	return err;
}
