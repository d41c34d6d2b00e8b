/* SPDX-License-Identifier: MIT */
/* token_fake - tokens by number. */
#include "tests/fakes/token_fake.h"

#include "base/text.h"

#include <stdio.h>
#include <string.h>

#define PREFIX "fake-token-"

void
token_fake_init(struct token_fake *fake, const char *issuer, const char *audience, instant_t now)
{
	*fake = (struct token_fake){.mutex = PTHREAD_MUTEX_INITIALIZER,
	                            .issuer = issuer,
	                            .audience = audience,
	                            .now = now};
}

/* Under the lock. */
static enum err
keep(struct token_fake *fake, const struct token_claims *claims, char *token, size_t size)
{
	char text[32];
	if (fake->n == TOKEN_FAKE_MAX)
		return ERR_MEMORY;
	snprintf(text, sizeof(text), PREFIX "%zu", fake->n);
	enum err err = text_copy(token, size, text);
	if (err != OK)
		return err;
	struct token_claims *kept = &fake->issued[fake->n];
	*kept = *claims;
	err = text_copy(kept->iss, sizeof(kept->iss), fake->issuer);
	fake->n += err == OK;
	return err;
}

static enum err
token_fake_issue(void *self, const struct token_claims *claims, char *token, size_t size)
{
	struct token_fake *fake = self;
	const char *why;
	enum err err = token_claims_check(claims, &why);
	pthread_mutex_lock(&fake->mutex);
	if (err == OK)
		err = fake->fails;
	if (err == OK)
		err = keep(fake, claims, token, size);
	pthread_mutex_unlock(&fake->mutex);
	return err;
}

/* Under the lock. */
static enum err
find(const struct token_fake *fake, const char *token, struct token_claims *ret_claims,
     const char **ret_why)
{
	uint64_t number;
	*ret_why = "the token was not issued here";
	if (strncmp(token, PREFIX, strlen(PREFIX)) != 0 ||
	    text_to_u64(token + strlen(PREFIX), INT64_MAX, &number) != OK || number >= fake->n)
		return ERR_UNAUTHORIZED;
	*ret_claims = fake->issued[number];
	return OK;
}

static enum err
token_fake_verify(void *self, const char *token, enum token_kind kind,
                  struct token_claims *ret_claims, const char **ret_why)
{
	struct token_fake *fake = self;
	struct token_claims claims;
	pthread_mutex_lock(&fake->mutex);
	*ret_why = "the keys cannot be read";
	enum err err = fake->fails;
	if (err == OK)
		err = find(fake, token, &claims, ret_why);
	if (err == OK)
		err = token_claims_accept(&claims, kind, fake->issuer, fake->audience, fake->now,
		                          ret_why);
	pthread_mutex_unlock(&fake->mutex);
	if (err == OK)
		*ret_claims = claims;
	return err;
}

struct token_issuer
token_fake_issuer(struct token_fake *fake)
{
	return (struct token_issuer){.self = fake, .issue = token_fake_issue};
}

struct token_verifier
token_fake_verifier(struct token_fake *fake)
{
	return (struct token_verifier){.self = fake, .verify = token_fake_verify};
}
