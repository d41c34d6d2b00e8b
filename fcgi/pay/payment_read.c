/* SPDX-License-Identifier: MIT */
/*
 * GET /payments/{id} - one payment of the caller as a guest, or with role=host as a host.
 *
 *	200  the payment                304  its version is the one of If-None-Match
 *	404  the caller has no such payment
 */
#include "app/app.h"
#include "fcgi/pay/handlers.h"
#include "fcgi/pay/payment_response.h"
#include "fcgi/request.h"
#include "fcgi/response.h"

enum err
payment_read(const struct app *app, const struct request *req, struct response *res)
{
	struct payment payment;
	enum err err =
		app->payments->find(app->payments->self, req->ids[0], &req->caller, &payment);
	if (err != OK)
		return err;
	return payment_response(&payment, &req->caller, res);
}
