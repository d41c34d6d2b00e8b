/* SPDX-License-Identifier: MIT */
/*
 * ports - what book needs from outside: its store, room and pay, and the guards of calls to pay.
 * What holds for all ports is in app/ports.h.
 */
#ifndef APP_BOOK_PORTS_H
#define APP_BOOK_PORTS_H

#include "app/paging.h"
#include "app/stay_filter.h"
#include "domain/book/alternatives.h"
#include "domain/book/booking_key.h"
#include "domain/book/breaker.h"
#include "domain/caller.h"
#include "domain/event.h"

enum book_sort {
	BOOK_SORT_ID,
	BOOK_SORT_START_DATE,
	BOOK_SORT_PRICE,
	BOOK_SORT_UPDATED_AT,
	BOOK_SORT_MAX
};

struct book_list {
	struct caller caller; /* only the caller's own, as guest or as host by its role */
	struct stay_filter filter;
	enum book_status status; /* BOOK_STATUS_MAX: any */
	struct paging paging;
};

struct book_hold {
	struct book book; /* the store sets id, status, version, pay_until and times */
	char token[TOKEN_SIZE];
	money_t night_price; /* what the price was computed from */
	uint32_t hold_s;
	uint32_t guest_limit; /* of unpaid holds of this guest */
	bool nobody_counts;   /* guest 0 has the same limit, by contact and by client; else none */
	char client[CLIENT_MARK_SIZE]; /* of guest 0: a mark of its network; "": not counted */
	uint32_t pending_limit;        /* ERR_PAY_UNAVAILABLE when this many or more bookings are
	                         * Requested or PaymentPending; 0: not checked */
	struct idempotency key;
	struct origin origin;
};

enum hold_kind {
	HOLD_MADE,     /* the booking is Requested and holds its nights */
	HOLD_REPLAYED, /* the key was used before: its booking as it is now */
	HOLD_OWN,    /* the same guest already has this room and stay: that booking as it is now */
	HOLD_REFUSED /* the error says why */
};

struct hold_result {
	enum hold_kind kind;
	struct book book;
	struct offer offer;           /* with ERR_PRICE_CHANGED: the offer as it is known now */
	day_t taken[STAY_NIGHTS_MAX]; /* with ERR_TAKEN: which nights, ascending */
	size_t n_taken;
};

struct book_change {
	uint64_t id;
	enum book_action action;
	struct precondition condition;
	uint64_t pay_id;        /* with approve and decline */
	uint32_t pending_limit; /* with defer: the booking expires instead when this many or more
	                         * are PaymentPending; 0: none */
	bool owned;             /* only while origin.caller owns the booking */
	bool drop_key;          /* delete the key the booking was made with: it may be used again */
	char why[120];          /* for the timeline */
	struct idempotency key; /* that commits with this change; key "" for none */
	struct origin origin;
};

/* Whether the key the booking was made with is deleted when the change was done by this action: also
 * when a booking expires instead of being deferred, because nothing came of its request. */
static inline bool
book_change_drops_key(const struct book_change *change, enum book_action done)
{
	return change->drop_key || done != change->action;
}

/* Whether the change may be made of the booking as it is now. ERR_NOT_FOUND: it is no longer the
 * caller's; and as book_check_change(). */
MUST_CHECK static inline enum err
book_change_check(const struct book_change *change, const struct book *book)
{
	if (change->owned && !book_belongs_to(book, &change->origin.caller))
		return ERR_NOT_FOUND;
	return book_check_change(book, &change->condition, change->action);
}

/* An account takes over a booking that was made without one. */
struct book_claim {
	uint64_t id;
	struct claimant claimant;
	struct precondition condition;
	struct idempotency key;
	struct origin origin;
};

/* The contact of a booking is overwritten. */
struct book_erasure {
	uint64_t id;                    /* 0: the booking of this reference */
	char reference[REFERENCE_SIZE]; /* without an id */
	day_t today;                    /* for book_check_erase() */
	bool again; /* the same; it is in the list already, so no line is written */
	struct origin origin;
};

/* Which bookings are to be erased. */
struct erasable_query {
	uint64_t guest_id; /* of this account; 0: of anybody, by the end of the stay alone */
	day_t until; /* stays that ended by this day; of an account, those without a stay to come, too */
};

enum due_kind {
	DUE_STALE,   /* Requested, and the process that worked on it is gone */
	DUE_RETRY,   /* PaymentPending: pay may be called again */
	DUE_EXPIRED, /* PaymentPending past its pay_until */
	DUE_CLOSED   /* an active booking of a closed room that starts today or later */
};

