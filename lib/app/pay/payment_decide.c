#include "app/pay/payment.h"

#include <inttypes.h>

/* Nothing is locked while the acquirer decides. */
static enum err
decide(const struct app *app, const struct payment_order *order, const struct origin *origin,
       struct payment_outcome *ret_outcome)
{
	enum payment_action decision;
	enum err err = app->acquirer->decide(app->acquirer->self, order, &decision);
	if (err == OK)
		err = app->payments->decide(app->payments->self, order, decision, origin,
		                            &ret_outcome->payment, &ret_outcome->first);
	if (err == OK && ret_outcome->first)
		err = app->acquirer->confirm(app->acquirer->self, order);
	return err;
}

enum err
payment_decide(const struct app *app, const struct payment_order *order,
               const struct origin *origin, struct faults *faults,
               struct payment_outcome *ret_outcome)
{
	*ret_outcome = (struct payment_outcome){.first = false};
	if (!app->acquirer->accepts(app->acquirer->self, order->token)) {
		faults_add(faults, "/paymentToken", "token.unknown",
		           "the payment token is not known");
		return ERR_INVALID;
	}
	/* A repeated order gets the payment at once, without the acquirer. */
	enum err err =
		app->payments->of_book(app->payments->self, order->book_id, &ret_outcome->payment);
	if (err == ERR_NOT_FOUND)
		err = decide(app, order, origin, ret_outcome);
	else if (err == OK && !payment_fits_order(&ret_outcome->payment, order))
		err = ERR_INVALID;
	if (err == ERR_INVALID)
		faults_add(faults, "/price", "price.differs",
		           "booking %" PRIu64
		           " was to be paid with another amount before; an order may be "
		           "repeated, not changed",
		           order->book_id);
	return err;
}
