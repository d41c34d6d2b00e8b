/* SPDX-License-Identifier: MIT */
#include "tools/load/demo_data.h"

#include "base/mem.h"

#include <inttypes.h>
#include <stdio.h>

#define FIRST_DAY   2 /* days from today: tomorrow may be today elsewhere */
#define SLOT_NIGHTS 3 /* a room has a slot of so many nights for each stay that it may have */
#define SLOTS       118
#define SLOT_STEP \
	37 /* prime to SLOTS: the slots of a room are used in another order than that of time */
#define PRICE_MIN     20000
#define PRICE_STEP    1000
#define PRICES        180
#define CAPACITY_MAX  6
#define FROM_DAYS     200 /* bookings were made so long ago, */
#define UNTIL_DAYS    31  /* up to this: what is kept of events for a month is gone */
#define DAY_MS        (24 * 3600 * INT64_C(1000))
#define PAID_AFTER_MS 400
#define HOLD_S        900

static const char *const cities[] = {"Seoul",   "Busan",     "Incheon", "Daegu", "Daejeon",
                                     "Gwangju", "Ulsan",     "Suwon",   "Jeju",  "Gangneung",
                                     "Sokcho",  "Gyeongju",  "Jeonju",  "Yeosu", "Tongyeong",
                                     "Andong",  "Chuncheon", "Pohang",  "Mokpo", "Seogwipo"};
static const char *const views[] = {"Sea view",      "Garden view", "Mountain view", "River view",
                                    "City view",     "Hanok",       "Loft",          "Quiet room",
                                    "Corner studio", "Family room"};
static const char *const given_names[] = {"Hana", "Minji", "Jisoo", "Seojun", "Doyun",
                                          "Yuna", "Haeun", "Siwoo", "Jiho",   "Sumin"};
static const char *const family_names[] = {"Kim",  "Lee", "Park", "Choi", "Jung",
                                           "Kang", "Cho", "Yoon", "Jang", "Lim"};

#define OF(list, number) (list)[(number) % ARRAY_SIZE(list)]

/* What a number is for; numbers for different things do not depend on each other. */
enum purpose { FOR_ROOM, FOR_STAY, FOR_GUEST, FOR_REFERENCE };

/* splitmix64, by Sebastiano Vigna: as good as random, and the same for the same input. */
static uint64_t
mix(uint64_t x)
{
	x += 0x9e3779b97f4a7c15u;
	x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9u;
	x = (x ^ (x >> 27)) * 0x94d049bb133111ebu;
	return x ^ (x >> 31);
}

static uint64_t
number_of(const struct demo *demo, enum purpose purpose, uint64_t i)
{
	return mix(mix(demo->seed ^ ((uint64_t)purpose << 56)) ^ i);
}

/* When the i-th of n things happened: they are spread evenly, the later the higher. */
static instant_t
made_at(const struct demo *demo, uint64_t i, uint64_t n)
{
	const instant_t from = demo->before - FROM_DAYS * DAY_MS;
	return from +
	       (instant_t)((double)(FROM_DAYS - UNTIL_DAYS) * DAY_MS * (double)i / (double)n);
}

/* Whether snprintf() has written the whole text. */
static enum err
fits(int n, size_t size)
{
	return n >= 0 && (size_t)n < size ? OK : ERR_TOO_LARGE;
}

enum err
demo_room(const struct demo *demo, uint64_t i, struct room *ret_room)
{
	const uint64_t number = number_of(demo, FOR_ROOM, i);
	*ret_room = (struct room){.id = demo->first_room + i,
	                          .capacity = 1 + (uint32_t)(number % CAPACITY_MAX),
	                          .price = PRICE_MIN + PRICE_STEP * (number / 7 % PRICES),
	                          .version = 1};
	room_begin(ret_room, DEMO_FIRST_HOST + i / DEMO_EACH, demo->currency);
	/* Rooms were there before the first booking. */
	ret_room->created_at = ret_room->updated_at = made_at(demo, 0, 1) - DAY_MS;
	enum err err = fits(snprintf(ret_room->name, sizeof(ret_room->name), "%s %" PRIu64,
	                             OF(views, number / 11), ret_room->id),
	                    sizeof(ret_room->name));
	if (err == OK)
		err = text_copy(ret_room->city, sizeof(ret_room->city), OF(cities, number / 13));
	if (err == OK)
		err = fits(snprintf(ret_room->description, sizeof(ret_room->description),
		                    "%s in %s for %" PRIu32 ", with breakfast.",
		                    OF(views, number / 11), ret_room->city, ret_room->capacity),
		           sizeof(ret_room->description));
	if (err == OK)
		err = text_copy(ret_room->language, sizeof(ret_room->language),
		                language_name((enum language)(number / 17 % LANGUAGE_MAX)));
	return err;
}

