/* SPDX-License-Identifier: MIT */
/* jose_keys - keys of two issuers in a folder, and what signs and verifies by them. */
#include "tests/unit/jose_keys.h"

#include "base/mem.h"

#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

char folder[] = "/tmp/hotel-jose-XXXXXX";
char private_key[64], public_keys[64], next_key[64], other_key[64], other_keys[64];
const struct key_files files = {private_key, public_keys};
const struct key_files others = {other_key, other_keys};
struct jose_issuer *issuer;
struct jose_verifier *verifier;
static instant_t clock_now = NOW;
char kid[TOKEN_KID_SIZE];

instant_t
now(void)
{
	return clock_now;
}

void
set_now(instant_t instant)
{
	clock_now = instant;
}

void
kid_take(void *arg, const struct key_info *info)
{
	if (info->signs)
		memcpy(arg, info->kid, sizeof(info->kid));
}

void
reopen(void)
{
	const struct token_trust trusted[] = {
		{TOKEN_ACCESS, ISSUER, TOKEN_AUDIENCE, public_keys},
		{TOKEN_SERVICE, "book", "pay", other_keys},
	};
	jose_verifier_close(verifier);
	assert_ok(jose_verifier_open(trusted, ARRAY_SIZE(trusted), now, &verifier));
	jose_issuer_close(issuer);
	assert_ok(jose_issuer_open(ISSUER, private_key, &issuer));
	assert_ok(key_files_list(&files, kid_take, kid));
	set_now(NOW);
}

int
begin(void **state)
{
	(void)state;
	assert_true(sodium_init() >= 0);
	assert_non_null(mkdtemp(folder));
	snprintf(private_key, sizeof(private_key), "%s/key", folder);
	snprintf(public_keys, sizeof(public_keys), "%s/keys", folder);
	snprintf(next_key, sizeof(next_key), "%s/next", folder);
	snprintf(other_key, sizeof(other_key), "%s/other", folder);
	snprintf(other_keys, sizeof(other_keys), "%s/others", folder);
	assert_ok(key_files_make(&files, NOW));
	assert_ok(key_files_make(&others, NOW));
	reopen();
	return 0;
}

int
end(void **state)
{
	(void)state;
	const char *const paths[] = {private_key, public_keys, next_key, other_key, other_keys};
	jose_verifier_close(verifier);
	jose_issuer_close(issuer);
	for (size_t i = 0; i < ARRAY_SIZE(paths); i++)
		unlink(paths[i]);
	return rmdir(folder);
}

enum err
verify_as(const char *token, enum token_kind kind, struct token_claims *ret_claims)
{
	const struct token_verifier port = jose_verifier_port(verifier);
	const char *why = NULL;
	enum err err = port.verify(port.self, token, kind, ret_claims, &why);
	if (err == ERR_UNAUTHORIZED)
		assert_non_null(why);
	return err;
}

enum err
verify(const char *token)
{
	struct token_claims claims;
	return verify_as(token, TOKEN_ACCESS, &claims);
}

void
issue(char token[TOKEN_TEXT])
{
	const struct token_issuer port = jose_issuer_port(issuer);
	struct token_claims claims;
	token_access_claims(42, ROLE_GUEST, "01920000-0000-7000-8000-000000000000", NOW, &claims);
	assert_ok(port.issue(port.self, &claims, token, TOKEN_TEXT));
}
