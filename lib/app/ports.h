/*
 * ports - the edge of the hexagon: what the use cases need from outside.
 *
 * A port is a plain struct of functions with the adapter's own `self`. Each function is one whole
 * business operation and atomic: it happened, with its event and its idempotency key, or it did
 * not. No port call is made while another is under way on the same data, and none of them calls
 * back into a use case, except for the visitors, which may only look.
 *
 * Every function is safe to call from several threads. Beside what its comment names, each that
 * talks to a part may give ERR_UNAVAILABLE or ERR_TIMEOUT (the part is down or busy; nothing was
 * done), ERR_CONFLICT (the database chose us as victim too often; nothing was done), ERR_UNKNOWN
 * (the connection was lost in the middle of the commit) and ERR_MEMORY. ret_ parameters are filled
 * on OK only, unless said otherwise.
 */
#ifndef APP_PORTS_H
#define APP_PORTS_H

#include "app/alarm/ports.h"
#include "domain/book/alternatives.h"
#include "domain/book/breaker.h"
#include "domain/mypage/mypage.h"

/* ---- room ------------------------------------------------------------------------------------ */

enum room_sort {
	ROOM_SORT_ID,
	ROOM_SORT_PRICE,
	ROOM_SORT_NAME,
	ROOM_SORT_CITY,
	ROOM_SORT_CAPACITY,
	ROOM_SORT_MAX
};

/* A member that is 0 or "" does not narrow the search; stay counts if it has nights. */
struct room_search {
	struct stay stay;
	uint32_t guests;
	money_t max_price;                     /* for one night */
	char text[TEXT_SIZE(ROOM_NAME_CHARS)]; /* somewhere in name, description or city */
	char city[TEXT_SIZE(ROOM_CITY_CHARS)]; /* the city, whole, whatever its case */
	bool of_host;                          /* only those of host_id, */
	uint64_t host_id;
	struct paging paging;
};

struct room_change {
	uint64_t id;
	uint64_t host_id;    /* only a room of this host is changed */
	uint64_t if_version; /* 0: whatever its version */
	unsigned members;    /* enum room_member, or-ed */
	struct room to;      /* the new values of those members */
	struct idempotency key;
	struct origin origin;
};

struct room_store {
	void *self;

	/*
	 * Stores a new room (id, version, times and status are given by the store) and
	 * RoomRegistered. With a key that came before: ret_replayed, and the room as it was
	 * answered then. ERR_KEY_REUSED.
	 */
	enum err (*enter)(void *self, const struct room *room, const struct idempotency *key,
	                  const struct origin *origin, struct room *ret_room, bool *ret_replayed);

	/*
	 * The same for n rooms (at least 1): all of them with their events and the key, or none.
	 * ret_replayed: the key came before, nothing was stored now. ERR_KEY_REUSED.
	 */
	enum err (*enter_all)(void *self, const struct room rooms[], size_t n,
	                      const struct idempotency *key, const struct origin *origin,
	                      bool *ret_replayed);

	/* ERR_NOT_FOUND. Deleted rooms are found, too. */
	enum err (*find)(void *self, uint64_t id, struct room *ret_room);

	/*
	 * Changes an Open room and stores RoomChanged. A change that changes nothing makes no
	 * version and no event. ERR_NOT_FOUND (also: another host's, Deleted),
	 * ERR_VERSION_CONFLICT, ERR_KEY_REUSED; with a key that came before: ret_replayed.
	 */
	enum err (*change)(void *self, const struct room_change *change, struct room *ret_room,
	                   bool *ret_replayed);

	/* Open rooms; with a stay only those free for the whole of it. ret_total counts all pages.
	 */
	enum err (*search)(void *self, const struct room_search *search,
	                   void (*visit)(void *arg, const struct room *room), void *arg,
	                   uint64_t *ret_total);

