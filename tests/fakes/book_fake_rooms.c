/* SPDX-License-Identifier: MIT */
/* book_fake_rooms - the part of the store in memory that knows rooms: offers, closing, alternatives. */
#include "tests/fakes/book_fake_parts.h"

#include <string.h>

enum err
book_fake_offer_find(void *self, uint64_t room_id, struct offer *ret_offer)
{
	struct book_fake *fake = self;
	const struct offer *offer = book_fake_offer(fake, room_id);
	if (fake->fails)
		return fake->fails;
	if (!offer)
		return ERR_NOT_FOUND;
	*ret_offer = *offer;
	return OK;
}

enum err
book_fake_offer_put(void *self, const struct offer *offer)
{
	struct book_fake *fake = self;
	struct offer *kept = book_fake_offer(fake, offer->room_id);
	if (fake->fails)
		return fake->fails;
	if (!kept) {
		kept = &fake->offers[fake->n_offers++];
		*kept = (struct offer){.room_id = offer->room_id};
	}
	const bool closed = kept->closed;
	if (offer->sequence > kept->sequence)
		*kept = *offer;
	kept->closed = closed;
	return OK;
}

enum err
book_fake_offers_apply(void *self, const struct event events[], size_t n)
{
	struct book_fake *fake = self;
	enum err err = fake->fails;
	for (size_t i = 0; err == OK && i < n; i++) {
		struct offer offer;
		if (event_kinds[events[i].type].aggregate != AGGREGATE_ROOM)
			continue;
		offer_of_room(&events[i].data.room, &offer);
		err = book_fake_offer_put(fake, &offer);
	}
	return err;
}

enum err
book_fake_room_close(void *self, uint64_t room_id, bool cancel_bookings, day_t today,
                     const struct origin *origin)
{
	struct book_fake *fake = self;
	enum err err = fake->fails;
	for (size_t i = 0; err == OK && i < fake->n_books; i++) {
		struct book_fake_row *row = &fake->books[i];
		if (row->book.room_id != room_id || row->book.stay.start < today ||
		    !book_holds_nights(row->book.status))
			continue;
		err = cancel_bookings ? book_fake_transition(fake, row, BOOK_CANCEL, 0,
		                                             BOOK_WHY_ROOM_CLOSED, origin)
		                      : ERR_HAS_BOOKINGS;
	}
	if (err == OK)
		err = book_fake_offer_put(fake, &(struct offer){.room_id = room_id});
	if (err == OK)
		book_fake_offer(fake, room_id)->closed = true;
	return err;
}

static size_t
taken_nights(const struct book_fake *fake, uint64_t room_id, struct stay range, day_t taken[])
{
	size_t n = 0;
	for (day_t night = range.start; night < range.end; night++)
		if (book_fake_holder(fake, room_id, (struct stay){night, night + 1}))
			taken[n++] = night;
	return n;
}

enum err
book_fake_alternatives(void *self, uint64_t room_id, struct stay stay, uint32_t guests, day_t from,
                       struct alternatives *ret)
{
	struct book_fake *fake = self;
	const struct offer *room = book_fake_offer(fake, room_id);
	struct priced_room rooms[BOOK_FAKE_MAX];
	day_t taken[ALTERNATIVE_NIGHTS_MAX];
	size_t n = 0;
	*ret = (struct alternatives){0};
	if (fake->fails || !room)
		return fake->fails;
	if (offer_is_bookable(room) && guests <= room->capacity)
		alternatives_choose_stays(
			stay, from, taken,
			taken_nights(fake, room_id, alternatives_range(stay), taken), ret);
	for (size_t i = 0; i < fake->n_offers; i++) {
		const struct offer *other = &fake->offers[i];
		if (other != room && offer_is_bookable(other) && guests <= other->capacity &&
		    strcmp(other->currency, room->currency) == 0 &&
		    !book_fake_holder(fake, other->room_id, stay))
			rooms[n++] = (struct priced_room){other->room_id, other->price};
	}
	alternatives_choose_rooms(room->price, rooms, n, ret);
	return OK;
}
