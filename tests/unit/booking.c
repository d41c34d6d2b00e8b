/* SPDX-License-Identifier: MIT */
/* booking - a book context on fakes. */
#include "tests/unit/booking.h"

#include "base/clock.h"

#include <stdlib.h>
#include <string.h>

static instant_t
noon(void)
{
	return (instant_t)TODAY * 86400000 + 12 * 3600000;
}

int
booking_open(void **state)
{
	struct booking *b = calloc(1, sizeof(*b));
	if (!b || timezone_use("UTC") != OK)
		return -1;
	b->settings = (struct settings){
		.currency = "KRW",
		.pay_timeout_ms = 2000,
		.hold_s = 900,
		.pending_limit = 1000,
		.guest_pending_limit = 20,
		.request_timeout_ms = 10000,
	};
	b->store.now = noon();
	b->clients.limits =
		(struct breaker_limits){.failures = 5, .open_ms = 60000, .lease_ms = 2000};
	b->clients.room_says = ERR_UNAVAILABLE;
	b->acquirer_options = (struct simulated_acquirer){.demo = true};
	b->acquirer = simulated_acquirer(&b->acquirer_options);
	b->books = book_fake_port(&b->store);
	b->pay = clients_fake_pay(&b->clients);
	b->rooms = clients_fake_room(&b->clients);
	b->pay_breaker = clients_fake_breaker(&b->clients);
	b->other_breaker = clients_fake_other_breaker(&b->clients);
	b->bulkhead = clients_fake_bulkhead(&b->clients);
	b->app = (struct app){
		.settings = &b->settings,
		.now = noon,
		.books = &b->books,
		.acquirer = &b->acquirer,
		.pay_client = &b->pay,
		.room_client = &b->rooms,
		.pay_breaker = &b->pay_breaker,
		.other_breaker = &b->other_breaker,
		.settler = &b->settler,
		.bulkhead = &b->bulkhead,
	};
	struct offer offer = {.room_id = ROOM,
	                      .host_id = HOST,
	                      .sequence = 1,
	                      .price = 1500,
	                      .currency = "KRW",
	                      .capacity = 2,
	                      .open = true};
	*state = b;
	return b->books.offer_put(b->books.self, &offer) == OK ? 0 : -1;
}

int
booking_close(void **state)
{
	struct booking *b = *state;
	int failed = b->clients.inside != 0; /* whoever enters the bulkhead leaves it */
	free(b);
	return failed;
}

struct book_place_request
booking_attempt(void)
{
	return (struct book_place_request){
		.room_id = ROOM,
		.stay = {TODAY + 1, TODAY + 4},
		.guests = 1,
		.contact = {.name = "Kim"},
		.origin = {.caller = {.id = GUEST, .roles = ROLE_GUEST}},
		.deadline_ms = monotonic_ms() + 10000,
	};
}

enum err
booking_place(struct booking *booking, const struct book_place_request *place)
{
	booking->faults = (struct faults){0};
	return book_place(&booking->app, place, &booking->faults, &booking->result);
}

const struct book *
booking_book(const struct booking *booking, uint64_t id)
{
	assert_in_range(id, 1, booking->store.n_books);
	return &booking->store.books[id - 1].book;
}

void
booking_cancel(void *arg)
{
	struct booking *b = arg;
	struct book now;
	struct book_change change = {.id = 1, .action = BOOK_CANCEL};
	assert_ok(b->books.apply(b->books.self, &change, &now));
}
