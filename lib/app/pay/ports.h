/* SPDX-License-Identifier: MIT */
/*
 * ports - what pay needs from outside: its store and the acquirer. What holds for all ports is in
 * app/ports.h.
 */
#ifndef APP_PAY_PORTS_H
#define APP_PAY_PORTS_H

#include "app/paging.h"
#include "app/stay_filter.h"
#include "domain/caller.h"
#include "domain/event.h"
#include "domain/pay/payment.h"

enum payment_sort {
	PAYMENT_SORT_ID,
	PAYMENT_SORT_PRICE,
	PAYMENT_SORT_UPDATED_AT,
	PAYMENT_SORT_MAX
};

struct payment_list {
	struct caller caller; /* only the caller's own, as guest or as host by its role */
	struct stay_filter filter;
	enum payment_status status; /* PAYMENT_STATUS_MAX: any */
	struct paging paging;
};

struct payment_store {
	void *self;

	/*
	 * Approves or declines the order unless its booking was decided before: the first decision
	 * is final, also if it is a tombstone. ret_first: this call decided. ERR_INVALID: another
	 * amount or currency than the first time (payment_fits_order()).
	 */
	enum err (*decide)(void *self, const struct payment_order *order,
	                   enum payment_action action, const struct origin *origin,
	                   struct payment *ret_payment, bool *ret_first);

	/* The payment of a booking. ERR_NOT_FOUND. */
	enum err (*of_book)(void *self, uint64_t book_id, struct payment *ret_payment);

	/*
	 * Consumer: the payments follow their bookings. A payment goes to whoever has its booking
	 * (payment_follow()), also where the booking is paid for later; those of bookings that ended
	 * are revoked, as event_revokes_payment() and payment_next() say. All events or none.
	 */
	enum err (*bookings_apply)(void *self, const struct event events[], size_t n);

	/* ERR_NOT_FOUND, also if it is not the caller's own, and for tombstones. */
	enum err (*find)(void *self, uint64_t id, const struct caller *caller,
	                 struct payment *ret_payment);

	/* Without tombstones. */
	enum err (*list)(void *self, const struct payment_list *list,
	                 void (*visit)(void *arg, const struct payment *payment), void *arg,
	                 uint64_t *ret_total);

	/* All payments that have an event, as their last events published them. Tombstones have
	 * none. */
	enum err (*snapshot)(void *self, const struct keyset_page *page,
	                     void (*visit)(void *arg, const struct payment *payment), void *arg);
};

/*
 * Charges a guest's card. The decision is stored before the acquirer is asked to confirm it, so no
 * card is charged for a payment that pay does not know.
 */
struct acquirer {
	void *self;

	/* Whether this payment token can be used. "" stands for tok_ok. */
	bool (*accepts)(void *self, const char *token);

	/* PAYMENT_APPROVE or PAYMENT_DECLINE, for an order whose token is accepted. On an error
	 * nothing is decided, and the order may be repeated. */
	enum err (*decide)(void *self, const struct payment_order *order,
	                   enum payment_action *ret_decision);

	/* Says that the decision is stored. An error is returned to the caller of this order; the
	 * decision stands, and a repeated order returns it. */
	enum err (*confirm)(void *self, const struct payment_order *order);
};

#endif
