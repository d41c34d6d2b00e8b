/*
 * payment - the use case of paying, by the built-in acquirer. Cancelling is payment_store.revoke;
 * reads go to the store directly.
 */
#ifndef APP_PAY_PAYMENT_H
#define APP_PAY_PAYMENT_H

#include "app/app.h"

struct payment_outcome {
	struct payment payment;
	bool first;  /* decided just now; else this is the payment as it stands */
	bool silent; /* tok_hang: the answer to this call never comes */
};

/*
 * Decides a book's payment, once. ERR_INVALID with faults: another amount than the first time, or a
 * token nobody issued (test tokens in demo mode only); ERR_SYSTEM: tok_error, undecided.
 */
MUST_CHECK enum err payment_decide(const struct app *app, const struct payment_order *order,
                                   const struct origin *origin, struct faults *faults,
                                   struct payment_outcome *ret_outcome);

#endif
