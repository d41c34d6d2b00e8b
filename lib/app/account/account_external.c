/* SPDX-License-Identifier: MIT */
#include "app/account/account_external.h"

#include "app/account/account_audit.h"
#include "base/mem.h"
#include "base/text.h"

#include <stdio.h>
#include <string.h>

#define REDIRECT_SIZE 320

/* ---- what an attempt stands for ---- */

void
external_attempt_make(const struct app *app, bool links, char ret_attempt[OIDC_ATTEMPT_TEXT])
{
	struct oidc_attempt attempt = {.links = links, .begun_at = app->now()};
	char unused[SECRET_HASH_TEXT];
	app->opaque_tokens->make(app->opaque_tokens->self, attempt.random, unused);
	oidc_attempt_write(&attempt, ret_attempt);
}

static void
seed_hash(const struct app *app, enum oidc_seed seed, const struct oidc_attempt *attempt,
          const char *session, char ret_hash[SECRET_HASH_TEXT])
{
	char text[OIDC_SEED_TEXT];
	oidc_seed_write(seed, attempt, session, text);
	app->opaque_tokens->hash(app->opaque_tokens->self, text, ret_hash);
}

static void
redirect_uri(const struct app *app, char ret_uri[REDIRECT_SIZE])
{
	const struct settings *settings = app->settings;
	snprintf(ret_uri, REDIRECT_SIZE, "%s/accounts/oidc/callback",
	         *settings->url ? settings->url : settings->link_url);
}

enum err
external_url(const struct app *app, const char *attempt_text, const char *session,
             enum language language, char ret_url[OIDC_URL_SIZE], const char **ret_why)
{
	struct oidc_attempt attempt;
	char state[SECRET_HASH_TEXT], nonce[SECRET_HASH_TEXT], verifier[SECRET_HASH_TEXT];
	char challenge[SECRET_HASH_TEXT] = "", redirect[REDIRECT_SIZE];
	char challenge_text[OIDC_CHALLENGE_TEXT];
	if (oidc_attempt_read(attempt_text, &attempt) != OK ||
	    !oidc_attempt_is_alive(&attempt, app->now()) || (attempt.links && !*session))
		return ERR_MALFORMED;
	seed_hash(app, OIDC_STATE, &attempt, session, state);
	seed_hash(app, OIDC_NONCE, &attempt, session, nonce);
	seed_hash(app, OIDC_VERIFIER, &attempt, session, verifier);
	app->opaque_tokens->hash(app->opaque_tokens->self, verifier, challenge);
	redirect_uri(app, redirect);
	const char *name = language_name(language);
	const struct oidc_authorization authorization = {
		.redirect_uri = redirect,
		.state = state,
		.nonce = nonce,
		.challenge = oidc_challenge_write(challenge, challenge_text),
		.language = name ? name : ""};
	return app->oidc_provider->authorize(app->oidc_provider->self, &authorization, ret_url,
	                                     ret_why);
}

/* ---- what the provider says ---- */

/* Everything that is known while somebody comes back. */
struct coming {
	const struct external_answer *answer;
	struct oidc_attempt attempt;
	struct id_token_claims claims;
	struct oidc_tokens tokens;
	const char *why;
};

/* Whether this browser began it, lately, and the answer is of our provider. */
static bool
answer_fits(const struct app *app, struct coming *coming)
{
	const struct external_answer *answer = coming->answer;
	char state[SECRET_HASH_TEXT];
	if (oidc_attempt_read(answer->attempt, &coming->attempt) != OK ||
	    !oidc_attempt_is_alive(&coming->attempt, app->now()))
		return false;
	if (*answer->issuer && strcmp(answer->issuer, app->settings->oidc_issuer) != 0)
		return false;
	seed_hash(app, OIDC_STATE, &coming->attempt, answer->session, state);
	return text_equal_secret(answer->state, state);
}

static enum err
redeem(const struct app *app, struct coming *coming)
{
	char verifier[SECRET_HASH_TEXT], redirect[REDIRECT_SIZE];
	const struct oidc_redemption redemption = {
		.redirect_uri = redirect, .code = coming->answer->code, .verifier = verifier};
	seed_hash(app, OIDC_VERIFIER, &coming->attempt, coming->answer->session, verifier);
	redirect_uri(app, redirect);
	return app->oidc_provider->redeem(app->oidc_provider->self, &redemption, &coming->tokens,
	                                  &coming->why);
}

