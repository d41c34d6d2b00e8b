/* book_outcome - from a held book to its outcome. */
#include "app/book/book_outcome.h"

#include "app/book/pay_call.h"

#include <stdio.h>
#include <string.h>

enum err
book_stored_outcome(const struct book *book)
{
	switch (book->status) {
	case BOOK_BOOKED:
	case BOOK_PAYMENT_PENDING: return OK;
	case BOOK_REJECTED: return ERR_DECLINED;
	case BOOK_REQUESTED: return ERR_KEY_IN_PROGRESS;
	case BOOK_EXPIRED:
	case BOOK_CANCELED: return ERR_STATE_CONFLICT;
	case BOOK_STATUS_MAX: break;
	}
	return ERR_BUG_HERE();
}

static struct book_change
change_of(const struct book *book, enum book_action action, const char *why,
          const struct origin *origin)
{
	struct book_change change = {.id = book->id, .action = action, .origin = *origin};
	snprintf(change.why, sizeof(change.why), "%s", why);
	return change;
}

static enum err
expire_unpaid(const struct app *app, const struct book *book, const char *why,
              const struct origin *origin, struct book *ret_book)
{
	struct book_change change = change_of(book, BOOK_EXPIRE, why, origin);
	change.drop_key = true;
	enum err err = app->books->apply(app->books->self, &change, ret_book);
	return err == OK ? ERR_PAY_UNAVAILABLE : err;
}

enum err
book_settle_without_answer(const struct app *app, const struct book *book,
                           const struct origin *origin, struct book *ret_book)
{
	if (app->settings->pay_fallback == FALLBACK_REFUSE)
		return expire_unpaid(app, book, "the payment service gave no answer", origin,
		                     ret_book);
	struct book_change change =
		change_of(book, BOOK_DEFER, "the payment service gave no answer", origin);
	change.pending_limit = app->settings->pending_limit;
	enum err err = app->books->apply(app->books->self, &change, ret_book);
	if (err == OK && ret_book->status == BOOK_EXPIRED)
		return ERR_PAY_UNAVAILABLE; /* over the limit */
	return err;
}

static enum err
settle_by_answer(const struct app *app, const struct book *book, const struct payment *payment,
                 const struct idempotency *key, const struct origin *origin, struct book *ret_book)
{
	bool approved = payment->status == PAY_APPROVED;
	struct book_change change = change_of(
		book, approved ? BOOK_APPROVE : BOOK_DECLINE,
		approved ? "the payment was approved" : "the payment was declined", origin);
	change.pay_id = payment->id;
	if (key)
		change.key = *key;
	return app->books->apply(app->books->self, &change, ret_book);
}

enum err
book_settle_by_paying(const struct app *app, const struct book *book, const char *token,
                      const struct idempotency *key, const struct origin *origin,
                      int64_t deadline_ms, struct book *ret_book)
{
	struct payment payment;
	enum err err = pay_call(app, book, token, origin, deadline_ms, &payment);
	if (err == OK)
		return settle_by_answer(app, book, &payment, key, origin, ret_book);
	if (book->status == BOOK_REQUESTED)
		return book_settle_without_answer(app, book, origin, ret_book);
	*ret_book = *book;
	return OK;
}
