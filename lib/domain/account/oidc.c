/* SPDX-License-Identifier: MIT */
#include "domain/account/oidc.h"

#include "base/base64.h"
#include "base/mem.h"
#include "base/text.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define SECOND_MS 1000

/* ---- attempts ---- */

void
oidc_attempt_write(const struct oidc_attempt *attempt, char ret_text[OIDC_ATTEMPT_TEXT])
{
	snprintf(ret_text, OIDC_ATTEMPT_TEXT, "%c%011" PRId64 "-%s", attempt->links ? 'l' : 's',
	         attempt->begun_at / SECOND_MS % INT64_C(100000000000), attempt->random);
}

enum err
oidc_attempt_read(const char *text, struct oidc_attempt *ret_attempt)
{
	char seconds[12] = "";
	uint64_t begun;
	if (strlen(text) < 14 || strlen(text) > 13 + OPAQUE_TOKEN_TEXT - 1 ||
	    (*text != 'l' && *text != 's') || text[12] != '-')
		return ERR_MALFORMED;
	memcpy(seconds, text + 1, 11);
	if (text_to_u64(seconds, INT64_C(99999999999), &begun) != OK)
		return ERR_MALFORMED;
	ret_attempt->links = *text == 'l';
	ret_attempt->begun_at = (instant_t)begun * SECOND_MS;
	return text_copy(ret_attempt->random, sizeof(ret_attempt->random), text + 13);
}

bool
oidc_attempt_is_alive(const struct oidc_attempt *attempt, instant_t now)
{
	const instant_t age = now - attempt->begun_at;
	return age >= -SECOND_MS && age < OIDC_ATTEMPT_LIFE_S * INT64_C(1000);
}

void
oidc_seed_write(enum oidc_seed seed, const struct oidc_attempt *attempt, const char *session,
                char ret_text[OIDC_SEED_TEXT])
{
	static const char *const words[OIDC_SEED_MAX] = {
		[OIDC_STATE] = "state", [OIDC_NONCE] = "nonce", [OIDC_VERIFIER] = "verifier"};
	char text[OIDC_ATTEMPT_TEXT];
	oidc_attempt_write(attempt, text);
	snprintf(ret_text, OIDC_SEED_TEXT, "%s %s %.*s", words[seed], text, OPAQUE_TOKEN_TEXT - 1,
	         attempt->links ? session : "");
}

static unsigned char
digit_of(char c)
{
	static const char digits[] = "0123456789abcdef";
	const char *at = c ? strchr(digits, c) : NULL;
	return (unsigned char)(at ? at - digits : 0);
}

char *
oidc_challenge_write(const char *hash, char text[OIDC_CHALLENGE_TEXT])
{
	unsigned char bytes[32];
	char padded[BASE64_SIZE(sizeof(bytes))];
	for (size_t i = 0; i < sizeof(bytes); i++)
		bytes[i] = (unsigned char)(digit_of(hash[2 * i]) << 4 | digit_of(hash[2 * i + 1]));
	base64_write(bytes, sizeof(bytes), padded);
	for (char *c = padded; *c; c++)
		*c = *c == '+' ? '-' : *c == '/' ? '_' : *c;
	snprintf(text, OIDC_CHALLENGE_TEXT, "%.43s", padded);
	return text;
}

/* ---- ID tokens ---- */

static enum err
refuse(const char *why, const char **ret_why)
{
	*ret_why = why;
	return ERR_UNAUTHORIZED;
}

static bool
audience_has(const struct id_token_claims *claims, const char *audience)
{
	for (size_t i = 0; i < claims->n_audiences; i++)
		if (strcmp(claims->audiences[i], audience) == 0)
			return true;
	return false;
}

/* For us; and if it is for others as well, or says to whom it was given, then given to us. */
static bool
audience_fits(const struct id_token_claims *claims, const char *client)
{
	if (!audience_has(claims, client) || (claims->n_audiences > 1 && !*claims->azp))
		return false;
	return !*claims->azp || strcmp(claims->azp, client) == 0;
}

