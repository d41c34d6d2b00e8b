/* SPDX-License-Identifier: MIT */
/*
 * book_fake_parts - what the files of the fake share.
 */
#ifndef TESTS_FAKES_BOOK_FAKE_PARTS_H
#define TESTS_FAKES_BOOK_FAKE_PARTS_H

#include "tests/fakes/book_fake.h"

/* The offer of a room; NULL: it has none. */
struct offer *book_fake_offer(struct book_fake *fake, uint64_t room_id);

/* A booking that has a night of the stay; NULL: all are free. */
const struct book *book_fake_holder(const struct book_fake *fake, uint64_t room_id,
                                    struct stay stay);

/* Applies an action to a booking, with its step and its event. */
MUST_CHECK enum err book_fake_transition(struct book_fake *fake, struct book_fake_row *row,
                                         enum book_action action, uint64_t pay_id, const char *why,
                                         const struct origin *origin);

/* Functions of the port (book_fake_rooms.c). */
MUST_CHECK enum err book_fake_offer_find(void *self, uint64_t room_id, struct offer *ret_offer);
MUST_CHECK enum err book_fake_offer_put(void *self, const struct offer *offer);
MUST_CHECK enum err book_fake_offers_apply(void *self, const struct event events[], size_t n);
MUST_CHECK enum err book_fake_room_close(void *self, uint64_t room_id, bool cancel_bookings,
                                         day_t today, const struct origin *origin);
MUST_CHECK enum err book_fake_alternatives(void *self, uint64_t room_id, struct stay stay,
                                           uint32_t guests, day_t from, struct alternatives *ret);

#endif
