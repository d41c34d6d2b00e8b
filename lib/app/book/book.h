/*
 * book - the use cases of booking. Reads have no rule beyond "own only", which is in the query:
 * they go to the book_store directly.
 */
#ifndef APP_BOOK_BOOK_H
#define APP_BOOK_BOOK_H

#include "app/app.h"

#define BOOK_RETRY_MS 5000 /* between two attempts of the settler to pay the same booking */

/* A guest asks for a room. guest_id is the caller. */
struct book_place {
	uint64_t room_id;
	struct stay stay;
	uint32_t guests;
	bool is_quoted; /* the guest was shown a price: */
	money_t quoted_price;
	struct contact contact;
	char token[TOKEN_SIZE];
	struct idempotency key;
	struct origin origin;
	int64_t deadline_ms; /* of monotonic_ms(): when the answer is due */
};

/* What came of it; filled as far as it is known, on errors too. */
struct book_outcome {
	struct book book; /* id 0: there is none to show */
	bool replayed;    /* the answer to the same request, again */
	char detail[200]; /* a sentence for the guest; "" if the error says it all */
	day_t taken[STAY_NIGHTS_MAX];
	size_t n_taken;
	struct alternatives alternatives;
};

/*
 * Quote, hold, pay, settle or defer.
 *
 * OK: look at book.status: Booked, or PaymentPending (held, to be paid a little later).
 * ERR_INVALID: faults; ERR_NOT_FOUND: no such room; ERR_DECLINED: Rejected, the nights are free
 * again; ERR_TAKEN: taken and alternatives, or book if it is the guest's own;
 * ERR_PRICE_CHANGED: detail; ERR_STATE_CONFLICT: book is the guest's own and still Requested, or
 * ended otherwise meanwhile; ERR_KEY_IN_PROGRESS, ERR_KEY_REUSED; ERR_TOO_MANY;
 * ERR_PAY_UNAVAILABLE: nothing is held.
 */
MUST_CHECK enum err book_place(const struct app *app, const struct book_place *place,
                               struct faults *faults, struct book_outcome *ret_outcome);

struct book_pay {
	uint64_t id;
	char token[TOKEN_SIZE]; /* replaces the one given before, unless "" */
	struct idempotency key;
	struct origin origin;
	int64_t deadline_ms;
};

/* Pays a held book now. As book_place(); ERR_NOT_FOUND: not the caller's as a guest. */
MUST_CHECK enum err book_pay(const struct app *app, const struct book_pay *pay,
                             struct faults *faults, struct book_outcome *ret_outcome);

struct book_cancel {
	uint64_t id;
	uint64_t if_version; /* 0: whatever its version */
	struct idempotency key;
	struct origin origin;
};

/*
 * Cancels the caller's own book. The refund follows by itself. ERR_NOT_FOUND;
 * ERR_STATE_CONFLICT: it ended already, or it is too late (detail); ERR_VERSION_CONFLICT,
 * ERR_KEY_REUSED.
 */
MUST_CHECK enum err book_cancel(const struct app *app, const struct book_cancel *cancel,
                                struct book_outcome *ret_outcome);

/* Whether the caller may cancel the book now; for the link. */
bool book_can_cancel(const struct app *app, const struct book *book, const struct caller *caller);

/* Whether the caller may pay the book now; for the link. */
bool book_can_pay(const struct book *book, const struct caller *caller);

/* room tells that a room is closed for ever. As book_store.close_room. */
MUST_CHECK enum err book_close_room(const struct app *app, uint64_t room_id, bool cancel_bookings,
                                    const struct origin *origin);

/*
 * One round of the settler: finishes what is due. Needs no broker. ret_more: there may be more due
 * right now. An error says that the round ended early; the next one goes on.
 */
MUST_CHECK enum err book_settle(const struct app *app, bool *ret_more);

#endif
