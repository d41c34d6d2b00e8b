/* SPDX-License-Identifier: MIT */
#include "tests/fakes/oidc_fake.h"

#include <stdio.h>
#include <string.h>

static enum err
authorize(void *self, const struct oidc_authorization *authorization, char ret_url[OIDC_URL_SIZE],
          const char **ret_why)
{
	struct oidc_fake *fake = self;
	if (fake->fails != OK) {
		*ret_why = "fails";
		return fake->fails;
	}
	snprintf(fake->state, sizeof(fake->state), "%s", authorization->state);
	snprintf(fake->nonce, sizeof(fake->nonce), "%s", authorization->nonce);
	snprintf(ret_url, OIDC_URL_SIZE, "https://id.example.com/authorize?state=%s",
	         authorization->state);
	return OK;
}

static enum err
redeem(void *self, const struct oidc_redemption *redemption, struct oidc_tokens *ret_tokens,
       const char **ret_why)
{
	struct oidc_fake *fake = self;
	fake->redeemed++;
	snprintf(fake->redirect_uri, sizeof(fake->redirect_uri), "%s", redemption->redirect_uri);
	snprintf(fake->verifier, sizeof(fake->verifier), "%s", redemption->verifier);
	snprintf(fake->code, sizeof(fake->code), "%s", redemption->code);
	*ret_tokens = (struct oidc_tokens){.id_token = "id", .access_token = "access"};
	if (fake->fails != OK)
		*ret_why = "fails";
	return fake->fails;
}

static enum err
keys(void *self, bool fresh, struct buf *ret_keys, const char **ret_why)
{
	struct oidc_fake *fake = self;
	(void)fresh;
	(void)ret_why;
	fake->looked++;
	return buf_add(ret_keys, "{}", 2);
}

static enum err
user(void *self, const char *access_token, struct identity_claims *ret_claims, const char **ret_why)
{
	struct oidc_fake *fake = self;
	(void)access_token;
	(void)ret_why;
	fake->asked_user++;
	*ret_claims = fake->user;
	return fake->has_user ? OK : ERR_NOT_FOUND;
}

struct oidc_provider
oidc_fake_provider(struct oidc_fake *fake)
{
	return (struct oidc_provider){
		.self = fake, .authorize = authorize, .redeem = redeem, .keys = keys, .user = user};
}

static enum err
token_read(void *self, const char *token, const struct buf *keys_text,
           struct id_token_claims *ret_claims, const char **ret_why)
{
	struct oidc_fake *fake = self;
	(void)token;
	(void)keys_text;
	*ret_why = "read";
	if (fake->looked <= fake->stale_keys)
		return ERR_NOT_FOUND;
	if (fake->read != OK)
		return fake->read;
	*ret_claims = fake->claims;
	if (!fake->lies_about_nonce)
		memcpy(ret_claims->nonce, fake->nonce, sizeof(fake->nonce));
	return OK;
}

struct id_token_reader
oidc_fake_reader(struct oidc_fake *fake)
{
	return (struct id_token_reader){.self = fake, .read = token_read};
}
