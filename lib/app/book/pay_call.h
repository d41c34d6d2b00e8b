/*
 * pay_call - the one way to call pay: bulkhead, breaker, deadline.
 */
#ifndef APP_BOOK_PAY_CALL_H
#define APP_BOOK_PAY_CALL_H

#include "app/app.h"
#include "app/metrics.h"

/*
 * Has pay decide the payment of a booking. OK: only PAY_APPROVED is an approval. ERR_NOT_SENT: the
 * bulkhead is full, the breaker is open, the deadline is near, or pay does not listen. ERR_UNKNOWN:
 * it may have been decided; repeat the same call to find out.
 */
MUST_CHECK enum err pay_call(const struct app *app, const struct book *book, const char *token,
                             const struct origin *origin, int64_t deadline_ms,
                             struct payment *ret_payment);

/* Whether the breaker would refuse a call now. */
bool pay_is_shut(const struct app *app);

/* Adds the metrics of the breaker and the bulkhead. */
void pay_metrics(const struct app *app, struct metrics *to);

#endif
