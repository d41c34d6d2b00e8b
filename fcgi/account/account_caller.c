/* SPDX-License-Identifier: MIT */
#include "fcgi/account/account_caller.h"

#include "app/account/account_audit.h"
#include "base/text.h"
#include "domain/characters.h"
#include "fcgi/cookie.h"
#include "fcgi/request.h"
#include "fcgi/response.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* ---- cookies ---- */

static const char *
cookie_name(const struct request *req)
{
	return req->is_tls ? SESSION_COOKIE_TLS : SESSION_COOKIE;
}

bool
session_cookie_find(const struct request *req, char ret_cookie[OPAQUE_TOKEN_TEXT])
{
	return cookie_find(req->cookies, cookie_name(req), ret_cookie, OPAQUE_TOKEN_TEXT);
}

void
session_cookie_set(const struct request *req, struct response *res, const char *cookie)
{
	response_cookie(res, cookie_name(req), cookie, *cookie ? SESSION_GUEST_LIFE_S : 0,
	                req->is_tls);
}

static const char *
attempt_cookie_name(const struct request *req)
{
	return req->is_tls ? ATTEMPT_COOKIE_TLS : ATTEMPT_COOKIE;
}

bool
attempt_cookie_find(const struct request *req, char ret_attempt[OIDC_ATTEMPT_TEXT])
{
	return cookie_find(req->cookies, attempt_cookie_name(req), ret_attempt, OIDC_ATTEMPT_TEXT);
}

void
attempt_cookie_set(const struct request *req, struct response *res, const char *attempt)
{
	response_cookie(res, attempt_cookie_name(req), attempt, *attempt ? OIDC_ATTEMPT_LIFE_S : 0,
	                req->is_tls);
}

/* ---- who it is ---- */

/* The account of an access token, which counts for some minutes after its account was deleted. */
static enum err
bearer_read(const struct app *app, uint64_t account_id, struct response *res,
            struct account_caller *ret_caller)
{
	struct account account;
	enum err err = app->accounts->find(app->accounts->self, account_id, &account);
	*ret_caller = (struct account_caller){.account_id = account_id};
	if (err != ERR_NOT_FOUND)
		return err;
	response_detail(res, "There is no such account any more.");
	return ERR_UNAUTHORIZED;
}

enum err
account_caller_read(const struct app *app, const struct request *req, struct response *res,
                    struct account_caller *ret_caller)
{
	char cookie[OPAQUE_TOKEN_TEXT];
	struct session session;
	struct account account;
	if (session_cookie_find(req, cookie)) {
		enum err err = account_of_cookie(app, cookie, &session, &account);
		*ret_caller =
			(struct account_caller){.account_id = account.id, .session_id = session.id};
		if (err != ERR_UNAUTHORIZED)
			return err;
	}
	if (req->credentials.caller.id)
		return bearer_read(app, req->credentials.caller.id, res, ret_caller);
	response_detail(res, "Sign in: POST /tokens with e-mail and password, and send its "
	                     "access_token as Authorization: Bearer.");
	return ERR_UNAUTHORIZED;
}

/* ---- where it comes from ---- */

static bool
is_loopback(const char *address)
{
	return strncmp(address, "127.", 4) == 0 || strcmp(address, "::1") == 0;
}

/* What fits of a User-Agent, which is nothing that anybody decides by. */
static void
agent_read(const char *agent, char ret_agent[TEXT_SIZE(SESSION_AGENT_CHARS)])
{
	size_t chars;
	snprintf(ret_agent, SESSION_AGENT_CHARS + 1, "%s", agent);
	if (text_chars(ret_agent, strlen(ret_agent), &chars) != OK)
		ret_agent[0] = '\0';
	characters_neutralise(ret_agent);
}

void
account_client_read(const struct request *req, struct account_client *ret_client)
{
	*ret_client = (struct account_client){.address = ""};
	agent_read(req->agent, ret_client->agent);
	memcpy(ret_client->from, req->origin.address, sizeof(ret_client->from));
	memcpy(ret_client->request_id, req->origin.request_id, sizeof(ret_client->request_id));
	if (!is_loopback(req->address) &&
	    text_copy(ret_client->address, sizeof(ret_client->address), req->address) != OK)
		ret_client->address[0] = '\0';
}

const struct audit_entry *
account_session_audit(const struct request *req, const struct account_caller *caller,
                      uint64_t session_id, struct audit_entry *ret_entry)
{
	struct account_client client;
	account_client_read(req, &client);
	*ret_entry = account_audit_own(AUDIT_SESSION_END, &client, caller->account_id);
	ret_entry->subject = AUDIT_ABOUT_SESSION;
	ret_entry->subject_id = session_id;
	return ret_entry;
}

void
account_key_scope(const struct request *req, uint64_t account_id, struct idempotency *key)
{
	if (*key->key)
		snprintf(key->scope, sizeof(key->scope), "account:%" PRIu64 " %s %s", account_id,
		         method_name(req->method), req->path);
}

enum err
account_wait_tell(struct response *res, enum err err, uint32_t wait_ms)
{
	if (err != ERR_TOO_MANY)
		return err;
	response_retry_after(res, (wait_ms + 999) / 1000);
	response_detail(res, "Too many tries. Try again after the time in Retry-After.");
	return err;
}