	/* All rooms, Deleted ones too, as their last event told them. */
	enum err (*snapshot)(void *self, const struct keyset_page *page,
	                     void (*visit)(void *arg, const struct room *room), void *arg);

	/* The taken nights of a room in a range, ascending. ERR_NOT_FOUND. */
	enum err (*calendar)(void *self, uint64_t room_id, struct stay range,
	                     void (*visit)(void *arg, day_t night), void *arg);

	/*
	 * Deleting, first half: commits the intent to close an Open room. cancel_bookings and the
	 * origin are kept with it, for whoever has to finish. The room stays Open until the second
	 * half. An intent that stands already is joined, and replaced unless it asks for more; it
	 * goes when each that joined it has withdrawn. ERR_NOT_FOUND, ERR_VERSION_CONFLICT.
	 */
	enum err (*closing_begin)(void *self, uint64_t id, uint64_t host_id, uint64_t if_version,
	                          bool cancel_bookings, const struct origin *origin);

	/* Second half: Deleted, and RoomDeleted. Done again it changes nothing. ERR_NOT_FOUND. */
	enum err (*closing_finish)(void *self, uint64_t id, const struct origin *origin,
	                           struct room *ret_room);

	/* Or: book refused, the intent is withdrawn; one that cancels bookings stays. */
	enum err (*closing_withdraw)(void *self, uint64_t id);

	/* Intents that are at least age_ms old, at most max of them, oldest first. */
	enum err (*closings)(void *self, uint32_t age_ms, size_t max,
	                     void (*visit)(void *arg, uint64_t room_id, bool cancel_bookings,
	                                   const struct origin *origin),
	                     void *arg);

	/* Consumer: what book tells of its nights, for the search only. All of them or none. */
	enum err (*take)(void *self, const struct event events[], size_t n);

	/* Forgets keys that are older, at most so many, oldest first. ret_n: how many. */
	enum err (*keys_purge)(void *self, instant_t before, size_t max, size_t *ret_n);
};

/* ---- book ------------------------------------------------------------------------------------ */

enum book_sort {
	BOOK_SORT_ID,
	BOOK_SORT_START_DATE,
	BOOK_SORT_PRICE,
	BOOK_SORT_UPDATED_AT,
	BOOK_SORT_MAX
};

struct book_list {
	struct caller caller; /* only the caller's own, as guest or as host by its role */
	bool of_room;         /* only those of room_id */
	uint64_t room_id;
	enum book_status status; /* BOOK_STATUS_MAX: any */
	struct paging paging;
};

struct book_hold {
	struct book book; /* id, status, version, pay_until and times are given by the store */
	char token[TOKEN_SIZE];
	money_t night_price; /* what the price was computed from */
	uint32_t hold_s;
	uint32_t guest_limit;   /* unpaid holds of this guest (not of guest 0) */
	uint32_t pending_limit; /* unpaid holds of all; 0: not looked at now */
	struct idempotency key;
	struct origin origin;
};

enum hold_kind {
	HOLD_MADE,     /* book is Requested and holds its nights */
	HOLD_REPLAYED, /* the key came before: book as it stands now */
	HOLD_OWN,    /* the same guest has the same room and stay already: book as it stands now */
	HOLD_REFUSED /* see the error */
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
	uint64_t if_version;    /* 0: whatever its version */
	uint64_t pay_id;        /* with approve and decline */
	uint32_t pending_limit; /* with defer: over it the book expires instead; 0: none */
	bool drop_key; /* forget the key it was made with: the same key may be sent again */
	char why[120]; /* for the timeline */
	struct idempotency key; /* that commits with this change; key "" for none */
	struct origin origin;
};

enum due_kind {
	DUE_STALE,   /* Requested, and whoever worked on it is gone */
	DUE_RETRY,   /* PaymentPending: pay may be asked again */
	DUE_EXPIRED, /* PaymentPending past its pay_until */
	DUE_CLOSED   /* stands in the future of a closed room */
};

