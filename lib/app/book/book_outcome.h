/*
 * book_outcome - from a held book to its outcome: the steps that placing, paying later and the
 * settler share.
 */
#ifndef APP_BOOK_BOOK_OUTCOME_H
#define APP_BOOK_BOOK_OUTCOME_H

#include "app/book/book.h"

/* What a book as it stands means to whoever asked for it: OK for Booked and PaymentPending,
 * ERR_DECLINED for Rejected, ERR_KEY_IN_PROGRESS for Requested, else ERR_STATE_CONFLICT. */
MUST_CHECK enum err book_stored_outcome(const struct book *book);

/*
 * Calls pay for a book that holds its nights and settles by the answer: approve, decline, and when
 * there is none `otherwise` (defer or, in refuse mode, expire). What a Requested book becomes is
 * written even when the answer is unknown; a PaymentPending one stays as it is. ret_book: the book
 * as it stands afterwards, filled on OK and ERR_STATE_CONFLICT. ERR_PAY_UNAVAILABLE: it expired.
 */
MUST_CHECK enum err book_settle_by_paying(const struct app *app, const struct book *book,
                                          const char *token, const struct idempotency *key,
                                          const struct origin *origin, int64_t deadline_ms,
                                          struct book *ret_book);

/* Ends the Requested state of a book whose payment is not known: defer, or expire in refuse mode.
 * As book_settle_by_paying(). */
MUST_CHECK enum err book_settle_without_answer(const struct app *app, const struct book *book,
                                               const struct origin *origin, struct book *ret_book);

#endif
