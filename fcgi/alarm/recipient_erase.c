/* SPDX-License-Identifier: MIT */
/*
 * POST /notifications/accounts/{accountId}/erase - erases how an account that was deleted wanted to be told,
 * and where it was told. For services only.
 *
 *	204  erased                     401  not a service
 */
#include "app/app.h"
#include "fcgi/alarm/handlers.h"
#include "fcgi/request.h"
#include "fcgi/response.h"

enum err
recipient_erase(const struct app *app, const struct request *req, struct response *res)
{
	enum err err = app->notifications->recipient_erase(app->notifications->self, req->ids[0]);
	if (err != OK)
		return err;
	response_no_content(res);
	return OK;
}
