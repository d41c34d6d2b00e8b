/* SPDX-License-Identifier: MIT */
/* The index of rooms in memory, and the table of texts that it uses. */
#include "base/intern.h"
#include "base/mem.h"
#include "domain/room/room_index.h"
#include "tests/unit/test.h"

#include <stdio.h>
#include <string.h>

#define FIRST 20800
#define MUCH  100000000u
#define SPACE "0209"

static struct room_index *rooms;

static int
begin(void **state)
{
	(void)state;
	assert_ok(room_index_new(FIRST, SPACE, MUCH, &rooms));
	return 0;
}

static int
end(void **state)
{
	(void)state;
	room_index_free(rooms);
	return 0;
}

/* A room whose city and name are their own weights. */
static struct room
room_of(uint64_t id, money_t price, uint32_t capacity, const char *name, const char *city)
{
	struct room room = {.id = id, .host_id = 7, .price = price, .capacity = capacity};
	assert_ok(text_copy(room.name, sizeof(room.name), name));
	assert_ok(text_copy(room.city, sizeof(room.city), city));
	return room;
}

static struct room_index_row
row_of(const struct room *room)
{
	return (struct room_index_row){room, room->name, room->city, room->name};
}

static void
put(const struct room *room)
{
	const struct room_index_row row = row_of(room);
	assert_ok(room_index_put(rooms, &row));
}

static bool
has(const struct room *room)
{
	const struct room_index_row row = row_of(room);
	return room_index_has(rooms, &row);
}

static void
put_new(uint64_t id, money_t price, uint32_t capacity, const char *name, const char *city)
{
	const struct room room = room_of(id, price, capacity, name, city);
	assert_false(has(&room));
	put(&room);
	assert_true(has(&room));
}

/* ---- finding ---- */

struct seen {
	uint64_t ids[100];
	struct stay stays[100];
	size_t n;
	struct room last;
};

static void
note(void *arg, const struct room *room, struct stay stay)
{
	struct seen *seen = arg;
	seen->stays[seen->n] = stay;
	seen->ids[seen->n++] = room->id;
	seen->last = *room;
}

static struct seen
search(struct room_index_query query, uint64_t expected_total)
{
	struct seen seen = {.n = 0};
	uint64_t total = UINT64_MAX;
	if (!query.limit)
		query.limit = 100;
	assert_ok(room_index_search(rooms, &query, note, &seen, &total));
	assert_int_equal(total, expected_total);
	return seen;
}

static void
assert_ids(const struct seen *seen, const uint64_t ids[], size_t n)
{
	assert_int_equal(seen->n, n);
	for (size_t i = 0; i < n; i++)
		assert_int_equal(seen->ids[i], ids[i]);
}

#define ASSERT_FOUND(query, ...)                                             \
	do {                                                                 \
		const uint64_t ids_[] = {__VA_ARGS__};                       \
		const struct seen seen_ = search((query), ARRAY_SIZE(ids_)); \
		assert_ids(&seen_, ids_, ARRAY_SIZE(ids_));                  \
	} while (0)
#define QUERY(...) ((struct room_index_query){__VA_ARGS__})

static void
three_rooms(void)
{
	put_new(1, 300, 2, "0003", "0001");
	put_new(2, 100, 4, "0002", "0002");
	put_new(3, 200, 1, "0001", "0001");
}

static void
an_empty_index_finds_nothing(void **state)
{
	(void)state;
	search(QUERY(.guests = 1), 0);
	search(QUERY(.stay = {FIRST, FIRST + 2}), 0);
}

static void
a_search_gives_the_room_as_it_was_put(void **state)
{
	(void)state;
	struct room room = room_of(9, 1500, 2, "Sea", "Busan");
	room.version = 3;
	room.created_at = 11;
	room.updated_at = 12;
	memcpy(room.currency, "KRW", 4);
	memcpy(room.language, "ko", 3);
	assert_ok(text_copy(room.description, sizeof(room.description), "Two beds."));
	put(&room);
	const struct room found = search(QUERY(.guests = 2), 1).last;
	assert_int_equal(found.version, 3);
	assert_int_equal(found.host_id, 7);
	assert_int_equal(found.price, 1500);
	assert_int_equal(found.created_at, 11);
	assert_int_equal(found.updated_at, 12);
	assert_int_equal(found.status, ROOM_OPEN);
	assert_string_equal(found.currency, "KRW");
	assert_string_equal(found.language, "ko");
	assert_string_equal(found.name, "Sea");
	assert_string_equal(found.city, "Busan");
	assert_string_equal(found.description, "Two beds.");
}

