/* SPDX-License-Identifier: MIT */
/*
 * book - the use cases of booking. Reads have no rule beyond "own only", which is in the query:
 * they go to the book_store directly.
 */
#ifndef APP_BOOK_BOOK_H
#define APP_BOOK_BOOK_H

#include "app/app.h"

#include <stdatomic.h>

#define BOOK_RETRY_MS         5000 /* between two attempts of the settler to pay the same booking */
/* The settler's first attempt: a call that is repeated gets the answer that was late. */
#define BOOK_FIRST_ATTEMPT_MS 300

/* A guest asks for a room. guest_id is the caller. */
struct book_place_request {
	uint64_t room_id;
	struct stay stay;
	uint32_t guests;
	bool is_quoted; /* the guest was shown a price, which counts unless HOTEL_CLIENT_PRICE=ignore: */
	money_t quoted_price;
	struct contact contact;
	char language[LANGUAGE_TEXT]; /* in which the guest asks; "": unknown */
	char token[TOKEN_SIZE];
	bool nobody_counts;            /* as of struct book_hold */
	char client[CLIENT_MARK_SIZE]; /* the same */
	struct idempotency key;
	struct origin origin;
	int64_t deadline_ms; /* of monotonic_ms(): when the answer is due */
};

/* What came of it; filled as far as it is known, on errors too. */
struct book_result {
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
 *	OK                   book.status says which: Booked, or PaymentPending (held; the payment
 *	                     follows)
 *	ERR_INVALID          faults
 *	ERR_NOT_FOUND        there is no such room
 *	ERR_DECLINED         book is Rejected, and the nights are free again
 *	ERR_TAKEN            by others: taken and alternatives; by the guest: book and detail
 *	ERR_PRICE_CHANGED    detail
 *	ERR_STATE_CONFLICT   book is the guest's own: Requested still, or ended otherwise meanwhile
 *	ERR_KEY_IN_PROGRESS  the request with this key has no result yet
 *	ERR_KEY_REUSED       the key belongs to another request
 *	ERR_TOO_MANY         the guest has too many unpaid bookings
 *	ERR_PAY_UNAVAILABLE  nothing is held
 */
MUST_CHECK enum err book_place(const struct app *app, const struct book_place_request *place,
                               struct faults *faults, struct book_result *ret_result);

struct book_pay_request {
	uint64_t id;
	char token[TOKEN_SIZE]; /* replaces the one given before, unless "" */
	struct precondition condition;
	struct idempotency key;
	struct origin origin;
	int64_t deadline_ms;
};

/* Pays a held booking now. As book_place(); ERR_NOT_FOUND: not the caller's as a guest;
 * ERR_VERSION_CONFLICT. */
MUST_CHECK enum err book_pay(const struct app *app, const struct book_pay_request *pay,
                             struct faults *faults, struct book_result *ret_result);

struct book_cancel_request {
	uint64_t id;
	struct precondition condition;
	struct idempotency key;
	struct origin origin;
};

/*
 * Cancels the caller's own booking. The refund follows by itself. ERR_NOT_FOUND;
 * ERR_STATE_CONFLICT: it ended already, or it is too late (detail); ERR_VERSION_CONFLICT,
 * ERR_KEY_REUSED.
 */
MUST_CHECK enum err book_cancel(const struct app *app, const struct book_cancel_request *cancel,
                                struct book_result *ret_result);

/*
 * An account takes over a booking that was made without one, by its verified e-mail; its key counts no
 * longer. A booking that is the account's already is the result as it is. ERR_UNAUTHORIZED: no account;
 * ERR_FORBIDDEN: its e-mail is not verified; ERR_NOT_FOUND: there is no such booking, or it is not for
 * this account; ERR_VERSION_CONFLICT, ERR_KEY_REUSED.
 */
MUST_CHECK enum err book_claim(const struct app *app, const struct book_claim *claim,
                               struct book_result *ret_result);

#define BOOK_CLAIMS_MAX 100 /* bookings that one request claims */

struct book_claims {
	struct book books[BOOK_CLAIMS_MAX]; /* as they are afterwards */
	size_t n;
	bool more; /* there are more: claim again */
};

/* The same for every booking that the account may claim, each by itself: those before an error stay
 * claimed. ERR_UNAUTHORIZED, ERR_FORBIDDEN. */
MUST_CHECK enum err book_claim_all(const struct app *app, const struct claimant *claimant,
                                   const struct origin *origin, struct book_claims *ret_claims);

#define BOOK_ERASURES_MAX 100 /* bookings that one request, or one round of purging, erases */

/*
 * Erases the contact of the bookings of an account that goes, each by itself: those before an error stay
 * erased. A booking whose guest may still come is left out. ret_n: how many; ret_more: there may be
 * more. ERR_INVALID: number 0 is no account.
 */
MUST_CHECK enum err book_erase_of_account(const struct app *app, uint64_t account_id,
                                          const struct origin *origin, size_t *ret_n,
                                          bool *ret_more);

/* The bookings of an account as a guest that keep it: whose guest may still come or has to pay, at most max
 * of a status. */
MUST_CHECK enum err book_standing(const struct app *app, uint64_t account_id, uint32_t max,
                                  void (*visit)(void *arg, const struct book *book), void *arg,
                                  uint64_t *ret_total);

/* Erases the contact of every stay that ended HOTEL_CONTACT_DAYS ago, or earlier; 0: none. As
 * book_erase_of_account(). */
MUST_CHECK enum err book_erase_old(const struct app *app, size_t *ret_n, bool *ret_more);

/* What is done with the bookings that are erased. */
struct book_erasures {
	enum err (*visit)(void *arg, const struct book *book,
	                  bool done); /* done: it was not before */
	void *arg;
};

/* For a restore: erases the booking of a line of the list, whatever its status, if the restored backup has
 * it. ret_done: it was not erased. ERR_NOT_FOUND. */
MUST_CHECK enum err book_erase_again(const struct app *app, const struct erased *erased,
                                     const struct origin *origin, struct book *ret_book,
                                     bool *ret_done);

/* For a restore: erases what an account that is gone has left, stays to come among it, which it had cancelled
 * before it could go. An unpaid booking is left to worker-account. ERR_INVALID: number 0 is no account; an
 * error of visit. */
MUST_CHECK enum err book_erase_left(const struct app *app, uint64_t account_id,
                                    const struct origin *origin, struct book_erasures *to);

/* Whether the caller may cancel the booking now; for the link. */
bool book_can_cancel(const struct app *app, const struct book *book, const struct caller *caller);

/* Whether the caller may pay the booking now; for the link. */
bool book_can_pay(const struct book *book, const struct caller *caller);

/* Closes a room for ever, when room asks for it. As book_store.room_close. */
MUST_CHECK enum err room_close(const struct app *app, uint64_t room_id, bool cancel_bookings,
                               const struct origin *origin);

/* What the threads of a settler share. */
struct settler {
	atomic_bool paying; /* holds wait to be paid */
};

/*
 * One round of the settler: finishes what is due. Needs no broker. ret_more: there may be more due
 * right now. An error says that the round ended early; the next one goes on.
 */
MUST_CHECK enum err book_settle_due(const struct app *app, bool *ret_more);

/* One round of a thread that helps the settler: pays one hold, if holds wait. So one card that hangs
 * keeps a thread, and not all others. As book_settle_due(). */
MUST_CHECK enum err book_settle_help(const struct app *app, bool *ret_more);

#endif
