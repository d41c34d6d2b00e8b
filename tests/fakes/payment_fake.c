/* SPDX-License-Identifier: MIT */
#include "tests/fakes/payment_fake.h"

#include <string.h>

static struct payment *
payment_of(struct payment_fake *fake, uint64_t book_id)
{
	for (size_t i = 0; i < fake->n_payments; i++)
		if (fake->payments[i].book_id == book_id)
			return &fake->payments[i];
	return NULL;
}

static enum err
event_add(struct payment_fake *fake, const struct payment *payment, bool claimed,
          const struct origin *origin)
{
	struct event *event = &fake->events[fake->n_events];
	enum err err = claimed ? event_about_claimed_payment(payment, origin, event)
	                       : event_about_payment(payment, origin, event);
	fake->n_events += err == OK;
	return err == ERR_NOT_FOUND ? OK : err;
}

/* What is known of who has a booking; NULL: nothing. */
static struct holder *
holder_of(struct payment_fake *fake, uint64_t book_id)
{
	for (size_t i = 0; i < fake->n_holders; i++)
		if (fake->holders[i].book_id == book_id)
			return &fake->holders[i];
	return NULL;
}

/* Applies an action to the payment of a booking, which is added if there is none. PAYMENT_ACTION_MAX: it
 * only follows its booking. */
static enum err
payment_apply(struct payment_fake *fake, const struct payment *otherwise,
              enum payment_action action, const struct origin *origin)
{
	struct payment *payment = payment_of(fake, otherwise->book_id);
	const struct holder *holder = holder_of(fake, otherwise->book_id);
	const enum payment_status before = payment ? payment->status : PAY_NONE;
	const enum payment_status next =
		action == PAYMENT_ACTION_MAX ? before : payment_next(before, action);
	if (!payment && next == PAY_NONE)
		return OK;
	if (!payment) {
		payment = &fake->payments[fake->n_payments++];
		*payment = *otherwise;
		payment->id = fake->n_payments;
		payment->created_at = fake->now;
	}
	const uint64_t guest_id = payment->guest_id;
	if (holder)
		(void)payment_follow(payment, holder);
	if (next == before && payment->guest_id == guest_id)
		return OK;
	payment->status = next;
	payment->version++;
	payment->updated_at = fake->now;
	return event_add(fake, payment, next == before, origin);
}

static enum err
payment_fake_decide(void *self, const struct payment_order *order, enum payment_action action,
                    const struct origin *origin, struct payment *ret_payment, bool *ret_first)
{
	struct payment_fake *fake = self;
	const struct payment ordered = payment_of_order(order);
	const struct payment *before = payment_of(fake, order->book_id);
	enum err err = fake->fails;
	if (err == OK && before && !payment_fits_order(before, order))
		err = ERR_INVALID;
	if (err == OK)
		err = payment_apply(fake, &ordered, action, origin);
	if (err != OK)
		return err;
	*ret_payment = *payment_of(fake, order->book_id);
	*ret_first = !before;
	return OK;
}

static enum err
payment_fake_of_book(void *self, uint64_t book_id, struct payment *ret_payment)
{
	struct payment_fake *fake = self;
	const struct payment *payment = payment_of(fake, book_id);
	if (fake->fails || !payment)
		return fake->fails ? fake->fails : ERR_NOT_FOUND;
	*ret_payment = *payment;
	return OK;
}

static void
holder_put(struct payment_fake *fake, const struct holder *holder)
{
	struct holder *known = holder_of(fake, holder->book_id);
	if (holder->key_version == BOOK_KEY_FIRST)
		return;
	if (!known)
		fake->holders[fake->n_holders++] = *holder;
	else if (known->key_version < holder->key_version)
		*known = *holder;
}

