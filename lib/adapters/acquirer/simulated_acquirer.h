/* SPDX-License-Identifier: MIT */
/*
 * simulated_acquirer - an acquirer that decides by the payment token.
 *
 *	"", tok_ok     approves
 *	tok_decline    declines
 *	tok_slow       approves after a second
 *	tok_error      fails, undecided: ERR_SYSTEM
 *	tok_hang       approves; the call that decides is not answered (ERR_TIMEOUT of
 *	               confirm()), a repeated order is
 *
 * All but the first two are for demonstrations. A third party's acquirer is another adapter of the
 * same port.
 */
#ifndef ADAPTERS_ACQUIRER_SIMULATED_ACQUIRER_H
#define ADAPTERS_ACQUIRER_SIMULATED_ACQUIRER_H

#include "app/ports.h"

struct simulated_acquirer {
	bool demo;        /* whether the tokens for demonstrations are accepted */
	uint32_t hang_ms; /* how long tok_hang does not answer; longer than any caller waits */
	int stop_fd; /* readable when the program is to end, which no order waits for; -1: none */
};

/* The options have to live as long as the port. */
struct acquirer simulated_acquirer(const struct simulated_acquirer *options);

#endif