uint64_t
demo_guests(const struct demo *demo)
{
	return 1 + demo->bookings / DEMO_EACH;
}

/* The bookings of a room are rooms apart, so the k-th of them gets the k-th slot in the room's order. */
static struct stay
stay_of(const struct demo *demo, uint64_t i)
{
	const uint64_t room = i % demo->rooms, k = i / demo->rooms;
	const uint64_t slot = (number_of(demo, FOR_ROOM, room) % SLOTS + k * SLOT_STEP) % SLOTS;
	const uint64_t number = number_of(demo, FOR_STAY, i);
	const day_t start = demo->today + FIRST_DAY + (day_t)(slot * SLOT_NIGHTS);
	return (struct stay){.start = start, .end = start + 1 + (day_t)(number % SLOT_NIGHTS)};
}

static enum err
contact_of(uint64_t guest_id, struct contact *ret_contact)
{
	const uint64_t number = mix(guest_id);
	*ret_contact = (struct contact){.mailing = MAILING_FEW};
	enum err err = fits(snprintf(ret_contact->name, sizeof(ret_contact->name), "%s %s",
	                             OF(family_names, number), OF(given_names, number / 10)),
	                    sizeof(ret_contact->name));
	return err == OK ? fits(snprintf(ret_contact->email, sizeof(ret_contact->email),
	                                 "guest%" PRIu64 "@example.com", guest_id),
	                        sizeof(ret_contact->email))
	                 : err;
}

static enum err
book_of(const struct demo *demo, uint64_t i, uint32_t salt, const struct room *room,
        struct book *ret_book)
{
	const uint64_t number = number_of(demo, FOR_GUEST, i);
	*ret_book = (struct book){.id = demo->first_book + i,
	                          .room_id = room->id,
	                          .host_id = room->host_id,
	                          .guest_id = DEMO_FIRST_GUEST + number % demo_guests(demo),
	                          .stay = stay_of(demo, i),
	                          .guests = 1 + (uint32_t)(number / 7 % room->capacity)};
	ret_book->price = room->price * (money_t)stay_nights(ret_book->stay);
	/* As a random one: the id is part of it, because another load may have the same seed. */
	const uint64_t bits = mix(number_of(demo, FOR_REFERENCE, ret_book->id) + salt);
	unsigned char random[REFERENCE_SIZE - 1];
	for (size_t at = 0; at < sizeof(random); at++)
		random[at] = (unsigned char)(bits >> (8 * at));
	book_reference(random, ret_book->reference);
	enum err err = text_copy(ret_book->currency, sizeof(ret_book->currency), demo->currency);
	if (err == OK)
		err = text_copy(
			ret_book->language, sizeof(ret_book->language),
			language_name((enum language)(mix(ret_book->guest_id) % LANGUAGE_MAX)));
	return err == OK ? contact_of(ret_book->guest_id, &ret_book->contact) : err;
}

static void
pay(const struct demo *demo, uint64_t i, instant_t at, struct demo_booking *booking)
{
	booking->payment = payment_of_book(&booking->book);
	booking->payment.id = demo->first_payment + i;
	booking->payment.status = payment_next(PAY_NONE, PAYMENT_APPROVE);
	booking->payment.version = 1;
	booking->payment.created_at = booking->payment.updated_at = at;
}

enum err
demo_booking(const struct demo *demo, uint64_t i, uint32_t salt, struct demo_booking *ret_booking)
{
	struct room room;
	struct book *book = &ret_booking->book;
	const instant_t at = made_at(demo, i, demo->bookings);
	enum err err = demo_room(demo, i % demo->rooms, &room);
	if (err == OK)
		err = book_of(demo, i, salt, &room, book);
	if (err != OK)
		return err;
	const struct origin origin = {.caller = {.id = book->guest_id, .roles = ROLE_GUEST}};
	book_begin(book, at, HOLD_S);
	err = book_step_of(book, BOOK_REQUESTED, BOOK_WHY_HELD, &origin, &ret_booking->steps[0]);
	pay(demo, i, at + PAID_AFTER_MS, ret_booking);
	if (err == OK)
		err = book_transit(book, BOOK_APPROVE, ret_booking->payment.id, at + PAID_AFTER_MS);
	return err == OK ? book_step_of(book, BOOK_REQUESTED, BOOK_WHY_APPROVED, &origin,
	                                &ret_booking->steps[1])
	                 : err;
}
