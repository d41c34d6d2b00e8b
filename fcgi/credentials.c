/* SPDX-License-Identifier: MIT */
#include "fcgi/credentials.h"

#include "app/app.h"
#include "base/mem.h"
#include "base/text.h"
#include "fcgi/request_handle.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#define SCHEME   "Bearer "
#define ANY_BOOK UINT64_MAX

static enum err
unauthorized(struct response *res, const char *why)
{
	response_detail(res, "The credentials do not count: %s.", why);
	return ERR_UNAUTHORIZED;
}

/* ---- tokens ---------------------------------------------------------------------------------- */

static enum err
token_read(const struct program *program, const char *token, enum token_kind kind,
           struct credentials *credentials, struct response *res)
{
	const struct token_verifier *verifier = program->app ? program->app->token_verifier : NULL;
	struct token_claims claims;
	const char *why = "";
	if (!verifier)
		return unauthorized(res, "no tokens are accepted here");
	enum err err = verifier->verify(verifier->self, token, kind, &claims, &why);
	if (err == ERR_UNAUTHORIZED)
		return unauthorized(res, why);
	if (err != OK)
		return err;
	credentials->caller = token_caller(&claims);
	credentials->caller.proven = true;
	memcpy(credentials->email, claims.email, sizeof(credentials->email));
	return OK;
}

/* ---- keys of bookings ------------------------------------------------------------------------ */

/* A program that has no secret has nothing that a key could open: there the key of a booking is that of
 * booking 0, which is none. */
static enum err
key_check(const struct booking_keys *keys, const char *text, struct booking_key *ret_key)
{
	if (keys)
		return keys->check(keys->self, text, ret_key);
	if (booking_key_parse(text, ret_key) != OK)
		return ERR_UNAUTHORIZED;
	ret_key->book_id = 0;
	return OK;
}

static enum err
key_read(const struct program *program, const char *text, struct caller *caller)
{
	const struct booking_keys *keys = program->app ? program->app->booking_keys : NULL;
	struct booking_key key;
	if (key_check(keys, text, &key) != OK)
		return ERR_UNAUTHORIZED;
	caller->proven = true;
	caller->roles |= ROLE_KEY_HOLDER;
	caller->key_book_id = key.book_id;
	caller->key_version = key.version;
	return OK;
}

/* The number of the booking that the request is about: as path or query say, or, for a payment or a
 * notification, ANY_BOOK. 0: it is about none. */
static uint64_t
book_id_of(const struct raw_request *raw, const struct request *req)
{
	static const char name[] = "bookId=";
	const char *at = param_or(raw->params, "QUERY_STRING", "");
	uint64_t id = 0;
	char digits[21];
	if (strncmp(req->path, "/books/", 7) == 0 || strncmp(req->path, "/mypages/", 9) == 0)
		return req->ids[0];
	while (at && strncmp(at, name, strlen(name)) != 0)
		at = strchr(at, '&') ? strchr(at, '&') + 1 : NULL;
	if (!at)
		return req->ids[0] ? ANY_BOOK : 0;
	at += strlen(name);
	snprintf(digits, sizeof(digits), "%.*s", (int)strcspn(at, "&"), at);
	return text_to_u64(digits, INT64_MAX, &id) == OK ? id : 0;
}

/* The text of the next cookie with a booking's key; *at is moved behind it. False: none is left. */
static bool
cookie_next(const char **at, char text[BOOKING_KEY_SIZE])
{
	while (**at) {
		const char *name = *at + strspn(*at, "; ");
		const size_t len = strcspn(name, ";");
		*at = name + len;
		if (strncmp(name, "__Host-", 7) == 0)
			name += 7;
		const char *value = memchr(name, '=', (size_t)(*at - name));
		if (!value || strncmp(name, BOOKING_COOKIE, strlen(BOOKING_COOKIE)) != 0)
			continue;
		const int n =
			snprintf(text, BOOKING_KEY_SIZE, "%.*s", (int)(*at - value - 1), value + 1);
		if (n > 0 && n < BOOKING_KEY_SIZE)
			return true;
	}
	return false;
}

