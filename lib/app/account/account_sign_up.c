/* SPDX-License-Identifier: MIT */
#include "app/account/account_audit.h"

#include <stdio.h>
#include <string.h>

bool
account_password_is_refused(const struct app *app, const char *password,
                            const struct account *about, const char *pointer, struct faults *faults)
{
	const struct password_guesser *guesser = app->password_guesser;
	const char *const words[] = {about->email, about->name, "myhotel", NULL};
	switch (password_judge(password, guesser->bits(guesser->self, password, words))) {
	case PASSWORD_FINE: return false;
	case PASSWORD_SHORT:
		faults_add(faults, pointer, "password.short",
		           "a password has at least %d characters", PASSWORD_CHARS_MIN);
		break;
	case PASSWORD_LONG:
		faults_add(faults, pointer, "password.long", "a password has at most %d characters",
		           PASSWORD_CHARS_MAX);
		break;
	case PASSWORD_COMMON:
		faults_add(
			faults, pointer, "password.common",
			"this password is among the first that anybody would try; choose a longer "
			"or a less usual one, such as three words that have nothing to do with "
			"each other");
		break;
	}
	return true;
}

enum err
account_sign_up(const struct app *app, const struct account_sign_up *request, struct faults *faults,
                struct account *ret_account, bool *ret_replayed, uint32_t *ret_wait_ms)
{
	const struct account_store *store = app->accounts;
	const struct audit_entry made = account_audit_own(AUDIT_ACCOUNT, &request->client, 0);
	struct new_account new_account = {
		.account = request->account, .key = request->key, .audit = &made};
	if (request->role == ROLE_HOST && app->settings->hosts != HOSTS_OPEN)
		return ERR_FORBIDDEN;
	if (account_password_is_refused(app, request->password, &request->account, "/password",
	                                faults))
		return ERR_INVALID;
	enum err err = account_mail_try(app, request->account.email, &request->client, ret_wait_ms);
	if (err == OK)
		err = app->password_hasher->hash(app->password_hasher->self, request->password,
		                                 new_account.password);
	if (err != OK)
		return err;
	account_begin(&new_account.account, request->role, app->now());
	return store->add(store->self, &new_account, ret_account, ret_replayed);
}
