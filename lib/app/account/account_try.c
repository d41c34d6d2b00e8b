/* SPDX-License-Identifier: MIT */
/* account_try - counts tries to prove who somebody is. */
#include "app/account/account.h"

#include "base/address.h"

#include <stdio.h>
#include <string.h>

enum err
account_try_begin(const struct app *app, const char *email, const struct account_client *client,
                  struct account_try *ret_try, uint32_t *ret_wait_ms)
{
	const struct opaque_tokens *tokens = app->opaque_tokens;
	const struct session_store *sessions = app->sessions;
	tokens->hash(tokens->self, email, ret_try->email);
	address_network(client->address, ret_try->address);
	*ret_wait_ms = 0;
	return sessions->try_begin(sessions->self, ret_try->email, ret_try->address, app->now(),
	                           ret_wait_ms);
}

void
account_try_succeed(const struct app *app, const struct account_try *try)
{
	const struct session_store *sessions = app->sessions;
	enum err err = sessions->try_succeed(sessions->self, try->email, try->address);
	(void)err; /* the next success takes it back */
}

enum err
account_mail_try(const struct app *app, const char *email, const struct account_client *client,
                 uint32_t *ret_wait_ms)
{
	struct account_client asks = {.address = ""};
	struct account_try try;
	char network[ADDRESS_SIZE];
	*ret_wait_ms = 0;
	if (!*client->address)
		return OK;
	address_network(client->address, network);
	snprintf(asks.address, sizeof(asks.address), "mail %.40s", network);
	return account_try_begin(app, email, &asks, &try, ret_wait_ms);
}
