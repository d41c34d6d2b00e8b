/* payment_fake - a payment_store in memory. */
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
event_add(struct payment_fake *fake, const struct payment *payment, const struct origin *origin)
{
	enum event_type type;
	if (!event_of_payment(payment->status, &type))
		return OK;
	struct event *event = &fake->events[fake->n_events++];
	enum err err = event_begin(type, origin, payment->updated_at, event);
	event->sequence = payment->version;
	event->correlation_id = payment->book_id;
	event->data.payment = *payment;
	return err;
}

static enum err
payment_add(struct payment_fake *fake, const struct payment *payment, const struct origin *origin)
{
	struct payment *kept = &fake->payments[fake->n_payments++];
	*kept = *payment;
	kept->id = fake->n_payments;
	kept->version = 1;
	kept->created_at = kept->updated_at = fake->now;
	return event_add(fake, kept, origin);
}

static enum err
payment_fake_decide(void *self, const struct payment_order *order, enum payment_status status,
                    const struct origin *origin, struct payment *ret_payment, bool *ret_first)
{
	struct payment_fake *fake = self;
	const struct payment *before = payment_of(fake, order->book_id);
	struct payment payment = {.book_id = order->book_id,
	                          .room_id = order->room_id,
	                          .host_id = order->host_id,
	                          .guest_id = order->guest_id,
	                          .price = order->price,
	                          .stay = order->stay,
	                          .status = status};
	enum err err = fake->fails;
	memcpy(payment.currency, order->currency, sizeof(payment.currency));
	if (err == OK && before &&
	    (before->price != order->price || strcmp(before->currency, order->currency) != 0))
		err = ERR_INVALID;
	if (err == OK && !before)
		err = payment_add(fake, &payment, origin);
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

static enum err
revoke_one(struct payment_fake *fake, const struct event *event)
{
	const struct book *book = &event->data.book;
	struct payment *payment = payment_of(fake, book->id);
	struct origin origin = {.caller = {.roles = ROLE_SERVICE}};
	memcpy(origin.causation_id, event->id, sizeof(origin.causation_id));
	memcpy(origin.traceparent, event->traceparent, sizeof(origin.traceparent));
	memcpy(origin.request_id, event->request_id, sizeof(origin.request_id));
	if (!payment) {
		struct payment tombstone = {.book_id = book->id,
		                            .room_id = book->room_id,
		                            .host_id = book->host_id,
		                            .guest_id = book->guest_id,
		                            .price = book->price,
		                            .stay = book->stay,
		                            .status = PAY_VOIDED};
		memcpy(tombstone.currency, book->currency, sizeof(tombstone.currency));
		return payment_add(fake, &tombstone, &origin);
	}
	if (payment->status != PAY_APPROVED)
		return OK;
	payment->status = PAY_CANCELED;
	payment->version++;
	payment->updated_at = fake->now;
	return event_add(fake, payment, &origin);
}

static enum err
payment_fake_revoke(void *self, const struct event events[], size_t n)
{
	struct payment_fake *fake = self;
	enum err err = fake->fails;
	for (size_t i = 0; err == OK && i < n; i++)
		if (events[i].type == EVENT_BOOK_CANCELED || events[i].type == EVENT_BOOK_EXPIRED ||
		    events[i].type == EVENT_BOOK_REJECTED)
			err = revoke_one(fake, &events[i]);
	return err;
}

static bool
is_of(const struct payment *payment, const struct caller *caller)
{
	return ((caller->roles & ROLE_GUEST) && caller->id == payment->guest_id) ||
	       ((caller->roles & ROLE_HOST) && caller->id == payment->host_id);
}

static enum err
payment_fake_find(void *self, uint64_t id, const struct caller *caller, struct payment *ret_payment)
{
	struct payment_fake *fake = self;
	const struct payment *payment =
		id && id <= fake->n_payments ? &fake->payments[id - 1] : NULL;
	if (fake->fails)
		return fake->fails;
	if (!payment || payment->status == PAY_VOIDED || (caller && !is_of(payment, caller)))
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
		const bool host = list->caller.roles & ROLE_HOST;
		if ((host ? payment->host_id : payment->guest_id) != list->caller.id ||
		    (list->book_id && payment->book_id != list->book_id) ||
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
		.revoke = payment_fake_revoke,
		.find = payment_fake_find,
		.list = payment_fake_list,
		.snapshot = payment_fake_snapshot,
	};
}