enum err
id_token_accept(const struct id_token_claims *claims, const struct id_token_wanted *wanted,
                instant_t now, const char **ret_why)
{
	const instant_t leeway = OIDC_LEEWAY_S * INT64_C(1000);
	const instant_t oldest = now - leeway - OIDC_ATTEMPT_LIFE_S * INT64_C(1000);
	if (strcmp(claims->who.issuer, wanted->issuer) != 0)
		return refuse("the ID token is of another issuer", ret_why);
	if (!audience_fits(claims, wanted->client))
		return refuse("the ID token is for another client", ret_why);
	if (!*claims->who.subject || !text_is_ascii(claims->who.subject))
		return refuse("the ID token's subject is not one", ret_why);
	if (claims->exp <= now - leeway || claims->exp <= claims->iat)
		return refuse("the ID token has expired", ret_why);
	if (claims->iat > now + leeway || claims->nbf > now + leeway)
		return refuse("the ID token is not valid yet", ret_why);
	if (claims->iat < oldest)
		return refuse("the ID token was issued too long ago", ret_why);
	if (!*wanted->nonce || !text_equal_secret(claims->nonce, wanted->nonce))
		return refuse("the ID token belongs to another attempt", ret_why);
	return OK;
}

/* ---- tokens that programs show ---- */

/* Other kinds, such as a logout token, have the same issuer and audience (RFC 8725, 3.11). A media type is the same
 * in upper case (RFC 7515, 4.1.9). */
static bool
typ_fits(const char *typ)
{
	static const char *const types[] = {"", "JWT", "at+jwt", "application/at+jwt"};
	for (size_t i = 0; i < ARRAY_SIZE(types); i++)
		if (text_equal_any_case(typ, types[i]))
			return true;
	return false;
}

enum err
external_token_accept(const struct id_token_claims *claims, const char *issuer,
                      const char *audience, instant_t now, const char **ret_why)
{
	const instant_t leeway = OIDC_LEEWAY_S * INT64_C(1000);
	if (!typ_fits(claims->typ))
		return refuse("the token is of another type than JWT or at+jwt", ret_why);
	if (strcmp(claims->who.issuer, issuer) != 0)
		return refuse("the token is of another issuer", ret_why);
	if (!*audience || !audience_has(claims, audience))
		return refuse("the token is for another audience", ret_why);
	if (!*claims->who.subject || !text_is_ascii(claims->who.subject))
		return refuse("the token's subject is not one", ret_why);
	if (claims->has_key)
		return refuse("the token counts only with a key of its holder", ret_why);
	if (claims->exp < now + SECOND_MS || claims->exp <= claims->iat)
		return refuse("the token has expired", ret_why);
	if (claims->iat > now + leeway || claims->nbf > now + leeway)
		return refuse("the token is not valid yet", ret_why);
	return OK;
}

unsigned
external_token_roles(const struct account *account, const struct id_token_claims *claims,
                     bool has_to_name)
{
	const unsigned roles = account_roles(account, false);
	return has_to_name ? roles & (ROLE_GUEST | claims->roles) : roles;
}

/* ---- URLs ---- */

bool
oidc_url_is_allowed(const char *url)
{
	static const char *const loopback[] = {"localhost", "127.0.0.1", "[::1]"};
	const bool is_https = strncmp(url, "https://", 8) == 0;
	if (!is_https && strncmp(url, "http://", 7) != 0)
		return false;
	const char *host = url + (is_https ? 8 : 7);
	const size_t len = strcspn(host, "/?");
	for (const char *c = url; *c; c++)
		if (*c <= ' ' || *c >= 0x7F || strchr("\"<>\\^`{|}#", *c))
			return false;
	if (!len || *host == ':' || memchr(host, '@', len))
		return false;
	for (size_t i = 0; !is_https && i < ARRAY_SIZE(loopback); i++) {
		const size_t n = strlen(loopback[i]);
		if (n <= len && strncmp(host, loopback[i], n) == 0 && (n == len || host[n] == ':'))
			return true;
	}
	return is_https;
}
