/* payment - the built-in acquirer: a pure function of the token. */
#include "domain/pay/payment.h"

#include "base/mem.h"

#include <string.h>

static const struct {
	const char *token;
	enum acquirer_decision decision;
	bool demo_only;
} tokens[] = {
	{"", ACQUIRER_APPROVES, false},           {"tok_ok", ACQUIRER_APPROVES, false},
	{"tok_decline", ACQUIRER_DECLINES, true}, {"tok_slow", ACQUIRER_APPROVES_SLOWLY, true},
	{"tok_error", ACQUIRER_FAILS, true},      {"tok_hang", ACQUIRER_APPROVES_SILENTLY, true},
};

enum err
acquirer_decide(const char *token, bool demo, enum acquirer_decision *ret_decision)
{
	for (size_t i = 0; i < ARRAY_SIZE(tokens); i++) {
		if (strcmp(tokens[i].token, token) != 0)
			continue;
		if (tokens[i].demo_only && !demo)
			return ERR_INVALID;
		*ret_decision = tokens[i].decision;
		return OK;
	}
	return ERR_INVALID;
}
