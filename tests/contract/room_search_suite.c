/* SPDX-License-Identifier: MIT */
/* room_search_suite - what every room_store must do: searches, calendars, events of book. */
#include "base/mem.h"
#include "tests/contract/room_suite.h"

#include <string.h>

#define NIGHT(n) ((day_t)(20600 + (n))) /* some night in 2026, and those around it */

/* ---- rooms and stays ---- */

static uint64_t
enter(const char *name, const char *city, uint32_t capacity, money_t price)
{
	struct room room = sea_view;
	assert_ok(text_copy(room.name, sizeof(room.name), name));
	assert_ok(text_copy(room.city, sizeof(room.city), city));
	room.description[0] = '\0';
	room.capacity = capacity;
	room.price = price;
	return entered_with(&room, &no_key, false).id;
}

static struct event
told(uint64_t book_id, uint64_t version, enum book_status status, uint64_t room_id,
     struct stay stay)
{
	struct event event = life_book(book_id, version, status);
	event.data.book.room_id = room_id;
	event.data.book.stay = stay;
	return event;
}

static void
take(struct event event)
{
	assert_ok(store->stays_apply(store->self, &event, 1));
}

/* ---- finding ---- */

struct seen {
	uint64_t ids[16];
	struct stay stays[16];
	size_t n;
};

static void
note_room(void *arg, const struct room *room, struct stay stay)
{
	struct seen *seen = arg;
	assert_true(seen->n < ARRAY_SIZE(seen->ids));
	seen->stays[seen->n] = stay;
	seen->ids[seen->n++] = room->id;
}

/* Checks that these rooms are found, in this order, and this total. */
static void
assert_page(struct room_search search, uint64_t total, const uint64_t ids[], size_t n)
{
	struct seen seen = {.n = 0};
	uint64_t all = UINT64_MAX;
	if (!search.paging.size)
		search.paging.size = 20;
	assert_ok(store->search(store->self, &search, note_room, &seen, &all));
	assert_int_equal(all, total);
	assert_int_equal(seen.n, n);
	for (size_t i = 0; i < n; i++)
		assert_int_equal(seen.ids[i], ids[i]);
}

#define ASSERT_FOUND(search, ...)                                                         \
	assert_page((search), sizeof((const uint64_t[]){__VA_ARGS__}) / sizeof(uint64_t), \
	            (const uint64_t[]){__VA_ARGS__},                                      \
	            sizeof((const uint64_t[]){__VA_ARGS__}) / sizeof(uint64_t))
#define ASSERT_NONE(search) assert_page((search), 0, NULL, 0)

static struct room_search
for_text(const char *text)
{
	struct room_search search = {.guests = 0};
	assert_ok(text_copy(search.text, sizeof(search.text), text));
	return search;
}

static struct room_search
for_city(const char *city)
{
	struct room_search search = {.guests = 0};
	assert_ok(text_copy(search.city, sizeof(search.city), city));
	return search;
}

static struct room_search
for_stay(day_t start, day_t end)
{
	return (struct room_search){.stay = {start, end}};
}

/* ---- filters ---- */

static void
a_search_without_filters_finds_every_open_room(void **state)
{
	(void)state;
	const uint64_t a = enter("A", "Seoul", 2, 1000), b = enter("B", "Busan", 4, 2000);
	const uint64_t c = enter("C", "Jeju", 1, 500);
	const struct room_search any = {.guests = 0};
	struct room deleted;
	ASSERT_FOUND(any, a, b, c);
	assert_ok(store->closing_finish(
		store->self, &(struct room_closing){.room_id = b, .origin = origin}, &deleted));
	ASSERT_FOUND(any, a, c);
	ASSERT_FOUND(((struct room_search){.status = ROOM_DELETED}), b);
}

