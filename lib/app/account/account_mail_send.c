/* SPDX-License-Identifier: MIT */
/*
 * account_mail_send - sends the mails that accounts have asked for. The token is made here, when its
 * mail is sent: until then there is none that could leak, and no event and no outbox ever has one.
 */
#include "app/account/account.h"

#include "base/backoff.h"

#include <stdio.h>

#define LEASE_S      60
#define RETRY_MS     2000u
#define RETRY_MAX_MS (10u * 60 * 1000)
#define TRY_MS       (24 * 60 * 60 * INT64_C(1000)) /* then it is given up */
#define LINK_SIZE    512

static const struct {
	const char *page;
	bool has_token;
} links[ACCOUNT_MAIL_KIND_MAX] = {
	[ACCOUNT_MAIL_VERIFY] = {"/verify.html", true},
	[ACCOUNT_MAIL_RESET] = {"/reset.html", true},
	[ACCOUNT_MAIL_EMAIL] = {"/email.html", true},
	[ACCOUNT_MAIL_NOTICE] = {"/reset.html", false},
	[ACCOUNT_MAIL_TAKEN] = {"/signin.html", false},
};

static enum err
token_put(const struct app *app, const struct account_mail_job *job, const char *hash)
{
	const struct account_store *store = app->accounts;
	if (job->kind == ACCOUNT_MAIL_EMAIL)
		return store->email_token_put(store->self, job->account.id, job->email, hash,
		                              app->now());
	return store->token_put(store->self, &job->account, job->kind, hash, app->now());
}

static enum err
link_make(const struct app *app, const struct account_mail_job *job, char ret_link[LINK_SIZE])
{
	const struct opaque_tokens *tokens = app->opaque_tokens;
	const struct settings *settings = app->settings;
	const bool has_token = links[job->kind].has_token;
	char token[OPAQUE_TOKEN_TEXT] = "", hash[SECRET_HASH_TEXT];
	if (has_token)
		tokens->make(tokens->self, token, hash);
	const int n = snprintf(ret_link, LINK_SIZE, "%s%s%s%s",
	                       *settings->url ? settings->url : settings->link_url,
	                       links[job->kind].page, has_token ? "?token=" : "", token);
	if (n < 0 || n >= LINK_SIZE)
		return ERR_BUG_HERE();
	return has_token ? token_put(app, job, hash) : OK;
}

static enum language
language_for(const struct app *app, const struct account *account)
{
	const enum language language = language_of(account->language);
	return language == LANGUAGE_MAX ? (enum language)app->settings->language : language;
}

static enum err
send(const struct app *app, const struct account_mail_job *job)
{
	char link[LINK_SIZE];
	const struct account_mail mail = {
		.job = job, .language = language_for(app, &job->account), .link = link};
	enum err err = link_make(app, job, link);
	return err == OK ? app->account_mailer->send(app->account_mailer->self, &mail) : err;
}

/* Whether there is nobody left who waits for it. */
static bool
is_idle(const struct account_mail_job *job, instant_t now)
{
	return (job->kind == ACCOUNT_MAIL_VERIFY && job->account.verified) ||
	       now - job->created_at >= TRY_MS;
}

enum err
account_mail_send(const struct app *app, bool *ret_more)
{
	const struct account_mail_queue *mails = app->account_mails;
	struct account_mail_job job;
	*ret_more = false;
	if (app->settings->delivery != ON || !*app->settings->smtp_url)
		return OK;
	enum err err = mails->claim(mails->self, app->now(), LEASE_S, &job);
	if (err != OK)
		return err == ERR_NOT_FOUND ? OK : err;
	if (!is_idle(&job, app->now()))
		err = send(app, &job);
	/* ERR_NOT_FOUND: what it was for was withdrawn meanwhile. */
	if (err == OK || err == ERR_INVALID || err == ERR_NOT_FOUND) {
		*ret_more = true;
		return mails->finish(mails->self, &job);
	}
	const uint32_t pause_ms = backoff_ms(RETRY_MS, RETRY_MAX_MS, job.attempts);
	enum err also = mails->postpone(mails->self, &job, app->now() + pause_ms);
	return err == ERR_UNAVAILABLE ? also : err;
}
