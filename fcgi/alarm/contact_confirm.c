/* SPDX-License-Identifier: MIT */
/*
 * POST /notifications/confirmation - for nginx, when the link in a mail is opened: the e-mail of the
 * booking's contact is confirmed, and from now on gets all mails of the booking. The key of the link comes in
 * the cookie `key`. It exists on the internal listener only.
 *
 *	204  always: a key that counts for nothing, or no longer, confirms nothing, and the link leads on
 */
#include "app/app.h"
#include "fcgi/alarm/handlers.h"
#include "fcgi/cookie.h"
#include "fcgi/request.h"
#include "fcgi/response.h"

enum err
contact_confirm(const struct app *app, const struct request *req, struct response *res)
{
	const struct notification_store *store = app->notifications;
	const struct booking_keys *keys = app->booking_keys;
	char text[BOOKING_KEY_SIZE];
	struct booking_key key;
	enum err err = ERR_NOT_FOUND;
	if (keys && cookie_find(req->cookies, "key", text, sizeof(text)) &&
	    keys->check(keys->self, text, &key) == OK && key.kind == BOOKING_KEY_MAILED)
		err = store->contact_confirm(store->self, key.book_id, key.version);
	if (err != OK && err != ERR_NOT_FOUND)
		return err;
	response_no_content(res);
	return OK;
}