struct due_query {
	uint32_t stale_ms;  /* Requested for longer than this is DUE_STALE */
	uint32_t retry_ms;  /* PaymentPending not tried for so long is DUE_RETRY */
	size_t max_retries; /* at most so many of those; 0: none */
	day_t today;        /* books of closed rooms are due from this day on */
	size_t max;         /* of all, the size of the array */
};

struct due_book {
	enum due_kind kind;
	struct book book;
	char token[TOKEN_SIZE];
};

struct book_store {
	void *self;

	/* The book that a key made or changed. ERR_NOT_FOUND: the key is new. ERR_KEY_REUSED. */
	enum err (*replay)(void *self, const struct idempotency *key, struct book *ret_book);

	/*
	 * Holds the nights under the lock of the room: commits the book as Requested, its nights
	 * and its key. ret_result is filled on OK and on every error named here, with which nothing
	 * was stored: ERR_NOT_FOUND (no such offer, not open, or closed), ERR_PRICE_CHANGED (the
	 * offer's price is not night_price), ERR_TAKEN, ERR_KEY_REUSED, ERR_TOO_MANY,
	 * ERR_PAY_UNAVAILABLE (over pending_limit).
	 */
	enum err (*hold)(void *self, const struct book_hold *hold, struct hold_result *ret_result);

	/*
	 * Applies one action as domain/book/book.h allows it, by a guarded update: frees the nights
	 * that the new state does not hold, writes the timeline, the key and the event. pay_until
	 * counts from the hold. ERR_NOT_FOUND; ERR_VERSION_CONFLICT and ERR_STATE_CONFLICT, with
	 * which ret_book holds the book as it stands.
	 */
	enum err (*apply)(void *self, const struct book_change *change, struct book *ret_book);

	/* Notes one more try to pay a PaymentPending book and replaces the token unless it is "".
	 * ret_token: the one to pay with. ERR_NOT_FOUND; ERR_STATE_CONFLICT: ret_book as it stands.
	 */
	enum err (*attempt)(void *self, uint64_t id, const char *token, struct book *ret_book,
	                    char ret_token[TOKEN_SIZE]);

	/* ERR_NOT_FOUND; also if a caller is given (may be NULL) and it is not the caller's own. */
	enum err (*find)(void *self, uint64_t id, const struct caller *caller,
	                 struct book *ret_book);

	enum err (*list)(void *self, const struct book_list *list,
	                 void (*visit)(void *arg, const struct book *book), void *arg,
	                 uint64_t *ret_total);

	/* All books that were told of, as their last event told them: those still Requested were
	 * not. */
	enum err (*snapshot)(void *self, const struct keyset_page *page,
	                     void (*visit)(void *arg, const struct book *book), void *arg);

	/* The changes of one book in their order; whose book it is was checked before. */
	enum err (*timeline)(void *self, uint64_t id,
	                     void (*visit)(void *arg, const struct book_step *step), void *arg);

	/*
	 * The settler's work, as the query says; among those for a retry least tried first, then
	 * oldest. They are claimed by noting the try, so that two settlers do not take the same.
	 */
	enum err (*due)(void *self, const struct due_query *query, struct due_book ret_due[],
	                size_t *ret_n);

	/* How many books are PaymentPending. */
	enum err (*pending)(void *self, uint64_t *ret_pending);

	/* ERR_NOT_FOUND. */
	enum err (*offer_find)(void *self, uint64_t room_id, struct offer *ret_offer);

	/* Stores an offer unless a newer one is there; never touches `closed`. */
	enum err (*offer_put)(void *self, const struct offer *offer);

	/* Consumer: the same for the rooms of many events. All of them or none. */
	enum err (*offers_apply)(void *self, const struct event events[], size_t n);

