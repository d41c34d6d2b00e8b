/*
 * pay_call - the one way to call pay: bulkhead, breaker, deadline.
 */
#ifndef APP_BOOK_PAY_CALL_H
#define APP_BOOK_PAY_CALL_H

#include "app/app.h"
#include "app/metrics.h"

/*
 * Asks pay to pay for a book. OK: ret_payment as it stands (only PAY_APPROVED is an approval).
 * ERR_NOT_SENT: no place inside pay, the breaker is open, the deadline is near, or nobody listens.
 * ERR_UNKNOWN: it may have been decided; the same call again finds out.
 */
MUST_CHECK enum err pay_call(const struct app *app, const struct book *book, const char *token,
                             const struct origin *origin, int64_t deadline_ms,
                             struct payment *ret_payment);

/* Whether the breaker would refuse a call now. */
bool pay_is_shut(const struct app *app);

/* Tells of the breaker and the bulkhead. */
void pay_metrics(const struct app *app, struct metrics *to);

#endif
