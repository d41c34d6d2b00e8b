/* SPDX-License-Identifier: MIT */
/* account_password - changes a password, by the old one or by a token that was mailed. */
#include "app/account/account_audit.h"

#include <string.h>

static enum err
token_refuse(struct faults *faults)
{
	faults_add(faults, "/token", "link.unknown",
	           "this link was used before, or is older than %d minutes; ask for another",
	           ONE_TIME_TOKEN_LIFE_S / 60);
	return ERR_INVALID;
}

enum err
account_link_refuse(const struct app *app, enum audit_what what,
                    const struct account_client *client, struct faults *faults)
{
	struct audit_entry entry = account_audit_own(what, client, 0);
	entry.by.role = AUDIT_NOBODY;
	account_audit_refusal(app, ERR_UNAUTHORIZED, entry);
	return token_refuse(faults);
}

/* Whether the old password is right: a try like that of signing in. */
static enum err
old_check(const struct app *app, const struct account_password_change *request,
          const struct account *account, const struct account_secrets *secrets,
          struct faults *faults, uint32_t *ret_wait_ms)
{
	struct account_try try;
	enum err err = account_try_begin(app, account->email, &request->client, &try, ret_wait_ms);
	if (err == OK)
		err = app->password_hasher->verify(app->password_hasher->self, request->old,
		                                   secrets->password);
	if (err == OK)
		account_try_succeed(app, &try);
	account_audit_refusal(app, err,
	                      account_audit_own(AUDIT_PASSWORD, &request->client, account->id));
	if (err != ERR_UNAUTHORIZED)
		return err;
	faults_add(faults, "/oldPassword", "password.wrong", "this is not the present password");
	return ERR_INVALID;
}

enum err
account_password_change(const struct app *app, const struct account_password_change *request,
                        struct faults *faults, uint32_t *ret_wait_ms)
{
	const struct account_store *store = app->accounts;
	struct account account;
	struct account_secrets secrets;
	const struct audit_entry changed =
		account_audit_own(AUDIT_PASSWORD, &request->client, request->account_id);
	struct password_change change = {.account_id = request->account_id,
	                                 .keep_session = request->session_id,
	                                 .now = app->now(),
	                                 .audit = &changed};
	enum err err =
		store->find_with_secrets(store->self, request->account_id, &account, &secrets);
	if (err == OK)
		err = old_check(app, request, &account, &secrets, faults, ret_wait_ms);
	if (err == OK &&
	    account_password_is_refused(app, request->new, &account, "/newPassword", faults))
		err = ERR_INVALID;
	if (err == OK)
		err = app->password_hasher->hash(app->password_hasher->self, request->new,
		                                 change.password);
	if (err != OK)
		return err;
	return store->password_set(store->self, &change);
}

enum err
account_reset_ask(const struct app *app, const char *email, const struct account_client *client,
                  uint32_t *ret_wait_ms)
{
	struct account account;
	struct account_secrets secrets;
	enum err err = account_mail_try(app, email, client, ret_wait_ms);
	if (err == OK)
		err = app->accounts->find_by_email(app->accounts->self, email, &account, &secrets);
	if (err != OK)
		return err == ERR_NOT_FOUND ? OK : err;
	return app->account_mails->ask(app->account_mails->self, account.id, ACCOUNT_MAIL_RESET,
	                               app->now());
}

enum err
account_verification_ask(const struct app *app, uint64_t account_id)
{
	struct account account;
	enum err err = app->accounts->find(app->accounts->self, account_id, &account);
	if (err != OK || account.verified)
		return err;
	return app->account_mails->ask(app->account_mails->self, account_id, ACCOUNT_MAIL_VERIFY,
	                               app->now());
}

enum err
account_reset(const struct app *app, const char *token, const char *password,
              const struct account_client *client, struct faults *faults)
{
	const struct account_store *store = app->accounts;
	const struct audit_entry done = account_audit_own(AUDIT_RESET, client, 0);
	struct account account;
	char hash[SECRET_HASH_TEXT], hashed[PASSWORD_HASH_SIZE];
	app->opaque_tokens->hash(app->opaque_tokens->self, token, hash);
	enum err err = store->reset_find(store->self, hash, app->now(), &account);
	if (err == ERR_NOT_FOUND)
		return account_link_refuse(app, AUDIT_RESET, client, faults);
	if (err == OK && account_password_is_refused(app, password, &account, "/password", faults))
		err = ERR_INVALID;
	if (err == OK)
		err = app->password_hasher->hash(app->password_hasher->self, password, hashed);
	if (err == OK)
		err = store->reset(store->self, hash, hashed, app->now(), &done, &account);
	return err == ERR_NOT_FOUND ? account_link_refuse(app, AUDIT_RESET, client, faults) : err;
}

enum err
account_verify(const struct app *app, const char *token, struct faults *faults,
               struct account *ret_account)
{
	char hash[SECRET_HASH_TEXT];
	app->opaque_tokens->hash(app->opaque_tokens->self, token, hash);
	enum err err = app->accounts->verify(app->accounts->self, hash, app->now(), ret_account);
	return err == ERR_NOT_FOUND ? token_refuse(faults) : err;
}
