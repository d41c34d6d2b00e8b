/* SPDX-License-Identifier: MIT */
/*
 * POST /accounts - somebody signs up.
 *
 *	201  the account; a mail with a link that verifies the e-mail is on its way
 *	403  role=host, and hosts are made by an operator
 *	409  the e-mail has an account
 *	429  too many accounts were made from this address
 *	422  invalid body, a password that may not be used, or the key was used for another request
 *	503  too many passwords are being hashed
 */
#include "fcgi/account/account_caller.h"
#include "fcgi/account/account_response.h"
#include "fcgi/account/handlers.h"
#include "fcgi/request.h"
#include "fcgi/response.h"

#include <string.h>

struct sign_up_input {
	struct account account;
	unsigned role; /* index into role_names */
	char password[PASSWORD_SIZE];
};

static const char *const languages[] = {[LANGUAGE_KO] = "ko", [LANGUAGE_EN] = "en", NULL};

struct language_input {
	unsigned language;
};

/* What the key is bound to: no part of a password is ever stored but by its slow hash. */
static const struct field body[] = {
	FIELD(sign_up_input, account.email, EMAIL, "email", REQUIRED),
	FIELD(sign_up_input, account.name, TEXT, "name", OPTIONAL, .max = ACCOUNT_NAME_CHARS),
	FIELD(sign_up_input, role, CHOICE, "role", OPTIONAL, .choices = role_names), FIELD_END};
static const struct field password_field[] = {
	FIELD(sign_up_input, password, SECRET, "password", REQUIRED), FIELD_END};
static const struct field language_field[] = {
	FIELD(language_input, language, CHOICE, "language", OPTIONAL, .choices = languages),
	FIELD_END};

/* The language that was asked for, or else the one that the client prefers. */
static enum err
language_read(const struct request *req, char ret_language[LANGUAGE_TEXT], struct response *res)
{
	struct language_input input = {.language = req->language};
	enum err err = request_fields(req, language_field, &input, res);
	const char *name = language_name((enum language)input.language);
	memcpy(ret_language, name, strlen(name) + 1);
	return err;
}

enum err
account_create(const struct app *app, const struct request *req, struct response *res)
{
	struct sign_up_input input = {.role = 0};
	struct account_sign_up request = {.role = ROLE_GUEST};
	struct account account;
	uint32_t wait_ms = 0;
	bool replayed;
	enum err password = request_fields(req, password_field, &input, res);
	enum err language = language_read(req, input.account.language, res);
	enum err err = request_command(req, body, &input, &request.key, res);
	if (err != OK || password != OK || language != OK)
		return err != OK ? err : password != OK ? password : language;
	request.account = input.account;
	request.role = role_at(input.role);
	memcpy(request.password, input.password, sizeof(request.password));
	account_client_read(req, &request.client);
	err = account_sign_up(app, &request, &res->faults, &account, &replayed, &wait_ms);
	if (err == ERR_STATE_CONFLICT)
		response_detail(res,
		                "This e-mail has an account. Sign in, or ask for a new password "
		                "with POST /accounts/reset.");
	if (err == ERR_FORBIDDEN)
		response_detail(res,
		                "Hosts are made by an operator here. Sign up as a guest, and ask "
		                "for the role.");
	if (err != OK)
		return account_wait_tell(res, err, wait_ms);
	if (replayed)
		response_replayed(res);
	response_created(res, "/accounts/me");
	return account_response(&account, res);
}