struct due_query {
	uint32_t stale_ms;  /* Requested for longer than this is DUE_STALE */
	uint32_t retry_ms;  /* PaymentPending without an attempt for so long is DUE_RETRY */
	size_t max_retries; /* at most so many of those; 0: none */
	bool only_retries;  /* leaves out all other kinds */
	day_t today;        /* bookings of closed rooms are due from this day on */
	size_t max;         /* of all kinds; the size of the array */
};

struct due_book {
	enum due_kind kind;
	struct book book;
	char token[TOKEN_SIZE];
	uint32_t attempts; /* of DUE_RETRY: how many there were before */
};

struct book_store {
	void *self;

	/* The booking that a key made or changed. ERR_NOT_FOUND: the key is new, or "".
	 * ERR_KEY_REUSED. */
	enum err (*replay)(void *self, const struct idempotency *key, struct book *ret_book);

	/*
	 * Holds the nights under the lock of the room: commits the booking as Requested, its nights
	 * and its key. ret_result is filled on OK and on the following errors, with which nothing
	 * is stored: ERR_NOT_FOUND (no such offer, not open, or closed), ERR_PRICE_CHANGED (the
	 * offer's price is not night_price), ERR_TAKEN, ERR_KEY_REUSED, ERR_TOO_MANY,
	 * ERR_PAY_UNAVAILABLE (see pending_limit).
	 */
	enum err (*hold)(void *self, const struct book_hold *hold, struct hold_result *ret_result);

	/*
	 * Applies one action as domain/book/book.h allows it, by a guarded update: frees the nights
	 * that the new state does not hold, writes the timeline, the key and the event. No action
	 * changes pay_until, which was set by hold(). ERR_NOT_FOUND (also: see `owned`);
	 * ERR_VERSION_CONFLICT and ERR_STATE_CONFLICT fill
	 * ret_book with the booking as it is.
	 */
	enum err (*apply)(void *self, const struct book_change *change, struct book *ret_book);

	/*
	 * Gives a booking to an account as book_check_claim() allows it, by a guarded update: guest,
	 * version and key version, the timeline, the key and BookClaimed. A booking that is the
	 * account's already is returned as it is. ERR_NOT_FOUND; ERR_KEY_REUSED;
	 * ERR_VERSION_CONFLICT fills ret_book with the booking as it is.
	 */
	enum err (*claim)(void *self, const struct book_claim *claim, struct book *ret_book);

	/* The ids of up to max bookings that the account may claim (book_is_claimable()), oldest
	 * first. */
	enum err (*claimable)(void *self, const struct claimant *claimant, uint64_t ret_ids[],
	                      size_t max, size_t *ret_n);

	/*
	 * Overwrites the contact of a booking as book_check_erase() and book_erase() say: contact, token,
	 * version and key version, the timeline and BookErased. Nothing that waits to be published has the
	 * contact afterwards, and a repeated request of a key of the booking is ERR_KEY_REUSED. A line waits
	 * for the list of what was erased (app/erased.h). A booking that is erased is returned as it is; its
	 * token is kept as long as book_needs_token() says, and goes with apply(). ret_done: it was not
	 * erased before. ERR_NOT_FOUND; ERR_STATE_CONFLICT fills ret_book.
	 */
	enum err (*erase)(void *self, const struct book_erasure *erasure, struct book *ret_book,
	                  bool *ret_done);

	/* The ids of up to max bookings that are not erased and for which book_check_erase() is OK. */
	enum err (*erasable)(void *self, const struct erasable_query *query, uint64_t ret_ids[],
	                     size_t max, size_t *ret_n);

	/* Counts one more attempt to pay a PaymentPending booking and replaces the token unless it is
	 * "". ret_token: the one to pay with. ERR_NOT_FOUND; ERR_VERSION_CONFLICT and
	 * ERR_STATE_CONFLICT fill ret_book. */
	enum err (*attempt)(void *self, uint64_t id, const char *token,
	                    const struct precondition *condition, struct book *ret_book,
	                    char ret_token[TOKEN_SIZE]);

	/* ERR_NOT_FOUND, also if caller is not NULL and the booking is not the caller's own. */
	enum err (*find)(void *self, uint64_t id, const struct caller *caller,
	                 struct book *ret_book);

	enum err (*list)(void *self, const struct book_list *list,
	                 void (*visit)(void *arg, const struct book *book), void *arg,
	                 uint64_t *ret_total);

