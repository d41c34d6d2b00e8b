/* SPDX-License-Identifier: MIT */
/*
 * book_settle - the payment of a held booking through the circuit breaker, and what the answer does
 * to the booking. Placing, paying later and the settler share it.
 */
#ifndef APP_BOOK_BOOK_SETTLE_H
#define APP_BOOK_BOOK_SETTLE_H

#include "app/book/book.h"
#include "app/metrics.h"

/* The fault of a token that the acquirer does not know; what to leave it out for follows. */
#define BOOK_TOKEN_UNKNOWN "the payment token is not known; leave it out for "

/* The outcome that a booking's state means for the request that made it: OK for Booked and
 * PaymentPending, ERR_DECLINED for Rejected, ERR_KEY_IN_PROGRESS for Requested, else
 * ERR_STATE_CONFLICT. */
MUST_CHECK enum err book_err_of_status(const struct book *book);

/* The outcome of a request that is replayed: `err`, but ERR_NOT_FOUND and nothing to show if the booking
 * is no longer the caller's, as after a claim, which revokes its key. */
MUST_CHECK enum err book_err_of_replay(const struct caller *caller, enum err err,
                                       struct book_result *result);

/*
 * Calls pay for a booking that holds its nights, and approves or declines it by the answer. Without
 * a usable answer (a timeout, a 500, another booking's payment) a Requested booking is deferred or,
 * in refuse mode, expires; a PaymentPending one stays as it is. ret_book: the booking afterwards,
 * filled on OK and ERR_STATE_CONFLICT. ERR_PAY_UNAVAILABLE: it expired.
 */
MUST_CHECK enum err book_settle_by_paying(const struct app *app, const struct book *book,
                                          const char *token, const struct idempotency *key,
                                          const struct origin *origin, int64_t deadline_ms,
                                          struct book *ret_book);

/* Ends the Requested state of a booking whose payment is not known: defers it, or lets it expire in
 * refuse mode. As book_settle_by_paying(). */
MUST_CHECK enum err book_settle_without_answer(const struct app *app, const struct book *book,
                                               const struct origin *origin, struct book *ret_book);

/* Whether the breaker would refuse a call now. */
bool pay_is_refused(const struct app *app);

/* Adds the metrics of the breaker and the bulkhead. */
void pay_metrics(const struct app *app, struct metrics *to);

#endif
