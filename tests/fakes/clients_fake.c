/* SPDX-License-Identifier: MIT */
/* clients_fake - the other contexts as a test wants them. */
#include "tests/fakes/clients_fake.h"

#include "base/clock.h"

static enum err
pay_decide(void *self, const struct payment_order *order, const struct origin *origin,
           uint32_t timeout_ms, struct payment *ret_payment)
{
	struct clients_fake *fake = self;
	(void)origin;
	fake->pay_timeout_ms = timeout_ms;
	fake->pay_calls++;
	fake->pay_asked = *order;
	if (fake->pay_during)
		fake->pay_during(fake->pay_arg);
	if (fake->pay_says != OK)
		return fake->pay_says;
	*ret_payment = (struct payment){.id = 1000 + order->book_id,
	                                .book_id = order->book_id,
	                                .price = order->price,
	                                .status = fake->pay_status,
	                                .version = 1};
	return OK;
}

static enum err
pay_ping(void *self, uint32_t timeout_ms)
{
	struct clients_fake *fake = self;
	(void)timeout_ms;
	fake->pings++;
	return fake->ping_says;
}

static enum err
room_offer(void *self, uint64_t room_id, const struct origin *origin, uint32_t timeout_ms,
           struct offer *ret_offer)
{
	struct clients_fake *fake = self;
	(void)origin;
	fake->room_timeout_ms = timeout_ms;
	fake->room_calls++;
	if (fake->room_says != OK)
		return fake->room_says;
	if (fake->room_offer.room_id != room_id)
		return ERR_NOT_FOUND;
	*ret_offer = fake->room_offer;
	return OK;
}

static enum err
room_close(void *self, uint64_t room_id, bool cancel_bookings, const struct origin *origin,
           uint32_t timeout_ms)
{
	struct clients_fake *fake = self;
	(void)origin;
	fake->book_client_timeout_ms = timeout_ms;
	fake->book_client_calls++;
	fake->book_client_room = room_id;
	fake->book_client_cancels = cancel_bookings;
	return fake->book_client_says;
}

static enum breaker_permit
shared_breaker_permit(void *self)
{
	struct clients_fake *fake = self;
	return breaker_permit_call(&fake->breaker, &fake->limits, monotonic_ms());
}

static void
shared_breaker_report(void *self, enum breaker_permit permit, bool success)
{
	struct clients_fake *fake = self;
	breaker_report(&fake->breaker, &fake->limits, permit, success, monotonic_ms());
}

static void
shared_breaker_read(void *self, struct breaker *ret_breaker)
{
	*ret_breaker = ((struct clients_fake *)self)->breaker;
}

static void
shared_breaker_recover(void *self)
{
	breaker_recover(&((struct clients_fake *)self)->breaker, monotonic_ms());
}

static void
other_breaker_recover(void *self)
{
	breaker_recover(&((struct clients_fake *)self)->other_breaker, monotonic_ms());
}

static bool
bulkhead_enter(void *self, uint32_t idle_ms, uint32_t wait_ms)
{
	(void)idle_ms;
	struct clients_fake *fake = self;
	fake->bulkhead_wait_ms = wait_ms;
	if (fake->is_full)
		return false;
	fake->inside++;
	return true;
}

static void
bulkhead_leave(void *self, bool answered)
{
	(void)answered;
	((struct clients_fake *)self)->inside--;
}

static void
bulkhead_read(void *self, struct bulkhead_state *ret_state)
{
	const struct clients_fake *fake = self;
	*ret_state = (struct bulkhead_state){.places = 1, .busy = fake->inside ? 1 : 0};
}

struct pay_client
clients_fake_pay(struct clients_fake *fake)
{
	return (struct pay_client){.self = fake, .decide = pay_decide, .ping = pay_ping};
}

struct room_client
clients_fake_room(struct clients_fake *fake)
{
	return (struct room_client){.self = fake, .offer = room_offer};
}

struct book_client
clients_fake_book_client(struct clients_fake *fake)
{
	return (struct book_client){.self = fake, .room_close = room_close};
}

struct shared_breaker
clients_fake_breaker(struct clients_fake *fake)
{
	return (struct shared_breaker){.self = fake,
	                               .permit = shared_breaker_permit,
	                               .report = shared_breaker_report,
	                               .recover = shared_breaker_recover,
	                               .read = shared_breaker_read};
}

struct shared_breaker
clients_fake_other_breaker(struct clients_fake *fake)
{
	return (struct shared_breaker){.self = fake, .recover = other_breaker_recover};
}

struct bulkhead
clients_fake_bulkhead(struct clients_fake *fake)
{
	return (struct bulkhead){.self = fake,
	                         .enter = bulkhead_enter,
	                         .leave = bulkhead_leave,
	                         .read = bulkhead_read};
}