static void
rooms_can_be_filtered_by_number_guests_price_and_host(void **state)
{
	(void)state;
	const uint64_t a = enter("A", "Seoul", 2, 1000), b = enter("B", "Busan", 4, 2000);
	struct room strange = sea_view;
	strange.host_id = 0;
	const uint64_t c = entered_with(&strange, &no_key, false).id;
	const struct room_search of_host = {.of_host = true, .host_id = LIFE_HOST};
	const struct room_search of_nobody = {.of_host = true};
	ASSERT_FOUND(((struct room_search){.guests = 2}), a, b, c);
	ASSERT_FOUND(((struct room_search){.guests = 3}), b);
	ASSERT_NONE(((struct room_search){.guests = 5}));
	ASSERT_FOUND(((struct room_search){.max_price = 1999}), a, c);
	ASSERT_FOUND(((struct room_search){.max_price = 1000}), a);
	ASSERT_NONE(((struct room_search){.max_price = 999}));
	ASSERT_FOUND(((struct room_search){.room_id = b}), b);
	ASSERT_NONE(((struct room_search){.room_id = b, .guests = 5}));
	ASSERT_NONE(((struct room_search){.room_id = b, .status = ROOM_DELETED}));
	ASSERT_FOUND(of_host, a, b);
	ASSERT_FOUND(of_nobody, c);
}

static void
a_city_matches_as_a_whole_ignoring_case(void **state)
{
	(void)state;
	const uint64_t seoul = enter("A", "Seoul", 2, 1000), busan = enter("B", "부산", 2, 1000);
	enter("Seoul", "New Seoul", 2, 1000);
	ASSERT_FOUND(for_city("sEOUL"), seoul);
	ASSERT_FOUND(for_city("부산"), busan);
	ASSERT_NONE(for_city("Seo"));
	ASSERT_NONE(for_city("Seou_"));
	ASSERT_NONE(for_city("%"));
}

static void
a_text_is_found_in_name_city_and_description_ignoring_case(void **state)
{
	(void)state;
	const uint64_t name = enter("Sea view", "Seoul", 2, 1000);
	const uint64_t city = enter("A", "Seattle", 2, 1000);
	struct room described = sea_view;
	memcpy(described.name, "Z", 2);
	memcpy(described.description, "Near the SEA, 바다 앞", sizeof("Near the SEA, 바다 앞"));
	const uint64_t description = entered_with(&described, &no_key, false).id;
	ASSERT_FOUND(for_text("sea"), name, city, description);
	ASSERT_FOUND(for_text("Sea V"), name);
	ASSERT_FOUND(for_text("바다"), description);
	ASSERT_NONE(for_text("river"));
}

/* Rooms of an earlier version: Korean that a Mac sent decomposed was stored so. */
static void
a_composed_text_finds_what_was_stored_decomposed(void **state)
{
	(void)state;
	const uint64_t decomposed =
		enter("\xe1\x84\x87\xe1\x85\xa1\xe1\x84\x83\xe1\x85\xa1 "
	              "\xe1\x84\x8c\xe1\x85\xa5\xe1\x86\xab\xe1\x84\x86\xe1\x85\xa1\xe1\x86\xbc",
	              "\xe1\x84\x87\xe1\x85\xae\xe1\x84\x89\xe1\x85\xa1\xe1\x86\xab", 2, 1000);
	const uint64_t composed = enter("바다 전망", "부산", 2, 1000);
	enter("Sea view", "Busan", 2, 1000);
	ASSERT_FOUND(for_text("바다"), decomposed, composed);
	ASSERT_FOUND(for_city("부산"), decomposed, composed);
	ASSERT_NONE(for_text("바다%"));
}

