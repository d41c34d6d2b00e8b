/* payment_decide - one payment per book, by the built-in acquirer. */
#include "app/pay/payment.h"

#include <inttypes.h>
#include <string.h>
#include <time.h>

/* tok_slow: an acquirer that takes its time. Nothing is locked meanwhile. */
static void
take_a_second(void)
{
	struct timespec left = {.tv_sec = 1};
	while (nanosleep(&left, &left))
		;
}

static enum err
refuse_amount(const struct payment_order *order, struct faults *faults)
{
	faults_add(faults, "/price", "price.differs",
	           "book %" PRIu64 " was to be paid with another amount before; an order may be "
	           "repeated, not changed",
	           order->book_id);
	return ERR_INVALID;
}

static enum err
decide(const struct app *app, const struct payment_order *order, enum acquirer_decision decision,
       const struct origin *origin, struct payment_outcome *ret_outcome)
{
	enum payment_action action =
		decision == ACQUIRER_DECLINES ? PAYMENT_DECLINE : PAYMENT_APPROVE;
	if (decision == ACQUIRER_APPROVES_SLOWLY)
		take_a_second();
	enum err err = app->payments->decide(app->payments->self, order, action, origin,
	                                     &ret_outcome->payment, &ret_outcome->first);
	ret_outcome->silent =
		err == OK && ret_outcome->first && decision == ACQUIRER_APPROVES_SILENTLY;
	return err;
}

enum err
payment_decide(const struct app *app, const struct payment_order *order,
               const struct origin *origin, struct faults *faults,
               struct payment_outcome *ret_outcome)
{
	enum acquirer_decision decision;
	*ret_outcome = (struct payment_outcome){.first = false};
	if (acquirer_decide(order->token, app->settings->demo == ON, &decision) != OK) {
		faults_add(faults, "/paymentToken", "token.unknown",
		           "the payment token is not known");
		return ERR_INVALID;
	}
	/* A repeated call gets the payment at once, whatever the token does the first time. */
	enum err err =
		app->payments->of_book(app->payments->self, order->book_id, &ret_outcome->payment);
	if (err == ERR_NOT_FOUND && decision == ACQUIRER_FAILS)
		return ERR_SYSTEM_CODE(0);
	if (err == ERR_NOT_FOUND)
		err = decide(app, order, decision, origin, ret_outcome);
	else if (err == OK && !payment_fits_order(&ret_outcome->payment, order))
		err = ERR_INVALID;
	return err == ERR_INVALID ? refuse_amount(order, faults) : err;
}