static enum err
payment_fake_bookings_apply(void *self, const struct event events[], size_t n)
{
	struct payment_fake *fake = self;
	enum err err = fake->fails;
	for (size_t i = 0; err == OK && i < n; i++) {
		const struct payment unpaid = payment_of_book(&events[i].data.book);
		const struct holder holder = holder_of_book(&events[i].data.book);
		const struct origin origin = event_origin(&events[i]);
		const bool revokes = event_revokes_payment(events[i].type);
		holder_put(fake, &holder);
		err = payment_apply(fake, &unpaid, revokes ? PAYMENT_REVOKE : PAYMENT_ACTION_MAX,
		                    &origin);
	}
	return err;
}

static enum err
payment_fake_find(void *self, uint64_t id, const struct caller *caller, struct payment *ret_payment)
{
	struct payment_fake *fake = self;
	const struct payment *payment =
		id && id <= fake->n_payments ? &fake->payments[id - 1] : NULL;
	if (fake->fails)
		return fake->fails;
	if (!payment || payment->status == PAY_VOIDED)
		return ERR_NOT_FOUND;
	const struct parties parties = payment_parties(payment);
	if (caller && !caller_owns(caller, &parties))
		return ERR_NOT_FOUND;
	*ret_payment = *payment;
	return OK;
}

static int64_t
sort_value(const struct payment *payment, unsigned sort)
{
	return sort == PAYMENT_SORT_PRICE        ? (int64_t)payment->price
	       : sort == PAYMENT_SORT_UPDATED_AT ? payment->updated_at
	                                         : (int64_t)payment->id;
}

static bool
comes_before(const struct payment *a, const struct payment *b, const struct paging *paging)
{
	const int64_t of_a = sort_value(a, paging->sort), of_b = sort_value(b, paging->sort);
	const bool less = of_a != of_b ? of_a < of_b : a->id < b->id;
	return less != paging->descending;
}

static enum err
payment_fake_list(void *self, const struct payment_list *list,
                  void (*visit)(void *arg, const struct payment *payment), void *arg,
                  uint64_t *ret_total)
{
	struct payment_fake *fake = self;
	const struct payment *found[PAYMENT_FAKE_MAX];
	size_t n = 0, first = (size_t)list->paging.page * list->paging.size;
	for (size_t i = 0; i < fake->n_payments; i++) {
		const struct payment *payment = &fake->payments[i];
		const struct parties parties = payment_parties(payment);
		if (!caller_lists(&list->caller, list->filter.book_id, &parties) ||
		    !stay_filter_takes(&list->filter, payment->book_id, payment->room_id,
		                       payment->host_id, payment->guest_id, payment->stay) ||
		    (list->status != PAYMENT_STATUS_MAX && payment->status != list->status) ||
		    payment->status == PAY_VOIDED)
			continue;
		size_t at = n++;
		for (; at && comes_before(payment, found[at - 1], &list->paging); at--)
			found[at] = found[at - 1];
		found[at] = payment;
	}
	for (size_t i = first; !fake->fails && i < n && i < first + list->paging.size; i++)
		visit(arg, found[i]);
	*ret_total = n;
	return fake->fails;
}

/* The numbers ascend with the places. */
static enum err
payment_fake_snapshot(void *self, const struct keyset_page *page,
                      void (*visit)(void *arg, const struct payment *payment), void *arg)
{
	struct payment_fake *fake = self;
	for (size_t i = page->after, n = 0; !fake->fails && i < fake->n_payments && n < page->size;
	     i++) {
		if (fake->payments[i].status == PAY_VOIDED)
			continue;
		visit(arg, &fake->payments[i]);
		n++;
	}
	return fake->fails;
}

struct payment_store
payment_fake_port(struct payment_fake *fake)
{
	return (struct payment_store){
		.self = fake,
		.decide = payment_fake_decide,
		.of_book = payment_fake_of_book,
		.bookings_apply = payment_fake_bookings_apply,
		.find = payment_fake_find,
		.list = payment_fake_list,
		.snapshot = payment_fake_snapshot,
	};
}
