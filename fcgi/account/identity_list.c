/* SPDX-License-Identifier: MIT */
/*
 * GET /accounts/me/identities - the sign-ins elsewhere that are linked to the account, the oldest first.
 *
 *	200  the identities             401  nobody is signed in
 */
#include "adapters/json/json.h"
#include "adapters/json/view.h"
#include "fcgi/account/account_caller.h"
#include "fcgi/account/external_response.h"
#include "fcgi/account/handlers.h"
#include "fcgi/hal.h"
#include "fcgi/request.h"
#include "fcgi/response.h"

#include <inttypes.h>
#include <string.h>

struct listed {
	struct json_object *items;
	const struct app *app;
};

static void
append(void *arg, const struct identity *identity)
{
	struct listed *listed = arg;
	struct json_object *item;
	char text[EXTERNAL_NAME_SIZE];
	if (identity_view(identity, &item) != OK) {
		json_append(&listed->items, NULL);
		return;
	}
	const bool is_known = strcmp(identity->issuer, listed->app->settings->oidc_issuer) == 0;
	json_put_text(&item, "name",
	              is_known ? external_name(listed->app, text) : identity->issuer);
	hal_link(&item, "remove", "/accounts/me/identities/%" PRIu64, identity->id);
	json_append(&listed->items, item);
}

enum err
identity_list(const struct app *app, const struct request *req, struct response *res)
{
	struct account_caller caller;
	enum err err = account_caller_read(app, req, res, &caller);
	if (err != OK)
		return err;
	struct listed listed = {.items = json_new_array(), .app = app};
	err = app->identities->list(app->identities->self, caller.account_id, append, &listed);
	if (err != OK) {
		json_p(&listed.items);
		return err;
	}
	return response_body(res, hal_list(req, "identities", listed.items));
}
