/* SPDX-License-Identifier: MIT */
#include "app/account/account_audit.h"

#include <stdio.h>
#include <string.h>

/* The same work whether or not there is such an account. ERR_UNAUTHORIZED. */
static enum err
password_check(const struct app *app, const char *email, const char *password,
               struct account *ret_account, struct account_secrets *ret_secrets)
{
	const struct password_hasher *hasher = app->password_hasher;
	enum err found =
		app->accounts->find_by_email(app->accounts->self, email, ret_account, ret_secrets);
	if (found != OK && found != ERR_NOT_FOUND)
		return found;
	return hasher->verify(hasher->self, password, found == OK ? ret_secrets->password : NULL);
}

static enum err
otp_check(const struct app *app, const struct account_sign_in *request,
          const struct account *account, const struct account_secrets *secrets,
          struct sign_in_refusal *ret_refusal)
{
	if (!account->second_factor)
		return OK;
	if (*request->otp)
		return second_factor_check(app, account, secrets, request->otp);
	ret_refusal->otp_needed = true;
	return ERR_UNAUTHORIZED;
}

enum err
account_session_begin(const struct app *app, const struct account_client *client, const char *how,
                      struct signed_in *in)
{
	const struct opaque_tokens *tokens = app->opaque_tokens;
	const instant_t now = app->now();
	struct audit_entry begun = account_audit_own(AUDIT_SIGN_IN, client, in->account.id);
	struct new_session new_session = {.session = {.account_id = in->account.id,
	                                              .second_factor = in->account.second_factor,
	                                              .created_at = now,
	                                              .seen_at = now},
	                                  .audit = &begun};
	snprintf(begun.detail, sizeof(begun.detail), "%s", how);
	memcpy(new_session.session.address, client->address, sizeof(client->address));
	memcpy(new_session.session.agent, client->agent, sizeof(client->agent));
	tokens->make(tokens->self, in->refresh_token, new_session.refresh);
	tokens->make(tokens->self, in->cookie, new_session.cookie);
	return app->sessions->begin(app->sessions->self, &new_session, &in->session);
}

enum err
account_roles_token_issue(const struct app *app, const struct account *account, unsigned roles,
                          instant_t until, struct access_token *ret_token)
{
	struct token_claims claims;
	char jti[UUID_TEXT];
	enum err err = uuid_v7(jti);
	if (err != OK)
		return err;
	token_access_claims(account->id, roles, jti, app->now(), &claims);
	if (until < claims.exp)
		claims.exp = until;
	ret_token->expires_in_s = (uint32_t)((claims.exp - claims.iat) / 1000);
	if (account->verified)
		memcpy(claims.email, account->email, sizeof(claims.email));
	return app->token_issuer->issue(app->token_issuer->self, &claims, ret_token->text,
	                                TOKEN_TEXT);
}

enum err
account_token_issue(const struct app *app, const struct session *session,
                    const struct account *account, char ret_token[TOKEN_TEXT])
{
	struct access_token token;
	enum err err = account_roles_token_issue(
		app, account, account_roles(account, session->second_factor), INT64_MAX, &token);
	if (err == OK)
		memcpy(ret_token, token.text, TOKEN_TEXT);
	return err;
}

static enum err
access_token_add(const struct app *app, struct signed_in *in)
{
	in->expires_in_s = TOKEN_ACCESS_LIFE_S;
	return account_token_issue(app, &in->session, &in->account, in->access_token);
}

/* Nobody has proved to be the account that the e-mail names; a code that is missing is said, too. */
static void
refusal_audit(const struct app *app, enum err err, const struct account_sign_in *request,
              const struct account_try *try, const struct account *named, bool otp_needed)
{
	struct audit_entry entry = account_audit_own(AUDIT_SIGN_IN, &request->client, named->id);
	entry.by.id = 0;
	entry.by.role = AUDIT_NOBODY;
	memcpy(entry.email, try->email, sizeof(entry.email));
	if (otp_needed)
		snprintf(entry.detail, sizeof(entry.detail), "second factor needed");
	account_audit_refusal(app, err, entry);
}