static void
each_filter_leaves_out_what_does_not_fit(void **state)
{
	(void)state;
	three_rooms();
	ASSERT_FOUND(QUERY(.guests = 2), 1, 2);
	ASSERT_FOUND(QUERY(.max_price = 200), 2, 3);
	ASSERT_FOUND(QUERY(.city = {"0001"}), 1, 3);
	ASSERT_FOUND(QUERY(.city = {"0009", "0002"}), 2);
	ASSERT_FOUND(QUERY(.text = {"0003"}), 1);
	ASSERT_FOUND(QUERY(.text = {"zzz", "0002"}), 2);
	ASSERT_FOUND(QUERY(.room_id = 3), 3);
	ASSERT_FOUND(QUERY(.of_host = true, .host_id = 7), 1, 2, 3);
	search(QUERY(.of_host = true), 0);
	search(QUERY(.city = {"0009"}), 0);
	search(QUERY(.room_id = 4), 0);
	search(QUERY(.room_id = 3, .guests = 2), 0);
}

static void
every_sort_has_both_directions(void **state)
{
	(void)state;
	three_rooms();
	ASSERT_FOUND(QUERY(.sort = ROOM_SORT_PRICE), 2, 3, 1);
	ASSERT_FOUND(QUERY(.sort = ROOM_SORT_NAME), 3, 2, 1);
	ASSERT_FOUND(QUERY(.sort = ROOM_SORT_CAPACITY), 3, 1, 2);
	ASSERT_FOUND(QUERY(.sort = ROOM_SORT_CITY), 1, 3, 2);
	ASSERT_FOUND(QUERY(.sort = ROOM_SORT_CITY, .descending = true), 2, 3, 1);
	ASSERT_FOUND(QUERY(.sort = ROOM_SORT_PRICE, .descending = true), 1, 3, 2);
}

/* "a" and "a" with a tab: spaces follow the shorter one, and a tab comes before them. */
static void
the_shorter_text_is_compared_as_if_spaces_followed(void **state)
{
	(void)state;
	put_new(1, 1, 1, "0001", "");
	put_new(2, 1, 1, "00010201", "");
	put_new(3, 1, 1, "00010300", "");
	ASSERT_FOUND(QUERY(.sort = ROOM_SORT_NAME), 2, 1, 3);
}

static void
a_page_is_a_part_of_the_whole_order(void **state)
{
	(void)state;
	char name[8];
	for (uint64_t id = 1; id <= 250; id++) {
		snprintf(name, sizeof(name), "%04u", (unsigned)(id % 50));
		put_new(id, 1000 - id, 1 + (uint32_t)id % 2, name, "");
	}
	const struct seen page = search(
		QUERY(.guests = 2, .sort = ROOM_SORT_PRICE, .offset = 120, .limit = 10), 125);
	assert_ids(&page, (const uint64_t[]){9, 7, 5, 3, 1}, 5);
	assert_int_equal(search(QUERY(.guests = 2, .offset = 125), 125).n, 0);
}

/* ---- nights ---- */

static void
a_room_is_found_while_all_nights_are_free(void **state)
{
	(void)state;
	three_rooms();
	const struct stay taken[] = {{FIRST + 3, FIRST + 5}};
	assert_false(room_index_has_stays(rooms, 2, taken, 1));
	room_index_set_stays(rooms, 2, taken, 1);
	assert_true(room_index_has_stays(rooms, 2, taken, 1));
	ASSERT_FOUND(QUERY(.stay = {FIRST + 1, FIRST + 3}), 1, 2, 3);
	ASSERT_FOUND(QUERY(.stay = {FIRST + 1, FIRST + 4}), 1, 3);
	ASSERT_FOUND(QUERY(.stay = {FIRST + 4, FIRST + 9}), 1, 3);
	ASSERT_FOUND(QUERY(.stay = {FIRST + 5, FIRST + 6}), 1, 2, 3);
	assert_false(room_index_has_stays(rooms, 2, NULL, 0));
	room_index_set_stays(rooms, 2, NULL, 0);
	ASSERT_FOUND(QUERY(.stay = {FIRST + 1, FIRST + 4}), 1, 2, 3);
}

