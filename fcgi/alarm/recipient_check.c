/* SPDX-License-Identifier: MIT */
#include "fcgi/alarm/recipient_check.h"

#include "domain/alarm/delivery.h"
#include "fcgi/request.h"
#include "fcgi/response.h"

#include <string.h>

#define POINTER "/recipientId"

/* What was sent may have been no number at all: that is a fault already. */
static bool
has_fault(const struct faults *faults)
{
	for (size_t i = 0; i < faults->n; i++)
		if (strcmp(faults->list[i].pointer, POINTER) == 0)
			return true;
	return false;
}

enum err
recipient_check(const struct request *req, struct response *res)
{
	if (recipient_is_somebody(req->caller.id))
		return OK;
	if (recipient_has_key_only(req)) {
		response_detail(res, "The key of a booking has no settings. Sign in for them.");
		return ERR_FORBIDDEN;
	}
	if (!has_fault(&res->faults))
		response_fault(res, POINTER, "required",
		               "recipientId must be a number from 1 on: 0 stands for nobody in "
		               "particular, who has no settings");
	return ERR_INVALID;
}

bool
recipient_has_key_only(const struct request *req)
{
	return req->caller.roles == ROLE_KEY_HOLDER;
}

bool
recipient_owns_email(const struct request *req, const char *email)
{
	const struct credentials *shown = &req->credentials;
	if (!req->caller.proven)
		return true;
	return shown->caller.id == req->caller.id && strcmp(shown->email, email) == 0;
}

static bool
key_opens(const struct caller *caller, const struct notification *notification)
{
	const struct parties parties = {.book_id = notification->book_id,
	                                .key_version = notification->key_version};
	const struct caller holder = {.roles = caller->roles & ROLE_KEY_HOLDER,
	                              .key_book_id = caller->key_book_id,
	                              .key_version = caller->key_version};
	return notification->role == ROLE_GUEST && caller_owns(&holder, &parties);
}

enum err
recipient_find(const struct app *app, const struct request *req,
               struct notification *ret_notification)
{
	const struct notification_store *store = app->notifications;
	struct notification found;
	enum err err = ERR_NOT_FOUND;
	if (!recipient_has_key_only(req))
		err = store->find(store->self, req->ids[0], req->caller.id, ret_notification);
	if (err != ERR_NOT_FOUND || !(req->caller.roles & ROLE_KEY_HOLDER))
		return err;
	err = store->find(store->self, req->ids[0], 0, &found);
	if (err == OK && !key_opens(&req->caller, &found))
		return ERR_NOT_FOUND;
	if (err == OK)
		*ret_notification = found;
	return err;
}