	/* All bookings that have an event, as their last events published them. Requested ones
	 * have none. */
	enum err (*snapshot)(void *self, const struct keyset_page *page,
	                     void (*visit)(void *arg, const struct book *book), void *arg);

	/* The changes of one booking in their order. The caller has checked the ownership. */
	enum err (*timeline)(void *self, uint64_t id,
	                     void (*visit)(void *arg, const struct book_step *step), void *arg);

	/*
	 * What the settler must act on. Only DUE_RETRY rows are claimed, by counting the attempt;
	 * of these the least often tried come first, then the oldest.
	 */
	enum err (*due)(void *self, const struct due_query *query, struct due_book ret_due[],
	                size_t *ret_n);

	/* How many bookings are PaymentPending. */
	enum err (*pending)(void *self, uint64_t *ret_pending);

	/* ERR_NOT_FOUND. */
	enum err (*offer_find)(void *self, uint64_t room_id, struct offer *ret_offer);

	/* Stores an offer unless a newer one is there. Never changes `closed`. */
	enum err (*offer_put)(void *self, const struct offer *offer);

	/* Consumer: the same for the rooms of many events. All of them or none. */
	enum err (*offers_apply)(void *self, const struct event events[], size_t n);

	/*
	 * Closes a room for ever, under the lock that hold() takes. With cancel_bookings the active
	 * bookings that start on the day `today` or later are cancelled, each with its event;
	 * without it such a booking is ERR_HAS_BOOKINGS, and nothing is closed. A room that is
	 * unknown here is closed too. Idempotent.
	 */
	enum err (*room_close)(void *self, uint64_t room_id, bool cancel_bookings, day_t today,
	                       const struct origin *origin);

	/* Deletes the nights of up to max stays that ended by the day `before`, oldest first.
	 * ret_n: of how many stays. */
	enum err (*nights_purge)(void *self, day_t before, size_t max, size_t *ret_n);

	/* Deletes up to max keys that are older, oldest first. ret_n: how many. */
	enum err (*keys_purge)(void *self, instant_t before, size_t max, size_t *ret_n);

	/* What else could be booked; takes no lock. `from` is the first day that may be offered. */
	enum err (*alternatives)(void *self, uint64_t room_id, struct stay stay, uint32_t guests,
	                         day_t from, struct alternatives *ret_alternatives);
};

struct pay_client {
	void *self;

	/*
	 * Has pay decide an order. OK: the payment as it is now; only PAY_APPROVED is an approval.
	 * ERR_NOT_SENT: the call had no effect. ERR_UNKNOWN: it may have had one; call again with the
	 * same order. ERR_UNDECIDED: pay answered, and could not decide this order; call again too.
	 */
	enum err (*decide)(void *self, const struct payment_order *order,
	                   const struct origin *origin, uint32_t timeout_ms,
	                   struct payment *ret_payment);

	/* Asks for something that changes nothing. OK: pay answers. ERR_UNAVAILABLE. */
	enum err (*ping)(void *self, uint32_t timeout_ms);
};

/* Calls room for the offer that it makes now. ERR_NOT_FOUND, ERR_UNAVAILABLE. */
struct room_client {
	void *self;
	enum err (*offer)(void *self, uint64_t room_id, const struct origin *origin,
	                  uint32_t timeout_ms, struct offer *ret_offer);
};

/* A circuit breaker (domain/book/breaker.h) whose state the processes of a program share. Its
 * functions cannot fail. */
struct shared_breaker {
	void *self;
	enum breaker_permit (*permit)(void *self);
	void (*report)(void *self, enum breaker_permit permit, bool success);
	void (*recover)(void *self);
	void (*read)(void *self, struct breaker *ret_breaker);
};

struct bulkhead_state {
	uint32_t places, busy;
	uint64_t refused; /* calls that found no place in time, since the start */
};

/* A limit on how many calls are made at once. */
struct bulkhead {
	void *self;
	/*
	 * Waits up to wait_ms for a place while those inside are answered, and no longer than idle_ms without an
	 * answer: so a busy service is waited for, and one that hangs is not. False: there was none.
	 */
	bool (*enter)(void *self, uint32_t idle_ms, uint32_t wait_ms);
	/* answered: the call had an answer. */
	void (*leave)(void *self, bool answered);
	/* For metrics. */
	void (*read)(void *self, struct bulkhead_state *ret_state);
};

#endif