static void
wildcards_quotes_and_escapes_in_a_text_are_literal(void **state)
{
	(void)state;
	static const char *const odd[] = {"50% off", "a_b",   "it's", "back\\slash",
	                                  "pipe|",   "\"q\"", "%"};
	uint64_t ids[ARRAY_SIZE(odd)];
	enter("plain 50 off a-b its backslash pipe q", "Seoul", 2, 1000);
	for (size_t i = 0; i < ARRAY_SIZE(odd); i++)
		ids[i] = enter(odd[i], "Seoul", 2, 1000);
	for (size_t i = 0; i < ARRAY_SIZE(odd) - 1; i++)
		ASSERT_FOUND(for_text(odd[i]), ids[i]);
	ASSERT_FOUND(for_text("%"), ids[0], ids[6]);
	ASSERT_FOUND(for_text("_"), ids[1]);
	ASSERT_FOUND(for_text("\\"), ids[3]);
	ASSERT_FOUND(for_text("|"), ids[4]);
	ASSERT_NONE(for_text("%%"));
	ASSERT_NONE(for_text("' OR 1=1 --"));
}

static void
the_longest_text_of_wildcards_can_be_searched_for(void **state)
{
	(void)state;
	struct room_search search = {.guests = 0};
	memset(search.text, '%', sizeof(search.text) - 1);
	enter("%", "Seoul", 2, 1000);
	ASSERT_NONE(search);
}

/* ---- order and pages ---- */

static void
rooms_can_be_sorted_by_every_sort_in_both_directions(void **state)
{
	(void)state;
	const uint64_t a = enter("B", "Cork", 2, 3000), b = enter("C", "Aix", 3, 1000);
	const uint64_t c = enter("A", "Bonn", 1, 2000);
	const struct {
		enum room_sort sort;
		uint64_t ids[3];
	} sorts[] = {{ROOM_SORT_ID, {a, b, c}},
	             {ROOM_SORT_PRICE, {b, c, a}},
	             {ROOM_SORT_NAME, {c, a, b}},
	             {ROOM_SORT_CITY, {b, c, a}},
	             {ROOM_SORT_CAPACITY, {c, a, b}}};
	assert_int_equal(ARRAY_SIZE(sorts), ROOM_SORT_MAX);
	for (size_t i = 0; i < ARRAY_SIZE(sorts); i++) {
		const uint64_t *ids = sorts[i].ids;
		struct room_search search = {.paging = {.size = 20, .sort = sorts[i].sort}};
		ASSERT_FOUND(search, ids[0], ids[1], ids[2]);
		search.paging.descending = true;
		ASSERT_FOUND(search, ids[2], ids[1], ids[0]);
	}
}

static void
pages_of_equal_rooms_show_each_room_exactly_once(void **state)
{
	(void)state;
	uint64_t ids[5];
	for (size_t i = 0; i < ARRAY_SIZE(ids); i++)
		ids[i] = enter("Same", "Seoul", 2, 1000);
	struct room_search search = {.paging = {.size = 2, .sort = ROOM_SORT_PRICE}};
	assert_page(search, 5, &ids[0], 2);
	search.paging.page = 1;
	assert_page(search, 5, &ids[2], 2);
	search.paging.page = 2;
	assert_page(search, 5, &ids[4], 1);
	search.paging.page = 3;
	assert_page(search, 5, NULL, 0);
	search.paging.page = UINT32_MAX / 2 + 1; /* times 2: more than 32 bits */
	assert_page(search, 5, NULL, 0);
	search.paging = (struct paging){.size = 2, .sort = ROOM_SORT_PRICE, .descending = true};
	assert_page(search, 5, (const uint64_t[]){ids[4], ids[3]}, 2);
}

/* ---- dates ---- */

/* Of the room that was found first: the stay that it is free for. */
static struct stay
stay_found(struct room_search search)
{
	struct seen seen = {.n = 0};
	uint64_t total = 0;
	search.paging.size = 20;
	assert_ok(store->search(store->self, &search, note_room, &seen, &total));
	assert_true(seen.n > 0);
	return seen.stays[0];
}

