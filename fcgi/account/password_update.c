/* SPDX-License-Identifier: MIT */
/*
 * PUT /accounts/me/password, POST /accounts/me/password - the owner changes the password. All other
 * sessions end.
 *
 *	204  changed                    401  nobody is signed in
 *	422  invalid body, the old password is wrong, or the new one may not be used
 *	429  too many wrong passwords
 */
#include "fcgi/account/account_caller.h"
#include "fcgi/account/handlers.h"
#include "fcgi/request.h"
#include "fcgi/response.h"

static const struct field body[] = {
	FIELD(account_password_change, old, SECRET, "oldPassword", REQUIRED),
	FIELD(account_password_change, new, SECRET, "newPassword", REQUIRED), FIELD_END};

enum err
password_update(const struct app *app, const struct request *req, struct response *res)
{
	struct account_caller caller;
	struct account_password_change change = {.account_id = 0};
	uint32_t wait_ms = 0;
	enum err err = account_caller_read(app, req, res, &caller);
	if (err == OK)
		err = request_fields(req, body, &change, res);
	if (err != OK)
		return err;
	change.account_id = caller.account_id;
	change.session_id = caller.session_id;
	account_client_read(req, &change.client);
	err = account_password_change(app, &change, &res->faults, &wait_ms);
	if (err == OK)
		response_no_content(res);
	return account_wait_tell(res, err, wait_ms);
}
