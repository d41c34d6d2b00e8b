/* SPDX-License-Identifier: MIT */
#include "app/pay/payment.h"

#include <inttypes.h>

/* Nothing is locked while the acquirer decides. */
static enum err
decide(const struct app *app, const struct payment_order *order, const struct origin *origin,
       struct payment_result *ret_result)
{
	enum payment_action decision;
	enum err err = app->acquirer->decide(app->acquirer->self, order, &decision);
	if (err == OK)
		err = app->payments->decide(app->payments->self, order, decision, origin,
		                            &ret_result->payment, &ret_result->first);
	if (err == OK && ret_result->first)
		err = app->acquirer->confirm(app->acquirer->self, order);
	return err;
}

enum err
payment_decide(const struct app *app, const struct payment_order *order,
               const struct origin *origin, struct faults *faults,
               struct payment_result *ret_result)
{
	*ret_result = (struct payment_result){.first = false};
	if (!app->acquirer->accepts(app->acquirer->self, order->token)) {
		faults_add(faults, "/paymentToken", "token.unknown",
		           "the payment token is not known");
		return ERR_INVALID;
	}
	/* A repeated order gets the payment at once, without the acquirer. */
	enum err err =
		app->payments->of_book(app->payments->self, order->book_id, &ret_result->payment);
	if (err == ERR_NOT_FOUND)
		err = decide(app, order, origin, ret_result);
	else if (err == OK && !payment_fits_order(&ret_result->payment, order))
		err = ERR_INVALID;
	if (err == ERR_INVALID)
		faults_add(faults, "/price", "price.differs",
		           "booking %" PRIu64
		           " was to be paid with another amount before; an order may be "
		           "repeated, not changed",
		           order->book_id);
	return err;
}