/* The key of the booking that the request is about. Lists of all bookings have no use for one. */
static void
cookies_read(const struct program *program, const struct raw_request *raw,
             const struct request *req, struct caller *caller)
{
	const char *at = param_or(raw->params, "HTTP_COOKIE", "");
	const uint64_t book_id = book_id_of(raw, req);
	char text[BOOKING_KEY_SIZE];
	struct booking_key key;
	while (book_id && cookie_next(&at, text))
		if (booking_key_parse(text, &key) == OK &&
		    (book_id == ANY_BOOK || key.book_id == book_id) &&
		    key_read(program, text, caller) == OK)
			return;
}

/* ---- all of them ----------------------------------------------------------------------------- */

static enum err
bearer_read(const struct program *program, const char *token, const struct request *req,
            struct credentials *credentials, struct response *res)
{
	if (req->route->internal)
		return token_read(program, token, TOKEN_SERVICE, credentials, res);
	if (!booking_key_is_meant(token))
		return token_read(program, token, TOKEN_ACCESS, credentials, res);
	if (key_read(program, token, &credentials->caller) == OK)
		return OK;
	return unauthorized(res, "the booking's key is wrong");
}

/* The secret that services shared until they got tokens; up gives it while an older version runs. */
static bool
secret_counts(const struct program *program, const struct raw_request *raw)
{
	const char *secret = program->settings->service_token;
	return *secret &&
	       text_equal_secret(param_or(raw->params, "HTTP_X_SERVICE_TOKEN", ""), secret);
}

static enum err
service_read(const struct program *program, const struct raw_request *raw, const char *token,
             const struct request *req, struct credentials *credentials, struct response *res)
{
	if (secret_counts(program, raw)) {
		credentials->caller = (struct caller){.roles = ROLE_SERVICE, .proven = true};
		return OK;
	}
	if (token)
		return bearer_read(program, token, req, credentials, res);
	response_detail(res, "Only services may do this. Send a service's token as Authorization: "
	                     "Bearer.");
	return ERR_UNAUTHORIZED;
}

/* Whether a proxy or a tunnel passed it on: then it is not from this machine, whatever else it says. */
static bool
is_forwarded(const struct raw_request *raw)
{
	static const char *const headers[] = {"HTTP_FORWARDED", "HTTP_X_FORWARDED_FOR",
	                                      "HTTP_X_FORWARDED_HOST", "HTTP_X_REAL_IP"};
	for (size_t i = 0; i < ARRAY_SIZE(headers); i++)
		if (*param_or(raw->params, headers[i], ""))
			return true;
	return false;
}

/* What is for anybody needs none, so one that has expired does not keep anybody from signing in. */
static bool
credentials_matter(const struct route *route)
{
	return route->internal ? !route->anyone : route->caller != CALLER_NONE;
}

enum err
credentials_read(const struct program *program, const struct raw_request *raw,
                 const struct request *req, struct credentials *ret_credentials,
                 struct response *res)
{
	const char *header = param_or(raw->params, "HTTP_AUTHORIZATION", "");
	const bool is_bearer = strncasecmp(header, SCHEME, strlen(SCHEME)) == 0;
	const char *token =
		is_bearer ? header + strlen(SCHEME) + strspn(header + strlen(SCHEME), " ") : NULL;
	struct credentials credentials = {.may_name = program->settings->auth == AUTH_OFF &&
	                                              !is_forwarded(raw)};
	enum err err = OK;
	if (!credentials_matter(req->route)) {
		*ret_credentials = credentials;
		return OK;
	}
	if (*header && !is_bearer)
		return unauthorized(res, "send them as Authorization: Bearer");
	if (req->route->internal)
		err = service_read(program, raw, token, req, &credentials, res);
	else if (token)
		err = bearer_read(program, token, req, &credentials, res);
	if (err == OK && !req->route->internal)
		cookies_read(program, raw, req, &credentials.cookie);
	if (err == OK)
		*ret_credentials = credentials;
	return err;
}
