/* SPDX-License-Identifier: MIT */
#include "adapters/http/service_tokens.h"

#include "base/clock.h"
#include "base/text.h"

#include <string.h>

#define KEEP_MS (TOKEN_SERVICE_LIFE_S * 1000 / 2)

enum err
service_tokens_init(struct service_tokens *tokens, const struct token_issuer *issuer,
                    const char *service)
{
	*tokens = (struct service_tokens){.issuer = issuer};
	enum err err = text_copy(tokens->service, sizeof(tokens->service), service);
	if (err == OK && pthread_mutex_init(&tokens->lock, NULL) != 0)
		err = ERR_SYSTEM_HERE();
	return err;
}

void
service_tokens_done(struct service_tokens *tokens)
{
	pthread_mutex_destroy(&tokens->lock);
}

/* The place of a context, or a free one; NULL: there is none. */
static struct service_token *
place_of(struct service_tokens *tokens, const char *called)
{
	for (size_t i = 0; i < SERVICE_TOKENS_MAX; i++)
		if (!*tokens->kept[i].called || strcmp(tokens->kept[i].called, called) == 0)
			return &tokens->kept[i];
	return NULL;
}

static enum err
token_make(const struct service_tokens *tokens, const char *called, struct service_token *ret_token)
{
	char jti[UUID_TEXT];
	struct token_claims claims;
	const int64_t until_ms = monotonic_ms() + KEEP_MS;
	enum err err = uuid_v7(jti);
	if (err == OK)
		err = token_service_claims(tokens->service, called, jti, instant_now(), &claims);
	if (err == OK)
		err = tokens->issuer->issue(tokens->issuer->self, &claims, ret_token->token,
		                            sizeof(ret_token->token));
	if (err == OK)
		err = text_copy(ret_token->called, sizeof(ret_token->called), called);
	if (err == OK)
		ret_token->until_ms = until_ms;
	return err;
}

enum err
service_tokens_take(struct service_tokens *tokens, const char *called, char token[TOKEN_TEXT])
{
	enum err err = OK;
	token[0] = '\0';
	if (!tokens->issuer)
		return OK;
	pthread_mutex_lock(&tokens->lock);
	struct service_token *place = place_of(tokens, called);
	if (!place)
		err = ERR_BUG_HERE();
	else if (place->until_ms <= monotonic_ms())
		err = token_make(tokens, called, place);
	if (err == OK)
		memcpy(token, place->token, TOKEN_TEXT);
	pthread_mutex_unlock(&tokens->lock);
	return err;
}