	/*
	 * Closes a room for ever, under the lock that holds take. Standing books that start on or
	 * after the day `today` are cancelled if cancel_bookings, each with its event; else
	 * ERR_HAS_BOOKINGS, and nothing is closed. A room that is unknown here is closed too. Done
	 * again it gives the same answer.
	 */
	enum err (*close_room)(void *self, uint64_t room_id, bool cancel_bookings, day_t today,
	                       const struct origin *origin);

	/* Forgets the nights of stays that were over on the day `before`, at most so many stays,
	 * oldest first. ret_n: of how many. */
	enum err (*nights_purge)(void *self, day_t before, size_t max, size_t *ret_n);

	/* Forgets keys that are older, at most so many, oldest first. ret_n: how many. */
	enum err (*keys_purge)(void *self, instant_t before, size_t max, size_t *ret_n);

	/* What else could be booked, without any lock. `from` is the first day that may be offered.
	 */
	enum err (*alternatives)(void *self, uint64_t room_id, struct stay stay, uint32_t guests,
	                         day_t from, struct alternatives *ret_alternatives);
};

/* ---- pay ------------------------------------------------------------------------------------- */

enum payment_sort {
	PAYMENT_SORT_ID,
	PAYMENT_SORT_PRICE,
	PAYMENT_SORT_UPDATED_AT,
	PAYMENT_SORT_MAX
};

struct payment_list {
	struct caller caller; /* only the caller's own, as guest or as host by its role */
	uint64_t book_id;     /* 0: of any book */
	struct paging paging;
};

struct payment_store {
	void *self;

	/*
	 * Approves or declines the order unless its booking was decided before: the first outcome
	 * is final, a tombstone included. ret_first: this call decided. ERR_INVALID: another
	 * amount or currency than the first time (payment_fits_order()).
	 */
	enum err (*decide)(void *self, const struct payment_order *order,
	                   enum payment_action action, const struct origin *origin,
	                   struct payment *ret_payment, bool *ret_first);

	/* The payment of a book as it stands. ERR_NOT_FOUND. */
	enum err (*of_book)(void *self, uint64_t book_id, struct payment *ret_payment);

	/* Consumer: revokes the payments of bookings that ended, as event_revokes_payment() and
	 * payment_next() say. All of them or none. */
	enum err (*revoke)(void *self, const struct event events[], size_t n);

	/* ERR_NOT_FOUND; also if it is not the caller's own, and for tombstones. */
	enum err (*find)(void *self, uint64_t id, const struct caller *caller,
	                 struct payment *ret_payment);

	/* Tombstones are not shown. */
	enum err (*list)(void *self, const struct payment_list *list,
	                 void (*visit)(void *arg, const struct payment *payment), void *arg,
	                 uint64_t *ret_total);

	/* All payments that were told of, as their last event told them: tombstones were not. */
	enum err (*snapshot)(void *self, const struct keyset_page *page,
	                     void (*visit)(void *arg, const struct payment *payment), void *arg);
};

/*
 * Who charges a guest's card. The store is told of a decision before the acquirer is told that it
 * is stored, so no payment is charged that pay does not know.
 */
struct acquirer {
	void *self;

	/* Whether such a payment token may be used at all. "" stands for tok_ok. */
	bool (*accepts)(void *self, const char *token);

	/* PAYMENT_APPROVE or PAYMENT_DECLINE, for an order whose token is accepted. An error:
	 * nothing is decided, and the order may be repeated. */
	enum err (*decide)(void *self, const struct payment_order *order,
	                   enum payment_action *ret_decision);

	/* The decision is stored. An error: the caller gets it as the answer to this order; the
	 * decision stands, and a repeated order is answered by it. */
	enum err (*confirm)(void *self, const struct payment_order *order);
};

/* ---- mypage ---------------------------------------------------------------------------------- */

enum mypage_sort {
	MYPAGE_SORT_BOOK_ID,
	MYPAGE_SORT_START_DATE,
	MYPAGE_SORT_PRICE,
	MYPAGE_SORT_UPDATED_AT,
	MYPAGE_SORT_MAX
};

