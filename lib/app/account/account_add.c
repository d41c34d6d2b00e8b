/* SPDX-License-Identifier: MIT */
/* account_add - what operators do to accounts at a terminal, and nobody over HTTP. */
#include "app/account/account_audit.h"

/* A random password and its slow hash. */
static enum err
password_make(const struct app *app, char ret_password[OPAQUE_TOKEN_TEXT],
              char ret_hash[PASSWORD_HASH_SIZE])
{
	char unused[SECRET_HASH_TEXT];
	app->opaque_tokens->make(app->opaque_tokens->self, ret_password, unused);
	return app->password_hasher->hash(app->password_hasher->self, ret_password, ret_hash);
}

static enum err
operator_make(const struct app *app, const struct audit_actor *by, struct account_added *added)
{
	struct account *account = &added->account;
	const struct audit_entry given = account_audit_role(ROLE_OPERATOR, true, by, account->id);
	enum err err = app->accounts->role_set(app->accounts->self, account->id, ROLE_OPERATOR,
	                                       true, app->now(), &given, account);
	if (err == OK)
		err = second_factor_give(app, account->id, by, &added->second_factor);
	added->has_second_factor = err == OK;
	return err;
}

enum err
account_add(const struct app *app, const struct account_add *request,
            struct account_added *ret_added)
{
	const struct audit_entry made = account_audit_command(AUDIT_ACCOUNT, &request->by, 0);
	struct new_account new_account = {.account = request->account, .audit = &made};
	struct account_added added = {.has_second_factor = false};
	bool replayed;
	enum err err = password_make(app, added.password, new_account.password);
	if (err != OK)
		return err;
	account_begin(&new_account.account, request->is_host ? ROLE_HOST : ROLE_GUEST, app->now());
	err = app->accounts->add(app->accounts->self, &new_account, &added.account, &replayed);
	if (err == OK && request->is_operator)
		err = operator_make(app, &request->by, &added);
	if (err == OK)
		*ret_added = added;
	return err;
}

enum err
account_password_replace(const struct app *app, uint64_t account_id, const struct audit_actor *by,
                         char ret_password[OPAQUE_TOKEN_TEXT])
{
	const struct audit_entry changed = account_audit_command(AUDIT_PASSWORD, by, account_id);
	struct password_change change = {
		.account_id = account_id, .now = app->now(), .audit = &changed};
	enum err err = password_make(app, ret_password, change.password);
	return err == OK ? app->accounts->password_set(app->accounts->self, &change) : err;
}
