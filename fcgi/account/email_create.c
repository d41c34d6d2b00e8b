/* SPDX-License-Identifier: MIT */
/*
 * POST /accounts/me/email - the owner wants another e-mail: it counts when the link in the mail to it is opened.
 *
 *	202  a mail is on its way to it, unless it has an account, whose owner is told instead; and a notice to
 *	     the present e-mail
 *	401  nobody is signed in
 *	422  invalid body, password or code are wrong, or it is the present e-mail
 *	429  too many wrong passwords, or too many mails
 */
#include "fcgi/account/account_caller.h"
#include "fcgi/account/handlers.h"
#include "fcgi/request.h"
#include "fcgi/response.h"

struct email_input {
	struct account_proof proof;
	char email[EMAIL_SIZE];
};

static const struct field body[] = {
	FIELD(email_input, email, EMAIL, "email", REQUIRED),
	FIELD(email_input, proof.password, SECRET, "password", REQUIRED),
	FIELD(email_input, proof.otp, SECRET, "otp", OPTIONAL), FIELD_END};

enum err
email_create(const struct app *app, const struct request *req, struct response *res)
{
	struct account_caller caller;
	struct email_input input = {.email = ""};
	uint32_t wait_ms = 0;
	enum err err = account_caller_read(app, req, res, &caller);
	if (err == OK)
		err = request_fields(req, body, &input, res);
	if (err != OK)
		return err;
	input.proof.account_id = caller.account_id;
	input.proof.session_id = caller.session_id;
	account_client_read(req, &input.proof.client);
	err = account_email_ask(app, &input.proof, input.email, &res->faults, &wait_ms);
	if (err == OK)
		response_accepted(res, ACCOUNT_MAIL_PAUSE_S);
	return account_wait_tell(res, err, wait_ms);
}
