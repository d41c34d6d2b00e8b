/* SPDX-License-Identifier: MIT */
#include "tests/fakes/mypage_fake.h"

#include <string.h>

/* Keeps the newest snapshot of each aggregate in a list. */
#define KEEP(list, n, new, same)                                   \
	do {                                                       \
		size_t at = 0;                                     \
		while (at < (n) && (list)[at].same != (new)->same) \
			at++;                                      \
		if (at == (n))                                     \
			(list)[(n)++] = *(new);                    \
		else if ((list)[at].version < (new)->version)      \
			(list)[at] = *(new);                       \
	} while (0)

static enum err
mypage_fake_merge(void *self, const struct event events[], size_t n)
{
	struct mypage_fake *fake = self;
	for (size_t i = 0; fake->fails == OK && i < n; i++)
		switch (event_kinds[events[i].type].aggregate) {
		case AGGREGATE_ROOM:
			KEEP(fake->rooms, fake->n_rooms, &events[i].data.room, id);
			break;
		case AGGREGATE_BOOK:
			KEEP(fake->books, fake->n_books, &events[i].data.book, id);
			break;
		case AGGREGATE_PAYMENT:
			KEEP(fake->payments, fake->n_payments, &events[i].data.payment, book_id);
			break;
		}
	return fake->fails;
}

/* The row that a booking makes with its payment and its room. */
static struct mypage
row_of(const struct mypage_fake *fake, const struct book *book)
{
	struct mypage row = {.book_id = book->id,
	                     .room_id = book->room_id,
	                     .host_id = book->host_id,
	                     .guest_id = book->guest_id,
	                     .price = book->price,
	                     .stay = book->stay,
	                     .status = book->status,
	                     .pay_status = PAY_NONE,
	                     .version = book->version,
	                     .key_version = book->key_version,
	                     .updated_at = book->updated_at};
	memcpy(row.guest_name, book->contact.name, sizeof(row.guest_name));
	memcpy(row.currency, book->currency, sizeof(row.currency));
	for (size_t i = 0; i < fake->n_rooms; i++)
		if (fake->rooms[i].id == book->room_id)
			memcpy(row.room_name, fake->rooms[i].name, sizeof(row.room_name));
	for (size_t i = 0; i < fake->n_payments; i++) {
		const struct payment *payment = &fake->payments[i];
		if (payment->book_id != book->id)
			continue;
		if (payment->updated_at > row.updated_at)
			row.updated_at = payment->updated_at;
		if (payment->status == PAY_VOIDED)
			continue;
		row.pay_id = payment->id;
		row.pay_status = payment->status;
	}
	return row;
}

static enum err
mypage_fake_find(void *self, uint64_t book_id, const struct caller *caller,
                 struct mypage *ret_mypage, instant_t *ret_as_of)
{
	const struct mypage_fake *fake = self;
	for (size_t i = 0; fake->fails == OK && i < fake->n_books; i++) {
		const struct book *book = &fake->books[i];
		const struct mypage row = row_of(fake, book);
		const struct parties parties = mypage_parties(&row);
		if (book->id != book_id || (caller && !caller_owns(caller, &parties)))
			continue;
		*ret_mypage = row;
		*ret_as_of = fake->caught_up_at;
		return OK;
	}
	return fake->fails == OK ? ERR_NOT_FOUND : fake->fails;
}

/* Rows with the same value are sorted by their booking. */
static int64_t
sort_value(const struct mypage *row, unsigned sort)
{
	switch ((enum mypage_sort)sort) {
	case MYPAGE_SORT_START_DATE: return row->stay.start;
	case MYPAGE_SORT_PRICE: return (int64_t)row->price;
	case MYPAGE_SORT_UPDATED_AT: return row->updated_at;
	case MYPAGE_SORT_BOOK_ID:
	case MYPAGE_SORT_MAX: break;
	}
	return (int64_t)row->book_id;
}

static bool
comes_before(const struct mypage *a, const struct mypage *b, const struct paging *paging)
{
	const int64_t left = sort_value(a, paging->sort), right = sort_value(b, paging->sort);
	const bool less = left != right ? left < right : a->book_id < b->book_id;
	return a->book_id != b->book_id && less != paging->descending;
}

static enum err
mypage_fake_list(void *self, const struct mypage_list *list,
                 void (*visit)(void *arg, const struct mypage *mypage), void *arg,
                 uint64_t *ret_total, instant_t *ret_as_of)
{
	static struct mypage rows[MYPAGE_FAKE_MAX];
	const struct mypage_fake *fake = self;
	size_t n = 0;
	for (size_t i = 0; i < fake->n_books; i++) {
		const struct mypage row = row_of(fake, &fake->books[i]);
		size_t at = n;
		const struct parties parties = mypage_parties(&row);
		if (!caller_lists(&list->caller, list->filter.book_id, &parties) ||
		    !stay_filter_takes(&list->filter, row.book_id, row.room_id, row.host_id,
		                       row.guest_id, row.stay) ||
		    (list->status != BOOK_STATUS_MAX && row.status != list->status) ||
		    (list->pay_status != PAYMENT_STATUS_MAX && row.pay_status != list->pay_status))
			continue;
		for (; at > 0 && comes_before(&row, &rows[at - 1], &list->paging); at--)
			rows[at] = rows[at - 1];
		rows[at] = row;
		n++;
	}
	const size_t first = (size_t)list->paging.page * list->paging.size;
	for (size_t i = first; fake->fails == OK && i < n && i < first + list->paging.size; i++)
		visit(arg, &rows[i]);
	*ret_total = n;
	*ret_as_of = fake->caught_up_at;
	return fake->fails;
}

static enum err
mypage_fake_caught_up(void *self, instant_t at)
{
	struct mypage_fake *fake = self;
	if (fake->fails == OK && at > fake->caught_up_at)
		fake->caught_up_at = at;
	return fake->fails;
}

struct mypage_store
mypage_fake_port(struct mypage_fake *fake)
{
	return (struct mypage_store){.self = fake,
	                             .merge = mypage_fake_merge,
	                             .find = mypage_fake_find,
	                             .list = mypage_fake_list,
	                             .caught_up = mypage_fake_caught_up};
}
