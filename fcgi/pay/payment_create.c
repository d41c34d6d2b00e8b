/* SPDX-License-Identifier: MIT */
/*
 * POST /payments - book orders a payment, once per booking. For services only.
 *
 *	201  decided now                200  decided before: the payment as it is now
 *	401  not a service              422  invalid order, or another amount than before
 *	500  the acquirer failed (demonstration token tok_error); undecided
 *	503  the acquirer did not answer in time (tok_hang); repeat the order
 */
#include "app/pay/payment.h"
#include "fcgi/pay/handlers.h"
#include "fcgi/pay/payment_response.h"
#include "fcgi/request.h"
#include "fcgi/response.h"

#include <inttypes.h>
#include <string.h>

static const struct field body[] = {
	FIELD(payment_order, book_id, ID, "bookId", REQUIRED, .min = 1),
	FIELD(payment_order, room_id, ID, "roomId", REQUIRED, .min = 1),
	FIELD(payment_order, host_id, ID, "hostId", OPTIONAL),
	FIELD(payment_order, guest_id, ID, "guestId", OPTIONAL),
	FIELD(payment_order, price, MONEY, "price", REQUIRED),
	FIELD(payment_order, currency, TOKEN, "currency", OPTIONAL, .min = 3, .max = 3),
	FIELD(payment_order, stay.start, DATE, "startDate", REQUIRED),
	FIELD(payment_order, stay.end, DATE, "endDate", REQUIRED),
	FIELD(payment_order, language, TOKEN, "language", OPTIONAL, .min = 2, .max = 2),
	FIELD(payment_order, token, TOKEN, "paymentToken", OPTIONAL),
	FIELD_END};

enum err
payment_create(const struct app *app, const struct request *req, struct response *res)
{
	struct payment_order order = {.book_id = 0};
	struct payment_result result;

	memcpy(order.currency, app->settings->currency, sizeof(order.currency));
	enum err err = request_fields(req, body, &order, res);
	if (err != OK)
		return err;
	err = payment_decide(app, &order, &req->origin, &res->faults, &result);
	if (err != OK)
		return err;
	if (result.first)
		response_created(res, "/payments/%" PRIu64, result.payment.id);
	return payment_response(&result.payment, &req->caller, res);
}