static void
of_several_stays_each_room_names_the_first_that_it_is_free_for(void **state)
{
	(void)state;
	const uint64_t a = enter("A", "Seoul", 2, 1000), b = enter("B", "Seoul", 2, 1000);
	struct room_search search = {.guests = 0};
	take(told(1, 1, BOOK_BOOKED, a, (struct stay){NIGHT(5), NIGHT(8)}));
	take(told(2, 1, BOOK_BOOKED, b, (struct stay){NIGHT(0), NIGHT(29)}));
	stay_choose_near((struct stay){NIGHT(6), NIGHT(8)}, 1, NIGHT(0), NIGHT(99), &search.choice);
	ASSERT_NONE(search);
	stay_choose_near((struct stay){NIGHT(6), NIGHT(8)}, 2, NIGHT(0), NIGHT(99), &search.choice);
	ASSERT_FOUND(search, a);
	assert_int_equal(stay_found(search).start, NIGHT(8));
	stay_choose_near((struct stay){NIGHT(6), NIGHT(8)}, 3, NIGHT(0), NIGHT(99), &search.choice);
	assert_int_equal(stay_found(search).start, NIGHT(8));
	stay_choose_within((struct stay){NIGHT(0), NIGHT(40)}, 6, NIGHT(99), &search.choice);
	ASSERT_FOUND(search, a, b);
	assert_int_equal(stay_found(search).start, NIGHT(8));
	search.room_id = b;
	assert_int_equal(stay_found(search).start, NIGHT(29));
	assert_int_equal(stay_found(search).end, NIGHT(35));
}

static void
with_dates_only_rooms_free_for_the_whole_stay_are_found(void **state)
{
	(void)state;
	const uint64_t taken = enter("A", "Seoul", 2, 1000), free = enter("B", "Seoul", 2, 1000);
	take(told(1, 3, BOOK_BOOKED, taken, (struct stay){NIGHT(10), NIGHT(13)}));
	ASSERT_FOUND(for_stay(NIGHT(10), NIGHT(13)), free);
	ASSERT_FOUND(for_stay(NIGHT(12), NIGHT(14)), free);
	ASSERT_FOUND(for_stay(NIGHT(8), NIGHT(11)), free);
	ASSERT_FOUND(for_stay(NIGHT(11), NIGHT(12)), free);
	ASSERT_FOUND(for_stay(NIGHT(0), NIGHT(30)), free);
	ASSERT_FOUND(for_stay(NIGHT(7), NIGHT(10)), taken, free);
	ASSERT_FOUND(for_stay(NIGHT(13), NIGHT(14)), taken, free);
	ASSERT_FOUND(((struct room_search){.guests = 0}), taken, free);
}

static void
the_longest_stay_takes_its_first_and_its_last_night(void **state)
{
	(void)state;
	const uint64_t room = enter("A", "Seoul", 2, 1000);
	const day_t end = NIGHT(STAY_NIGHTS_MAX);
	take(told(1, 3, BOOK_BOOKED, room, (struct stay){NIGHT(0), end}));
	ASSERT_NONE(for_stay(NIGHT(0), NIGHT(1)));
	ASSERT_NONE(for_stay(end - 1, end));
	ASSERT_FOUND(for_stay(end, end + 1), room);
	ASSERT_FOUND(for_stay(NIGHT(-1), NIGHT(0)), room);
}

static void
dates_combine_with_the_other_filters_sorts_and_pages(void **state)
{
	(void)state;
	const uint64_t a = enter("A", "Seoul", 4, 3000), b = enter("B", "Seoul", 4, 2000);
	const uint64_t c = enter("C", "Seoul", 4, 1000);
	enter("D", "Seoul", 1, 500);
	take(told(1, 3, BOOK_BOOKED, c, (struct stay){NIGHT(0), NIGHT(1)}));
	struct room_search search = {.stay = {NIGHT(0), NIGHT(2)},
	                             .guests = 2,
	                             .max_price = 3000,
	                             .city = "seoul",
	                             .of_host = true,
	                             .host_id = LIFE_HOST,
	                             .paging = {.size = 1, .sort = ROOM_SORT_PRICE}};
	assert_page(search, 2, &b, 1);
	search.paging.page = 1;
	assert_page(search, 2, &a, 1);
	search.paging.page = 0;
	search.text[0] = 'b';
	assert_page(search, 1, &b, 1);
	search.text[0] = 'c';
	assert_page(search, 0, NULL, 0);
}