struct mypage_list {
	struct caller caller;
	struct paging paging;
};

struct mypage_store {
	void *self;

	/* Consumer: merges each event's part if it is newer. All of them or none. */
	enum err (*merge)(void *self, const struct event events[], size_t n);

	/* ret_as_of: how old the answer can be. */
	enum err (*find)(void *self, uint64_t book_id, const struct caller *caller,
	                 struct mypage *ret_mypage, instant_t *ret_as_of);
	enum err (*list)(void *self, const struct mypage_list *list,
	                 void (*visit)(void *arg, const struct mypage *mypage), void *arg,
	                 uint64_t *ret_total, instant_t *ret_as_of);

	/* Notes that up to this instant everything that was there to read has been merged. */
	enum err (*caught_up)(void *self, instant_t at);
};

/* ---- between the parts ----------------------------------------------------------------------- */

/* A row of a context's outbox: an event on its way to the broker. */
struct outbox_row {
	uint64_t id;
	enum event_type type;
	char message_id[UUID_TEXT];
	uint64_t correlation_id; /* 0: none */
	instant_t time;
	char *body; /* the CloudEvent; owned by the row */
	size_t body_len;
};

struct outbox {
	void *self;

	/*
	 * Claims up to max rows, oldest first, for lease_s seconds in the name of owner (unique to
	 * the caller). Rows of a lease that ran out are claimed like new ones. Nothing stays
	 * locked. The caller frees each body.
	 */
	enum err (*claim)(void *self, const char *owner, uint32_t lease_s, size_t max,
	                  struct outbox_row ret_rows[], size_t *ret_n);

	/* Removes rows that the broker confirmed, whoever owns them by now. */
	enum err (*confirm)(void *self, const uint64_t ids[], size_t n);

	/* Gives rows back at once that could not be published. */
	enum err (*release)(void *self, const char *owner, const uint64_t ids[], size_t n);

	/* How many rows wait, and since when the oldest does (0: none), for metrics. */
	enum err (*backlog)(void *self, uint64_t *ret_rows, instant_t *ret_oldest);
};

/*
 * book's view of pay. OK: pay answered with the payment as it stands now (only PAY_APPROVED is an
 * approval). ERR_NOT_SENT: the call surely had no effect. ERR_UNKNOWN: it may have had one; call
 * again with the same order.
 */
struct pay_client {
	void *self;
	enum err (*pay)(void *self, const struct payment_order *order, const struct origin *origin,
	                uint32_t timeout_ms, struct payment *ret_payment);
};

/* book's view of room. ERR_NOT_FOUND, ERR_UNAVAILABLE. */
struct room_client {
	void *self;
	enum err (*ask)(void *self, uint64_t room_id, const struct origin *origin,
	                struct offer *ret_offer);
};

/* room's view of book. ERR_HAS_BOOKINGS, ERR_UNAVAILABLE (it may or may not have been closed). */
struct book_client {
	void *self;
	enum err (*close_room)(void *self, uint64_t room_id, bool cancel_bookings,
	                       const struct origin *origin);
};

/* A breaker whose state is shared by the processes of a program. It cannot fail. */
struct shared_breaker {
	void *self;
	enum breaker_pass (*ask)(void *self);
	void (*report)(void *self, enum breaker_pass pass, bool success);
	void (*look)(void *self, struct breaker *ret_breaker);
};

struct bulkhead_look {
	uint32_t places, busy;
	uint64_t refused; /* since it was made: calls that found no place in time */
};

/* Places for so many calls at once. */
struct bulkhead {
	void *self;
	/* Waits up to wait_ms for a place. Whether there was one. */
	bool (*enter)(void *self, uint32_t wait_ms);
	void (*leave)(void *self);
	/* For metrics. */
	void (*look)(void *self, struct bulkhead_look *ret_look);
};

#endif
