/* SPDX-License-Identifier: MIT */
#include "app/account/account_external_token.h"

#include "app/account/account_audit.h"
#include "app/account/account_external.h"
#include "base/mem.h"

#include <stdio.h>
#include <stdlib.h>

bool
account_exchange_is_offered(const struct app *app)
{
	return app->oidc_provider && *app->settings->oidc_audience;
}

static enum err
refuse(const char *why, const char **ret_why)
{
	*ret_why = why;
	return ERR_UNAUTHORIZED;
}

/* The claims of a token that counts. */
static enum err
claims_read(const struct app *app, const char *token, struct id_token_claims *ret_claims,
            const char **ret_why)
{
	enum err err = external_token_read(app, token, ret_claims, ret_why);
	if (err != OK)
		return err;
	return external_token_accept(ret_claims, app->settings->oidc_issuer,
	                             app->settings->oidc_audience, app->now(), ret_why);
}

static enum err
account_find(const struct app *app, const struct identity_claims *who, struct account *ret_account,
             const char **ret_why)
{
	enum err err = app->identities->find(app->identities->self, who->issuer, who->subject,
	                                     ret_account);
	if (err == ERR_NOT_FOUND)
		return refuse("the token's subject is linked to no account", ret_why);
	if (err == OK && !identity_may_sign_in(ret_account))
		return refuse("the account signs in with password and code only", ret_why);
	return err;
}

/* Nobody has proved to be anybody; account_id: whom it would have been. */
static void
refusal_audit(const struct app *app, enum err err, const struct account_client *client,
              uint64_t account_id)
{
	struct audit_entry entry = account_audit_own(AUDIT_SIGN_IN, client, account_id);
	entry.by.id = 0;
	entry.by.role = AUDIT_NOBODY;
	snprintf(entry.detail, sizeof(entry.detail), "token of elsewhere");
	account_audit_refusal(app, err, entry);
}

enum err
account_exchange(const struct app *app, const char *token, const struct account_client *client,
                 struct access_token *ret_token, const char **ret_why)
{
	CLEANUP(free_p) struct id_token_claims *claims = calloc(1, sizeof(*claims));
	struct account account = {.id = 0};
	if (!claims)
		return ERR_MEMORY;
	enum err err = claims_read(app, token, claims, ret_why);
	if (err == OK)
		err = account_find(app, &claims->who, &account, ret_why);
	if (err != OK) {
		refusal_audit(app, err, client, account.id);
		return err;
	}
	struct audit_entry entry = account_audit_own(AUDIT_SIGN_IN, client, account.id);
	snprintf(entry.detail, sizeof(entry.detail), "token of elsewhere");
	/* Not audit_note(): anybody can use up its pace by tokens that are refused. */
	err = app->audit ? app->audit->add(app->audit->self, &entry) : OK;
	if (err != OK)
		return err;
	return account_roles_token_issue(
		app, &account,
		external_token_roles(&account, claims, *app->settings->oidc_roles_claim),
		claims->exp, ret_token);
}

enum err
account_token_link(const struct app *app, const char *token, uint64_t account_id,
                   const struct account_client *client, const char **ret_why)
{
	CLEANUP(free_p) struct id_token_claims *claims = calloc(1, sizeof(*claims));
	if (!claims)
		return ERR_MEMORY;
	enum err err = claims_read(app, token, claims, ret_why);
	return err == OK ? external_link(app, &claims->who, account_id, client) : err;
}