static void
only_active_bookings_take_nights(void **state)
{
	(void)state;
	static const struct {
		enum book_status status;
		bool takes;
	} states[] = {{BOOK_PAYMENT_PENDING, true},
	              {BOOK_BOOKED, true},
	              {BOOK_REJECTED, false},
	              {BOOK_EXPIRED, false},
	              {BOOK_CANCELED, false}};
	const uint64_t room = enter("A", "Seoul", 2, 1000);
	for (size_t i = 0; i < ARRAY_SIZE(states); i++) {
		const day_t night = NIGHT((int)i);
		take(told(i + 1, 3, states[i].status, room, (struct stay){night, night + 1}));
		if (states[i].takes)
			ASSERT_NONE(for_stay(night, night + 1));
		else
			ASSERT_FOUND(for_stay(night, night + 1), room);
	}
}

/* ---- orders and repetitions ---- */

static void
events_in_any_order_end_with_the_same_nights(void **state)
{
	(void)state;
	const uint64_t room = enter("A", "Seoul", 2, 1000);
	uint64_t book_id = 1;
	size_t order[] = {0, 1, 2};
	do {
		const struct stay stay = {NIGHT((int)book_id), NIGHT((int)book_id + 1)};
		const struct event life[] = {
			told(book_id, 2, BOOK_PAYMENT_PENDING, room, stay),
			told(book_id, 3, BOOK_BOOKED, room, stay),
			told(book_id, 4, BOOK_CANCELED, room, stay),
		};
		bool canceled = false;
		for (size_t i = 0; i < 2 * ARRAY_SIZE(life); i++) {
			take(life[order[i % ARRAY_SIZE(life)]]);
			canceled = canceled || order[i % ARRAY_SIZE(life)] == 2;
			if (canceled)
				ASSERT_FOUND(for_stay(stay.start, stay.end), room);
			else
				ASSERT_NONE(for_stay(stay.start, stay.end));
		}
		book_id++;
	} while (life_next_order(order, ARRAY_SIZE(order)));
	assert_int_equal(book_id, 7);
}

static void
a_batch_of_events_ends_like_single_events(void **state)
{
	(void)state;
	const uint64_t a = enter("A", "Seoul", 2, 1000), b = enter("B", "Seoul", 2, 1000);
	const struct stay stay = {NIGHT(0), NIGHT(2)};
	const struct event events[] = {
		told(2, 4, BOOK_CANCELED, a, stay), told(1, 3, BOOK_BOOKED, b, stay),
		told(2, 3, BOOK_BOOKED, a, stay),   told(1, 2, BOOK_PAYMENT_PENDING, b, stay),
		told(1, 3, BOOK_BOOKED, b, stay),   life_room(a, 9, "not a booking"),
	};
	assert_ok(store->stays_apply(store->self, events, ARRAY_SIZE(events)));
	ASSERT_FOUND(for_stay(NIGHT(0), NIGHT(2)), a);
	assert_ok(store->stays_apply(store->self, NULL, 0));
}

/* ---- calendar ---- */

struct nights {
	day_t list[64];
	size_t n;
};

static void
note_night(void *arg, day_t night)
{
	struct nights *nights = arg;
	assert_true(nights->n < ARRAY_SIZE(nights->list));
	nights->list[nights->n++] = night;
}

static void
assert_calendar(uint64_t room_id, struct stay range, const int expected[], size_t n)
{
	struct nights nights = {.n = 0};
	assert_ok(store->calendar(store->self, room_id, range, note_night, &nights));
	assert_int_equal(nights.n, n);
	for (size_t i = 0; i < n; i++)
		assert_int_equal(nights.list[i], NIGHT(expected[i]));
}