static void
of_a_choice_a_room_is_free_for_one_stay_at_least(void **state)
{
	(void)state;
	three_rooms();
	const struct stay early = {FIRST, FIRST + 4}, all = {FIRST, FIRST + 40};
	struct stay_choice choice;
	room_index_set_stays(rooms, 1, &early, 1);
	room_index_set_stays(rooms, 2, &all, 1);
	stay_choose_near((struct stay){FIRST + 3, FIRST + 5}, 3, FIRST, FIRST + 300, &choice);
	const struct seen seen = search(QUERY(.choice = &choice), 2);
	assert_ids(&seen, (const uint64_t[]){1, 3}, 2);
	assert_int_equal(seen.stays[0].start, FIRST + 4);
	assert_int_equal(seen.stays[0].end, FIRST + 6);
	assert_int_equal(seen.stays[1].start, FIRST + 3);
}

static void
a_changed_room_keeps_its_nights_and_a_new_one_in_its_place_has_none(void **state)
{
	(void)state;
	three_rooms();
	const struct stay taken = {FIRST, FIRST + 2};
	room_index_set_stays(rooms, 2, &taken, 1);
	struct room room = room_of(2, 150, 4, "0002", "0002");
	assert_false(has(&room));
	put(&room);
	assert_true(has(&room));
	ASSERT_FOUND(QUERY(.stay = taken, .sort = ROOM_SORT_PRICE), 3, 1);
	assert_true(room_index_remove(rooms, 2));
	assert_false(room_index_remove(rooms, 2));
	ASSERT_FOUND(QUERY(.limit = 100), 1, 3);
	put_new(5, 120, 4, "0002", "0003");
	ASSERT_FOUND(QUERY(.stay = taken, .sort = ROOM_SORT_PRICE), 5, 3, 1);
}

#define DIFFERS(member, value)             \
	do {                               \
		struct room other = room;  \
		other.member = (value);    \
		assert_false(has(&other)); \
	} while (0)
#define DIFFERS_TEXT(member, value)                                                   \
	do {                                                                          \
		struct room other = room;                                             \
		assert_ok(text_copy(other.member, sizeof(other.member), (value)));    \
		const struct room_index_row same_ = {&other, "0002", "0001", "\x01"}; \
		assert_false(room_index_has(rooms, &same_));                          \
	} while (0)

static void
a_room_is_there_exactly_so_or_differs(void **state)
{
	(void)state;
	const struct room room = room_of(2, 150, 4, "Sea", "Seoul");
	const struct room_index_row row = {&room, "0002", "0001", "\x01"};
	assert_false(room_index_has(rooms, &row));
	assert_ok(room_index_put(rooms, &row));
	assert_true(room_index_has(rooms, &row));
	assert_false(room_index_has(rooms, &(struct room_index_row){&room, "03", "0001", "\x01"}));
	assert_false(room_index_has(rooms, &(struct room_index_row){&room, "0002", "04", "\x01"}));
	assert_false(room_index_has(rooms, &(struct room_index_row){&room, "0002", "0001", "x"}));
	DIFFERS(id, 3);
	DIFFERS(host_id, 8);
	DIFFERS(version, 2);
	DIFFERS(price, 151);
	DIFFERS(capacity, 5);
	DIFFERS(created_at, 1);
	DIFFERS(updated_at, 1);
	DIFFERS_TEXT(currency, "USD");
	DIFFERS_TEXT(language, "en");
	DIFFERS_TEXT(name, "Lake");
	DIFFERS_TEXT(city, "Busan");
	DIFFERS_TEXT(description, "By the sea");
}

static void
the_window_moves_and_its_new_nights_are_free(void **state)
{
	(void)state;
	three_rooms();
	const struct stay taken[] = {{FIRST, FIRST + 3}, {FIRST + 400, FIRST + 500}};
	room_index_set_stays(rooms, 1, taken, 2);
	assert_true(room_index_covers(rooms, (struct stay){FIRST, FIRST + ROOM_INDEX_NIGHTS}));
	assert_false(room_index_covers(rooms, (struct stay){FIRST - 1, FIRST + 2}));
	assert_false(
		room_index_covers(rooms, (struct stay){FIRST + 1, FIRST + ROOM_INDEX_NIGHTS + 1}));
	room_index_move(rooms, FIRST + 2);
	assert_int_equal(room_index_first(rooms), FIRST + 2);
	ASSERT_FOUND(QUERY(.stay = {FIRST + 2, FIRST + 3}), 2, 3);
	ASSERT_FOUND(QUERY(.stay = {FIRST + ROOM_INDEX_NIGHTS, FIRST + ROOM_INDEX_NIGHTS + 2}), 1,
	             2, 3);
	room_index_move(rooms, FIRST + 2000);
	ASSERT_FOUND(QUERY(.stay = {FIRST + 2000, FIRST + 2000 + ROOM_INDEX_NIGHTS}), 1, 2, 3);
}

