/* SPDX-License-Identifier: MIT */
/*
 * GET /accounts/me/sessions - where the account is signed in, the last used first.
 *
 *	200  the sessions               401  nobody is signed in
 */
#include "adapters/json/json.h"
#include "adapters/json/view.h"
#include "fcgi/account/account_caller.h"
#include "fcgi/account/handlers.h"
#include "fcgi/hal.h"
#include "fcgi/request.h"
#include "fcgi/response.h"

#include <inttypes.h>

struct listed {
	struct json_object *items;
	uint64_t current;
};

static void
append(void *arg, const struct session *session)
{
	struct listed *listed = arg;
	struct json_object *item;
	if (session_view(session, &item) != OK) {
		json_append(&listed->items, NULL);
		return;
	}
	json_put_bool(&item, "current", session->id == listed->current);
	hal_link(&item, "end", "/accounts/me/sessions/%" PRIu64, session->id);
	json_append(&listed->items, item);
}

enum err
session_list(const struct app *app, const struct request *req, struct response *res)
{
	struct account_caller caller;
	struct account account;
	enum err err = account_caller_read(app, req, res, &caller);
	if (err == OK)
		err = app->accounts->find(app->accounts->self, caller.account_id, &account);
	if (err != OK)
		return err;
	struct listed listed = {.items = json_new_array(), .current = caller.session_id};
	err = app->sessions->list(app->sessions->self, &account, app->now(), append, &listed);
	if (err != OK) {
		json_p(&listed.items);
		return err;
	}
	return response_body(res, hal_list(req, "sessions", listed.items));
}