enum err
account_sign_in(const struct app *app, const struct account_sign_in *request,
                struct sign_in_refusal *ret_refusal, struct signed_in *ret_in)
{
	struct account_secrets secrets = {.password = ""};
	struct signed_in in = {.cookie = ""};
	struct account_try try = {.email = ""};
	*ret_refusal = (struct sign_in_refusal){.otp_needed = false};
	enum err err = account_try_begin(app, request->email, &request->client, &try,
	                                 &ret_refusal->wait_ms);
	if (err == OK)
		err = password_check(app, request->email, request->password, &in.account, &secrets);
	if (err == OK)
		err = otp_check(app, request, &in.account, &secrets, ret_refusal);
	if (err == OK)
		err = account_session_begin(app, &request->client, "", &in);
	if (err == OK) {
		account_try_succeed(app, &try);
		err = access_token_add(app, &in);
	}
	if (err == OK)
		*ret_in = in;
	else
		refusal_audit(app, err, request, &try, &in.account, ret_refusal->otp_needed);
	return err;
}

/* ---- sessions that go on ---- */

static void
refresh_refusal_audit(const struct app *app, const struct account_client *client)
{
	struct audit_entry entry = account_audit_own(AUDIT_SIGN_IN, client, 0);
	entry.by.role = AUDIT_NOBODY;
	snprintf(entry.detail, sizeof(entry.detail), "refresh token");
	account_audit_refusal(app, ERR_UNAUTHORIZED, entry);
}

enum err
account_refresh(const struct app *app, const char *refresh_token,
                const struct account_client *client, struct signed_in *ret_in)
{
	struct audit_entry reused = account_audit_own(AUDIT_TOKEN_REUSE, client, 0);
	const struct opaque_tokens *tokens = app->opaque_tokens;
	struct signed_in in = {.cookie = ""};
	char from[SECRET_HASH_TEXT], to[SECRET_HASH_TEXT];
	reused.by.role = AUDIT_NOBODY; /* one of two, and nobody knows which */
	tokens->hash(tokens->self, refresh_token, from);
	tokens->make(tokens->self, in.refresh_token, to);
	enum err err = app->sessions->refresh(app->sessions->self, from, to, app->now(), &reused,
	                                      &in.session, &in.account);
	if (err == ERR_NOT_FOUND)
		refresh_refusal_audit(app, client);
	if (err == ERR_NOT_FOUND || err == ERR_FORBIDDEN)
		return ERR_UNAUTHORIZED;
	if (err == OK)
		err = access_token_add(app, &in);
	if (err == OK)
		*ret_in = in;
	return err;
}

enum err
account_of_cookie(const struct app *app, const char *cookie, struct session *ret_session,
                  struct account *ret_account)
{
	char hash[SECRET_HASH_TEXT];
	app->opaque_tokens->hash(app->opaque_tokens->self, cookie, hash);
	enum err err = app->sessions->of_cookie(app->sessions->self, hash, app->now(), ret_session,
	                                        ret_account);
	return err == ERR_NOT_FOUND ? ERR_UNAUTHORIZED : err;
}

enum err
account_sign_out(const struct app *app, const char *cookie, const char *refresh_token,
                 const struct account_client *client)
{
	const struct audit_entry out = account_audit_own(AUDIT_SIGN_OUT, client, 0);
	const struct opaque_tokens *tokens = app->opaque_tokens;
	const struct session_store *sessions = app->sessions;
	char hash[SECRET_HASH_TEXT];
	enum err err = OK;
	if (cookie && *cookie) {
		tokens->hash(tokens->self, cookie, hash);
		err = sessions->end_by_cookie(sessions->self, hash, &out);
	}
	if (err == OK && refresh_token && *refresh_token) {
		tokens->hash(tokens->self, refresh_token, hash);
		err = sessions->end_by_refresh(sessions->self, hash, &out);
	}
	return err;
}