enum err
external_token_read(const struct app *app, const char *token, struct id_token_claims *ret_claims,
                    const char **ret_why)
{
	CLEANUP(buf_done) struct buf keys = BUF_INIT(OIDC_KEYS_BYTES);
	const struct oidc_provider *provider = app->oidc_provider;
	const struct id_token_reader *reader = app->id_token_reader;
	enum err err = ERR_NOT_FOUND;
	for (int fresh = 0; fresh < 2 && err == ERR_NOT_FOUND; fresh++) {
		buf_reset(&keys);
		err = provider->keys(provider->self, fresh, &keys, ret_why);
		if (err == OK)
			err = reader->read(reader->self, token, &keys, ret_claims, ret_why);
	}
	return err == ERR_NOT_FOUND ? ERR_UNAUTHORIZED : err;
}

/* The claims of an ID token that counts. ERR_UNAUTHORIZED, ERR_UNAVAILABLE. */
static enum err
claims_fetch(const struct app *app, struct coming *coming)
{
	char nonce[SECRET_HASH_TEXT];
	const struct id_token_wanted wanted = {.issuer = app->settings->oidc_issuer,
	                                       .client = app->settings->oidc_client,
	                                       .nonce = nonce};
	enum err err = redeem(app, coming);
	if (err == OK)
		err = external_token_read(app, coming->tokens.id_token, &coming->claims,
		                          &coming->why);
	if (err != OK)
		return err;
	seed_hash(app, OIDC_NONCE, &coming->attempt, coming->answer->session, nonce);
	return id_token_accept(&coming->claims, &wanted, app->now(), &coming->why);
}

/* An e-mail that the ID token does not have may be at the userinfo endpoint, of the same subject only
 * (OpenID Connect Core 5.3.2). */
static enum err
email_fetch(const struct app *app, struct coming *coming)
{
	struct identity_claims *who = &coming->claims.who, claims = {.email = ""};
	const struct oidc_provider *provider = app->oidc_provider;
	if (*who->email || !*coming->tokens.access_token)
		return OK;
	enum err err =
		provider->user(provider->self, coming->tokens.access_token, &claims, &coming->why);
	if (err == ERR_NOT_FOUND)
		return OK;
	if (err == OK && strcmp(claims.subject, who->subject) != 0) {
		coming->why = "the userinfo is of another subject";
		return ERR_UNAUTHORIZED;
	}
	if (err != OK)
		return err;
	memcpy(who->email, claims.email, sizeof(who->email));
	if (!*who->name)
		memcpy(who->name, claims.name, sizeof(who->name));
	return OK;
}

/* ---- what becomes of it ---- */

static struct identity
identity_of(const struct app *app, const struct identity_claims *who, uint64_t account_id)
{
	struct identity identity = {.account_id = account_id, .created_at = app->now()};
	memcpy(identity.issuer, who->issuer, sizeof(identity.issuer));
	memcpy(identity.subject, who->subject, sizeof(identity.subject));
	return identity;
}

enum err
external_link(const struct app *app, const struct identity_claims *who, uint64_t account_id,
              const struct account_client *client)
{
	const struct identity identity = identity_of(app, who, account_id);
	const struct audit_entry linked = account_audit_own(AUDIT_LINK, client, account_id);
	return app->identities->link(app->identities->self, &identity, &linked);
}

static enum err
link_to_session(const struct app *app, const struct coming *coming, enum external_result *result)
{
	struct session session;
	struct account account;
	enum err err = account_of_cookie(app, coming->answer->session, &session, &account);
	if (err == ERR_UNAUTHORIZED)
		*result = EXTERNAL_STALE;
	else if (err == OK && !identity_may_sign_in(&account))
		*result = EXTERNAL_NEEDS_FACTOR;
	if (err != OK || *result != EXTERNAL_LINKED)
		return err == ERR_UNAUTHORIZED ? OK : err;
	err = external_link(app, &coming->claims.who, account.id, &coming->answer->client);
	if (err == ERR_TAKEN)
		*result = EXTERNAL_TAKEN;
	if (err == ERR_TOO_MANY)
		*result = EXTERNAL_FULL;
	return err == ERR_TAKEN || err == ERR_TOO_MANY ? OK : err;
}

/* An account for an identity that has none. ERR_TAKEN: it has one since. */
static enum err
account_make(const struct app *app, const struct coming *coming, struct account *ret_account,
             enum external_result *result)
{
	const struct identity_claims *who = &coming->claims.who;
	const struct audit_entry made =
		account_audit_own(AUDIT_ACCOUNT, &coming->answer->client, 0);
	const struct identity identity = identity_of(app, who, 0);
	struct new_account new_account = {.password = "", .audit = &made};
	struct account_secrets secrets;
	enum err err = app->accounts->find_by_email(app->accounts->self, who->email, ret_account,
	                                            &secrets);
	if (err != OK && err != ERR_NOT_FOUND)
		return err;
	switch (identity_way(who, err == OK)) {
	case IDENTITY_NO_EMAIL: *result = EXTERNAL_NO_EMAIL; return OK;
	case IDENTITY_EMAIL_TAKEN: *result = EXTERNAL_EMAIL_TAKEN; return OK;
	case IDENTITY_MAKE: break;
	}
	identity_account_begin(&new_account.account, who, app->now());
	err = app->identities->add(app->identities->self, &new_account, &identity, ret_account);
	if (err == ERR_STATE_CONFLICT)
		*result = EXTERNAL_EMAIL_TAKEN;
	return err == ERR_STATE_CONFLICT ? OK : err;
}

