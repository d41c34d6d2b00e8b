/* SPDX-License-Identifier: MIT */
/*
 * payment - the use case of paying, by the acquirer's decision. Cancelling is payment_store.bookings_apply;
 * reads go to the store directly.
 */
#ifndef APP_PAY_PAYMENT_H
#define APP_PAY_PAYMENT_H

#include "app/app.h"

struct payment_result {
	struct payment payment;
	bool first; /* decided by this call; else decided before */
};

/*
 * Decides the payment of a booking, once. ERR_INVALID with faults: another amount than the first
 * time, or a token that the acquirer does not accept. An error of the acquirer is returned: with
 * ERR_SYSTEM nothing is decided, with ERR_TIMEOUT of confirm() the stored decision stands.
 */
MUST_CHECK enum err payment_decide(const struct app *app, const struct payment_order *order,
                                   const struct origin *origin, struct faults *faults,
                                   struct payment_result *ret_result);

#endif
