/* SPDX-License-Identifier: MIT */
/*
 * PATCH /accounts/me, POST /accounts/me - the owner changes name or language.
 *
 *	200  the account                401  nobody is signed in
 *	412  it is not as If-Match or If-None-Match demands
 *	422  invalid body, or the key was used for another request
 */
#include "fcgi/account/account_caller.h"
#include "fcgi/account/account_response.h"
#include "fcgi/account/handlers.h"
#include "fcgi/request.h"
#include "fcgi/response.h"

#include <string.h>

struct account_input {
	struct account to;
	unsigned members, language;
};

static const char *const languages[] = {[LANGUAGE_KO] = "ko", [LANGUAGE_EN] = "en", NULL};

static const struct field body[] = {
	FIELD(account_input, to.name, TEXT, "name", OPTIONAL, .min = 1, .max = ACCOUNT_NAME_CHARS,
              GIVEN(account_input, members, ACCOUNT_NAME)),
	FIELD(account_input, language, CHOICE, "language", OPTIONAL, .choices = languages,
              GIVEN(account_input, members, ACCOUNT_LANGUAGE)),
	FIELD_END};

enum err
account_update(const struct app *app, const struct request *req, struct response *res)
{
	struct account_caller caller;
	struct account account;
	struct account_input input = {.language = LANGUAGE_MAX};
	struct account_change change = {.condition = req->condition, .now = app->now()};
	bool replayed;
	enum err err = account_caller_read(app, req, res, &caller);
	if (err != OK)
		return err;
	err = request_command(req, body, &input, &change.key, res);
	if (err != OK)
		return err;
	change.id = caller.account_id;
	change.members = input.members;
	change.to = input.to;
	const char *language = language_name((enum language)input.language);
	memcpy(change.to.language, language, strlen(language) + 1);
	account_key_scope(req, caller.account_id, &change.key);
	err = app->accounts->change(app->accounts->self, &change, &account, &replayed);
	if (err != OK)
		return err;
	if (replayed)
		response_replayed(res);
	return account_response(&account, res);
}