/* ---- many, and limits ---- */

static void
rooms_that_were_appended_are_found_as_those_that_were_put(void **state)
{
	(void)state;
	for (uint64_t id = 1; id <= 500; id++) {
		const struct room room = room_of(id, 1 + id * 7919 % 503, 1, "0001", "0001");
		const struct room_index_row row = row_of(&room);
		assert_ok(room_index_append(rooms, &row));
	}
	room_index_sort(rooms);
	put_new(501, 0, 1, "0001", "0001");
	const struct seen all = search(QUERY(.sort = ROOM_SORT_PRICE), 501);
	assert_int_equal(all.ids[0], 501);
	for (size_t i = 2; i < all.n; i++)
		assert_true(all.ids[i] * 7919 % 503 > all.ids[i - 1] * 7919 % 503);
	assert_int_equal(room_index_rooms(rooms), 501);
	uint64_t next = 0;
	assert_true(room_index_next(rooms, 0, &next));
	assert_int_equal(next, 1);
	assert_true(room_index_next(rooms, 500, &next));
	assert_int_equal(next, 501);
	assert_false(room_index_next(rooms, 501, &next));
}

static void
more_than_its_memory_is_refused_and_the_rest_stays(void **state)
{
	(void)state;
	end(NULL);
	assert_ok(room_index_new(FIRST, SPACE, 120000, &rooms));
	enum err err = OK;
	uint64_t n = 0;
	while (err == OK) {
		const struct room room = room_of(n + 1, 1, 1, "0001", "0001");
		const struct room_index_row row = row_of(&room);
		err = room_index_put(rooms, &row);
		n += err == OK;
	}
	assert_err(err, ERR_TOO_LARGE);
	assert_true(n > 0);
	assert_true(room_index_bytes(rooms) <= 120000);
	search(QUERY(.guests = 1), n);
}

static void
a_text_has_one_number(void **state)
{
	(void)state;
	struct intern texts = {0};
	uint32_t number = 0;
	char text[16];
	for (unsigned round = 0; round < 2; round++)
		for (uint32_t i = 1; i <= 1000; i++) {
			snprintf(text, sizeof(text), "text %u", i);
			assert_ok(intern_add(&texts, text, &number));
			assert_int_equal(number, i);
		}
	assert_int_equal(intern_find(&texts, "text 77"), 77);
	assert_int_equal(intern_find(&texts, "text 1001"), 0);
	assert_string_equal(intern_text(&texts, 1000), "text 1000");
	assert_true(texts.bytes > 1000);
	intern_done(&texts);
	assert_int_equal(intern_find(&texts, "text 77"), 0);
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)
	const struct CMUnitTest tests[] = {
		TEST(an_empty_index_finds_nothing),
		TEST(a_search_gives_the_room_as_it_was_put),
		TEST(each_filter_leaves_out_what_does_not_fit),
		TEST(every_sort_has_both_directions),
		TEST(the_shorter_text_is_compared_as_if_spaces_followed),
		TEST(a_page_is_a_part_of_the_whole_order),
		TEST(a_room_is_found_while_all_nights_are_free),
		TEST(of_a_choice_a_room_is_free_for_one_stay_at_least),
		TEST(a_changed_room_keeps_its_nights_and_a_new_one_in_its_place_has_none),
		TEST(a_room_is_there_exactly_so_or_differs),
		TEST(the_window_moves_and_its_new_nights_are_free),
		TEST(rooms_that_were_appended_are_found_as_those_that_were_put),
		TEST(more_than_its_memory_is_refused_and_the_rest_stays),
		cmocka_unit_test(a_text_has_one_number),
	};
	return cmocka_run_group_tests_name("the index of rooms", tests, NULL, NULL);
}
