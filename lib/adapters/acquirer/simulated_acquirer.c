/* SPDX-License-Identifier: MIT */
#include "adapters/acquirer/simulated_acquirer.h"

#include "base/clock.h"
#include "base/mem.h"

#include <poll.h>
#include <string.h>

#define SLOW_MS 1000

enum behaviour { APPROVES, DECLINES, APPROVES_SLOWLY, FAILS, HANGS };

static const struct token {
	const char *name;
	enum behaviour behaviour;
	bool demo_only;
} tokens[] = {
	{"", APPROVES, false},           {"tok_ok", APPROVES, false},
	{"tok_decline", DECLINES, true}, {"tok_slow", APPROVES_SLOWLY, true},
	{"tok_error", FAILS, true},      {"tok_hang", HANGS, true},
};

/* NULL: the token is not accepted. */
static const struct token *
token_find(const struct simulated_acquirer *options, const char *name)
{
	for (size_t i = 0; i < ARRAY_SIZE(tokens); i++)
		if (strcmp(tokens[i].name, name) == 0)
			return tokens[i].demo_only && !options->demo ? NULL : &tokens[i];
	return NULL;
}

static bool
accepts(void *self, const char *token)
{
	return token_find(self, token) != NULL;
}

static enum err
decide(void *self, const struct payment_order *order, enum payment_action *ret_decision)
{
	const struct token *token = token_find(self, order->token);
	if (!token)
		return ERR_BUG_HERE(); /* accepts() is asked first */
	if (token->behaviour == FAILS)
		return ERR_SYSTEM_CODE(0);
	if (token->behaviour == APPROVES_SLOWLY)
		sleep_ms(SLOW_MS);
	*ret_decision = token->behaviour == DECLINES ? PAYMENT_DECLINE : PAYMENT_APPROVE;
	return OK;
}

static enum err
confirm(void *self, const struct payment_order *order)
{
	const struct simulated_acquirer *options = self;
	const struct token *token = token_find(options, order->token);
	if (!token || token->behaviour != HANGS)
		return OK;
	struct pollfd stop = {.fd = options->stop_fd, .events = POLLIN};
	poll(&stop, 1, (int)options->hang_ms);
	return ERR_TIMEOUT;
}

struct acquirer
simulated_acquirer(const struct simulated_acquirer *options)
{
	return (struct acquirer){
		.self = (void *)(uintptr_t)options, /* self is not const; nothing is changed */
		.accepts = accepts,
		.decide = decide,
		.confirm = confirm,
	};
}