/* The account of whoever comes: that of the identity, or a new one. */
static enum err
account_find(const struct app *app, struct coming *coming, struct account *ret_account,
             enum external_result *result)
{
	const struct identity_claims *who = &coming->claims.who;
	const struct identity_store *identities = app->identities;
	enum err err = identities->find(identities->self, who->issuer, who->subject, ret_account);
	if (err != ERR_NOT_FOUND)
		return err;
	err = email_fetch(app, coming);
	if (err == OK)
		err = account_make(app, coming, ret_account, result);
	if (err != ERR_TAKEN)
		return err;
	return identities->find(identities->self, who->issuer, who->subject, ret_account);
}

static enum err
sign_in(const struct app *app, struct coming *coming, struct external_outcome *outcome)
{
	struct signed_in in = {.cookie = ""};
	enum err err = account_find(app, coming, &in.account, &outcome->result);
	if (err != OK || outcome->result != EXTERNAL_SIGNED_IN)
		return err;
	if (!identity_may_sign_in(&in.account)) {
		outcome->result = EXTERNAL_NEEDS_FACTOR;
		return OK;
	}
	err = account_session_begin(app, &coming->answer->client, "elsewhere", &in);
	if (err == OK)
		memcpy(outcome->cookie, in.cookie, sizeof(outcome->cookie));
	return err;
}

/* Nobody has proved to be anybody. That the provider is away decides nothing. */
static void
refusal_audit(const struct app *app, const struct coming *coming,
              const struct external_outcome *outcome)
{
	struct audit_entry entry = account_audit_own(
		coming->attempt.links ? AUDIT_LINK : AUDIT_SIGN_IN, &coming->answer->client, 0);
	if (outcome->result == EXTERNAL_SIGNED_IN || outcome->result == EXTERNAL_LINKED ||
	    outcome->result == EXTERNAL_AWAY)
		return;
	entry.by.role = AUDIT_NOBODY;
	snprintf(entry.detail, sizeof(entry.detail), "elsewhere: %s",
	         external_result_name(outcome->result));
	if (*coming->claims.who.email)
		app->opaque_tokens->hash(app->opaque_tokens->self, coming->claims.who.email,
		                         entry.email);
	account_audit_refusal(app, ERR_UNAUTHORIZED, entry);
}

static enum err
proceed(const struct app *app, struct coming *coming, struct external_outcome *outcome)
{
	const char *error = coming->answer->error;
	if (!answer_fits(app, coming)) {
		outcome->result = EXTERNAL_STALE;
		return OK;
	}
	if (*error || !*coming->answer->code) {
		outcome->result = strcmp(error, "temporarily_unavailable") == 0 ||
		                                  strcmp(error, "server_error") == 0
		                          ? EXTERNAL_AWAY
		                          : EXTERNAL_REFUSED;
		return OK;
	}
	outcome->result = coming->attempt.links ? EXTERNAL_LINKED : EXTERNAL_SIGNED_IN;
	enum err err = claims_fetch(app, coming);
	if (err != OK)
		return err;
	return coming->attempt.links ? link_to_session(app, coming, &outcome->result)
	                             : sign_in(app, coming, outcome);
}

enum err
external_finish(const struct app *app, const struct external_answer *answer,
                struct external_outcome *ret_outcome)
{
	CLEANUP(free_p) struct coming *coming = calloc(1, sizeof(*coming));
	if (!coming)
		return ERR_MEMORY;
	coming->answer = answer;
	*ret_outcome = (struct external_outcome){.result = EXTERNAL_INVALID,
	                                         .links = *answer->attempt == 'l'};
	enum err err = proceed(app, coming, ret_outcome);
	if (err == ERR_UNAUTHORIZED)
		ret_outcome->result = EXTERNAL_INVALID;
	if (err == ERR_UNAVAILABLE && coming->why)
		ret_outcome->result = EXTERNAL_AWAY;
	else if (err != OK && err != ERR_UNAUTHORIZED)
		return err;
	if (ret_outcome->result != EXTERNAL_SIGNED_IN && ret_outcome->result != EXTERNAL_LINKED)
		ret_outcome->why = coming->why;
	refusal_audit(app, coming, ret_outcome);
	return OK;
}
