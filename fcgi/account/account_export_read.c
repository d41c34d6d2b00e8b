/* SPDX-License-Identifier: MIT */
/*
 * GET /accounts/me/export - everything that this system has of the account, as one JSON document: the account,
 * its sessions without secrets, its linked sign-ins, its bookings, payments, rooms and notifications, and how it wants to be told.
 *
 *	200  the document               401  nobody is signed in
 *	503  another service does not answer
 */
#include "adapters/json/json.h"
#include "adapters/json/view.h"
#include "base/mem.h"
#include "fcgi/account/account_caller.h"
#include "fcgi/account/handlers.h"
#include "fcgi/request.h"
#include "fcgi/response.h"

static const char *const names[SECTION_MAX] = {
	[SECTION_BOOKS] = "bookings",
	[SECTION_PAYMENTS] = "payments",
	[SECTION_ROOMS] = "rooms",
	[SECTION_NOTIFICATIONS] = "notifications",
	[SECTION_SETTINGS] = "notificationSettings",
};

static void
session_append(void *arg, const struct session *session)
{
	struct json_object **items = arg, *item = NULL;
	json_append(items, session_view(session, &item) == OK ? item : NULL);
}

static void
identity_append(void *arg, const struct identity *identity)
{
	struct json_object **items = arg, *item = NULL;
	json_append(items, identity_view(identity, &item) == OK ? item : NULL);
}

static enum err
own_add(const struct app *app, const struct account *account, struct json_object **document)
{
	struct json_object *view = NULL, *sessions = json_new_array();
	struct json_object *identities = json_new_array();
	enum err err = app->sessions->list(app->sessions->self, account, app->now(), session_append,
	                                   &sessions);
	if (err == OK)
		err = app->identities->list(app->identities->self, account->id, identity_append,
		                            &identities);
	if (err == OK)
		err = account_view(account, &view);
	if (err != OK) {
		json_p(&sessions);
		json_p(&identities);
		return err;
	}
	json_put_instant(document, "exportedAt", app->now());
	json_put_value(document, "account", view);
	json_put_value(document, "sessions", sessions);
	json_put_value(document, "identities", identities);
	return OK;
}

static enum err
sections_add(const struct account_export *export, struct json_object **document)
{
	for (int i = 0; i < SECTION_MAX; i++) {
		struct json_object *value = NULL;
		const char *why;
		const struct buf *text = &export->sections[i];
		enum err err = json_read(text->data, text->len, &value, &why);
		if (err != OK)
			return err == ERR_MEMORY ? err : ERR_BUG_HERE();
		json_put_value(document, names[i], value);
	}
	json_put_bool(document, "complete", !export->more);
	return OK;
}

enum err
account_export_read(const struct app *app, const struct request *req, struct response *res)
{
	CLEANUP(account_export_done) struct account_export export = {.more = false};
	struct account_caller caller;
	struct account account;
	enum err err = account_caller_read(app, req, res, &caller);
	if (err == OK)
		err = app->accounts->find(app->accounts->self, caller.account_id, &account);
	if (err == OK)
		err = account_export(app, &account, &req->origin, &export);
	if (err != OK)
		return err == ERR_TOO_LARGE ? ERR_UNAVAILABLE : err;
	struct json_object *document = json_new_object();
	err = own_add(app, &account, &document);
	if (err == OK)
		err = sections_add(&export, &document);
	if (err == OK)
		return response_body(res, document);
	json_p(&document);
	return err;
}
