/* SPDX-License-Identifier: MIT */
/*
 * service_tokens - the tokens with which a context calls others: one for each context that is called,
 * signed anew when half of its life is over. Thread-safe.
 */
#ifndef ADAPTERS_HTTP_SERVICE_TOKENS_H
#define ADAPTERS_HTTP_SERVICE_TOKENS_H

#include "app/token.h"

#include <pthread.h>

#define SERVICE_TOKENS_MAX 4 /* contexts that one client calls */

struct service_token {
	char called[TOKEN_SERVICE_SIZE]; /* "": the place is free */
	int64_t until_ms;                /* by monotonic_ms() */
	char token[TOKEN_TEXT];
};

struct service_tokens {
	const struct token_issuer *issuer; /* NULL: this client has no tokens */
	char service[TOKEN_SERVICE_SIZE];  /* the context that calls */
	pthread_mutex_t lock;
	struct service_token kept[SERVICE_TOKENS_MAX];
};

/* ERR_TOO_LARGE: the name is too long; ERR_SYSTEM. The issuer has to outlive the tokens. */
MUST_CHECK enum err service_tokens_init(struct service_tokens *tokens,
                                        const struct token_issuer *issuer, const char *service);

void service_tokens_done(struct service_tokens *tokens);

/* Writes a token for a call of this context; "" without an issuer. ERR_UNAVAILABLE: there is no key;
 * ERR_BUG: SERVICE_TOKENS_MAX are too few; ERR_MEMORY, ERR_SYSTEM. */
MUST_CHECK enum err service_tokens_take(struct service_tokens *tokens, const char *called,
                                        char token[TOKEN_TEXT]);

#endif