static void
a_calendar_shows_the_taken_nights_of_a_range_in_order(void **state)
{
	(void)state;
	const uint64_t room = enter("A", "Seoul", 2, 1000), other = enter("B", "Seoul", 2, 1000);
	take(told(1, 3, BOOK_BOOKED, room, (struct stay){NIGHT(10), NIGHT(12)}));
	take(told(2, 2, BOOK_PAYMENT_PENDING, room, (struct stay){NIGHT(0), NIGHT(3)}));
	take(told(3, 3, BOOK_CANCELED, room, (struct stay){NIGHT(5), NIGHT(7)}));
	take(told(4, 3, BOOK_BOOKED, other, (struct stay){NIGHT(5), NIGHT(7)}));
	assert_calendar(room, (struct stay){NIGHT(-5), NIGHT(40)}, (const int[]){0, 1, 2, 10, 11},
	                5);
	assert_calendar(room, (struct stay){NIGHT(2), NIGHT(11)}, (const int[]){2, 10}, 2);
	assert_calendar(room, (struct stay){NIGHT(3), NIGHT(10)}, NULL, 0);
	assert_calendar(room, (struct stay){NIGHT(1), NIGHT(1)}, NULL, 0);
	assert_calendar(other, (struct stay){NIGHT(6), NIGHT(7)}, (const int[]){6}, 1);
}

static void
a_deleted_room_has_a_calendar_and_an_unknown_room_has_none(void **state)
{
	(void)state;
	const uint64_t room = enter("A", "Seoul", 2, 1000);
	const struct stay range = {NIGHT(0), NIGHT(2)};
	struct nights nights = {.n = 0};
	struct room deleted;
	take(told(1, 3, BOOK_BOOKED, room, (struct stay){NIGHT(0), NIGHT(1)}));
	assert_ok(store->closing_finish(
		store->self, &(struct room_closing){.room_id = room, .origin = origin}, &deleted));
	assert_calendar(room, range, (const int[]){0}, 1);
	assert_err(store->calendar(store->self, room + 1, range, note_night, &nights),
	           ERR_NOT_FOUND);
	assert_int_equal(nights.n, 0);
}

int
room_search_suite_run(const char *where, const struct room_bench *bench)
{
	const struct CMUnitTest tests[] = {
		TEST(a_search_without_filters_finds_every_open_room),
		TEST(rooms_can_be_filtered_by_number_guests_price_and_host),
		TEST(a_city_matches_as_a_whole_ignoring_case),
		TEST(a_text_is_found_in_name_city_and_description_ignoring_case),
		TEST(a_composed_text_finds_what_was_stored_decomposed),
		TEST(wildcards_quotes_and_escapes_in_a_text_are_literal),
		TEST(the_longest_text_of_wildcards_can_be_searched_for),
		TEST(rooms_can_be_sorted_by_every_sort_in_both_directions),
		TEST(pages_of_equal_rooms_show_each_room_exactly_once),
		TEST(of_several_stays_each_room_names_the_first_that_it_is_free_for),
		TEST(with_dates_only_rooms_free_for_the_whole_stay_are_found),
		TEST(the_longest_stay_takes_its_first_and_its_last_night),
		TEST(dates_combine_with_the_other_filters_sorts_and_pages),
		TEST(only_active_bookings_take_nights),
		TEST(events_in_any_order_end_with_the_same_nights),
		TEST(a_batch_of_events_ends_like_single_events),
		TEST(a_calendar_shows_the_taken_nights_of_a_range_in_order),
		TEST(a_deleted_room_has_a_calendar_and_an_unknown_room_has_none),
	};
	room_bench_use(bench);
	return cmocka_run_group_tests_name(where, tests, NULL, NULL);
}
