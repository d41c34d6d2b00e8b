/* SPDX-License-Identifier: MIT */
/*
 * POST /accounts/reset - somebody has forgotten a password: asks for a mail with a link.
 *
 *	202  a mail is on its way if the e-mail has an account, and not too many were sent
 *	422  invalid body
 *	429  too many mails were asked for from this address
 */
#include "fcgi/account/account_caller.h"
#include "fcgi/account/handlers.h"
#include "fcgi/request.h"
#include "fcgi/response.h"

struct reset_input {
	char email[EMAIL_SIZE];
};

static const struct field body[] = {FIELD(reset_input, email, EMAIL, "email", REQUIRED), FIELD_END};

enum err
reset_create(const struct app *app, const struct request *req, struct response *res)
{
	struct reset_input input = {.email = ""};
	struct account_client client;
	uint32_t wait_ms = 0;
	enum err err = request_fields(req, body, &input, res);
	account_client_read(req, &client);
	if (err == OK)
		err = account_reset_ask(app, input.email, &client, &wait_ms);
	if (err == OK)
		response_accepted(res, ACCOUNT_MAIL_PAUSE_S);
	return account_wait_tell(res, err, wait_ms);
}
