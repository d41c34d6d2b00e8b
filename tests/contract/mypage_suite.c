/* SPDX-License-Identifier: MIT */
/* mypage_suite - the contract of every mypage_store. */
#include "tests/contract/mypage_suite.h"

#include "base/mem.h"
#include "tests/contract/life.h"
#include "tests/unit/test.h"

#include <string.h>

static struct mypage_store pages;
static void (*empty_pages)(void);

static const struct caller guest = {.id = LIFE_GUEST, .roles = ROLE_GUEST};
static const struct caller host = {.id = LIFE_HOST, .roles = ROLE_HOST};

static int
empty(void **state)
{
	(void)state;
	empty_pages();
	return 0;
}

static void
merge(struct event event)
{
	assert_ok(pages.merge(pages.self, &event, 1));
}

static struct mypage
shown(uint64_t book_id)
{
	struct mypage page;
	instant_t as_of;
	assert_ok(pages.find(pages.self, book_id, NULL, &page, &as_of));
	return page;
}

static bool
is_shown(uint64_t book_id)
{
	struct mypage page;
	instant_t as_of;
	enum err err = pages.find(pages.self, book_id, NULL, &page, &as_of);
	assert_true(err == OK || err == ERR_NOT_FOUND);
	return err == OK;
}

/* ---- the row ---- */

static void
a_row_shows_booking_payment_and_room_name(void **state)
{
	(void)state;
	const struct event events[] = {life_room(LIFE_ROOM, 1, "바다 50% \"off\""),
	                               life_book(17, 3, BOOK_BOOKED),
	                               life_payment(17, 1, PAY_APPROVED)};
	const struct book *book = &events[1].data.book;
	assert_ok(pages.merge(pages.self, events, ARRAY_SIZE(events)));
	const struct mypage page = shown(17);
	assert_int_equal(page.book_id, 17);
	assert_int_equal(page.room_id, LIFE_ROOM);
	assert_string_equal(page.room_name, "바다 50% \"off\"");
	assert_int_equal(page.host_id, LIFE_HOST);
	assert_int_equal(page.guest_id, LIFE_GUEST);
	assert_string_equal(page.guest_name, "홍길동");
	assert_int_equal(page.pay_id, 1017);
	assert_int_equal(page.price, 4500);
	assert_string_equal(page.currency, "KRW");
	assert_int_equal(page.stay.start, book->stay.start);
	assert_int_equal(page.stay.end, book->stay.end);
	assert_int_equal(page.status, BOOK_BOOKED);
	assert_int_equal(page.pay_status, PAY_APPROVED);
	assert_int_equal(page.version, 3);
	assert_int_equal(page.updated_at, life_time(3));
}

static void
a_payment_is_shown_once_the_event_of_its_booking_arrives(void **state)
{
	(void)state;
	struct mypage row;
	instant_t as_of;
	merge(life_payment(17, 1, PAY_APPROVED));
	assert_err(pages.find(pages.self, 17, NULL, &row, &as_of), ERR_NOT_FOUND);
	merge(life_book(17, 2, BOOK_PAYMENT_PENDING));
	row = shown(17);
	assert_int_equal(row.status, BOOK_PAYMENT_PENDING);
	assert_int_equal(row.pay_status, PAY_APPROVED);
}

static void
a_booking_without_payment_shows_none(void **state)
{
	(void)state;
	merge(life_book(17, 2, BOOK_PAYMENT_PENDING));
	assert_int_equal(shown(17).pay_id, 0);
	assert_int_equal(shown(17).pay_status, PAY_NONE);
}

static void
a_tombstone_is_shown_as_no_payment(void **state)
{
	(void)state;
	merge(life_book(17, 3, BOOK_EXPIRED));
	merge(life_payment(17, 1, PAY_VOIDED));
	assert_int_equal(shown(17).pay_id, 0);
	assert_int_equal(shown(17).pay_status, PAY_NONE);
}

static void
every_row_shows_the_latest_name_of_its_room(void **state)
{
	(void)state;
	merge(life_book(17, 3, BOOK_BOOKED));
	assert_string_equal(shown(17).room_name, "");
	merge(life_room(LIFE_ROOM, 2, "Sea view"));
	merge(life_room(LIFE_ROOM, 1, "Room"));
	merge(life_room(LIFE_ROOM + 1, 5, "Another"));
	merge(life_book(18, 3, BOOK_BOOKED));
	assert_string_equal(shown(17).room_name, "Sea view");
	assert_string_equal(shown(18).room_name, "Sea view");
}

static void
a_claimed_booking_is_shown_to_the_account_and_not_by_the_key_from_before(void **state)
{
	(void)state;
	const struct caller claimer = {.id = LIFE_CLAIMER, .roles = ROLE_GUEST};
	struct caller holder = {
		.roles = ROLE_KEY_HOLDER, .key_book_id = 17, .key_version = BOOK_KEY_FIRST};
	struct event booked = life_book(17, 2, BOOK_BOOKED);
	struct mypage row;
	instant_t as_of;
	booked.data.book.guest_id = 0;
	merge(booked);
	assert_ok(pages.find(pages.self, 17, &holder, &row, &as_of));
	assert_err(pages.find(pages.self, 17, &claimer, &row, &as_of), ERR_NOT_FOUND);
	merge(life_claim(17, 3, BOOK_BOOKED));
	merge(booked);
	assert_ok(pages.find(pages.self, 17, &claimer, &row, &as_of));
	assert_int_equal(row.guest_id, LIFE_CLAIMER);
	assert_int_equal(row.key_version, BOOK_KEY_FIRST + 1);
	assert_int_equal(row.status, BOOK_BOOKED);
	assert_err(pages.find(pages.self, 17, &holder, &row, &as_of), ERR_NOT_FOUND);
	holder.key_version++;
	assert_ok(pages.find(pages.self, 17, &holder, &row, &as_of));
}

static void
ignore(void *arg, const struct mypage *row)
{
	(void)arg;
	(void)row;
}

static void
a_list_by_the_key_is_empty_after_the_claim(void **state)
{
	(void)state;
	struct mypage_list asked = {.caller = {.roles = ROLE_KEY_HOLDER,
	                                       .key_book_id = 17,
	                                       .key_version = BOOK_KEY_FIRST},
	                            .status = BOOK_STATUS_MAX,
	                            .pay_status = PAYMENT_STATUS_MAX,
	                            .paging = {.size = 5}};
	uint64_t total = 9;
	instant_t as_of;
	merge(life_book(17, 2, BOOK_BOOKED));
	assert_ok(pages.list(pages.self, &asked, ignore, NULL, &total, &as_of));
	assert_int_equal(total, 1);
	merge(life_claim(17, 3, BOOK_BOOKED));
	assert_ok(pages.list(pages.self, &asked, ignore, NULL, &total, &as_of));
	assert_int_equal(total, 0);
	/* for the account the key from before does no harm */
	asked.caller.id = LIFE_CLAIMER;
	asked.caller.roles |= ROLE_GUEST;
	asked.filter.book_id = 17;
	assert_ok(pages.list(pages.self, &asked, ignore, NULL, &total, &as_of));
	assert_int_equal(total, 1);
}

static void
an_erased_booking_shows_no_name_even_if_an_earlier_event_comes_after(void **state)
{
	(void)state;
	const struct caller holder = {
		.roles = ROLE_KEY_HOLDER, .key_book_id = 17, .key_version = BOOK_KEY_FIRST};
	const struct event booked = life_book(17, 2, BOOK_BOOKED);
	struct mypage row;
	instant_t as_of;
	merge(booked);
	assert_string_not_equal(shown(17).guest_name, "");
	merge(life_erasure(17, 3, BOOK_BOOKED));
	merge(booked);
	assert_string_equal(shown(17).guest_name, "");
	assert_int_equal(shown(17).status, BOOK_BOOKED);
	assert_int_equal(shown(17).price, booked.data.book.price);
	assert_err(pages.find(pages.self, 17, &holder, &row, &as_of), ERR_NOT_FOUND);
	merge(life_erasure(18, 3, BOOK_BOOKED));
	merge(life_book(18, 2, BOOK_BOOKED));
	assert_string_equal(shown(18).guest_name, "");
}

/* ---- order and repetition ---- */

static void
check_final(uint64_t book_id)
{
	const struct mypage page = shown(book_id);
	assert_int_equal(page.status, BOOK_CANCELED);
	assert_int_equal(page.version, 4);
	assert_int_equal(page.pay_status, PAY_CANCELED);
	assert_int_equal(page.updated_at, life_time(4));
}

static void
every_order_of_the_same_events_ends_in_the_same_row(void **state)
{
	(void)state;
	uint64_t book_id = 1;
	size_t order[] = {0, 1, 2, 3, 4};
	do {
		const struct event life[] = {
			life_book(book_id, 2, BOOK_PAYMENT_PENDING),
			life_payment(book_id, 1, PAY_APPROVED),
			life_book(book_id, 3, BOOK_BOOKED),
			life_book(book_id, 4, BOOK_CANCELED),
			life_payment(book_id, 2, PAY_CANCELED),
		};
		uint64_t version = 0;
		for (size_t i = 0; i < 2 * ARRAY_SIZE(life); i++) {
			merge(life[order[i % ARRAY_SIZE(life)]]);
			if (!is_shown(book_id))
				continue;
			assert_true(shown(book_id).version >= version);
			version = shown(book_id).version;
		}
		check_final(book_id++);
	} while (life_next_order(order, ARRAY_SIZE(order)));
	assert_int_equal(book_id, 121);
}

static void
a_batch_of_events_gives_the_same_rows_as_single_events(void **state)
{
	(void)state;
	const struct event life[] = {
		life_payment(17, 2, PAY_CANCELED), life_book(18, 3, BOOK_BOOKED),
		life_book(17, 4, BOOK_CANCELED),   life_payment(17, 1, PAY_APPROVED),
		life_book(17, 3, BOOK_BOOKED),     life_book(18, 3, BOOK_BOOKED),
		life_payment(17, 2, PAY_CANCELED), life_book(18, 4, BOOK_CANCELED),
	};
	assert_ok(pages.merge(pages.self, life, ARRAY_SIZE(life)));
	check_final(17);
	assert_int_equal(shown(18).status, BOOK_CANCELED);
	assert_int_equal(shown(18).pay_status, PAY_NONE);
}

static void
no_events_change_nothing(void **state)
{
	(void)state;
	assert_ok(pages.merge(pages.self, NULL, 0));
}

/* ---- ownership ---- */

static void
only_its_guest_and_its_host_find_a_row(void **state)
{
	(void)state;
	struct mypage page;
	instant_t as_of;
	const struct caller strangers[] = {{.id = LIFE_HOST, .roles = ROLE_GUEST},
	                                   {.id = LIFE_GUEST, .roles = ROLE_HOST},
	                                   {.id = 8, .roles = ROLE_GUEST | ROLE_HOST},
	                                   {.id = LIFE_GUEST, .roles = 0}};
	merge(life_book(17, 3, BOOK_BOOKED));
	assert_ok(pages.find(pages.self, 17, &guest, &page, &as_of));
	assert_ok(pages.find(pages.self, 17, &host, &page, &as_of));
	for (size_t i = 0; i < ARRAY_SIZE(strangers); i++)
		assert_err(pages.find(pages.self, 17, &strangers[i], &page, &as_of), ERR_NOT_FOUND);
}

/* ---- lists ---- */

struct seen {
	uint64_t ids[200];
	size_t n;
};

static void
note(void *arg, const struct mypage *mypage)
{
	struct seen *seen = arg;
	assert_true(seen->n < ARRAY_SIZE(seen->ids));
	seen->ids[seen->n++] = mypage->book_id;
}

static struct seen
list(struct caller caller, struct paging paging, uint64_t total)
{
	const struct mypage_list asked = {.caller = caller,
	                                  .status = BOOK_STATUS_MAX,
	                                  .pay_status = PAYMENT_STATUS_MAX,
	                                  .paging = paging};
	struct seen seen = {.n = 0};
	uint64_t all = 0;
	instant_t as_of;
	assert_ok(pages.list(pages.self, &asked, note, &seen, &all, &as_of));
	assert_int_equal(all, total);
	return seen;
}

static void
assert_ids(struct seen seen, const uint64_t ids[], size_t n)
{
	assert_int_equal(seen.n, n);
	for (size_t i = 0; i < n; i++)
		assert_int_equal(seen.ids[i], ids[i]);
}

/* Three rows of a guest, which each column sorts differently, and one of another guest. */
static void
enter_rows(void)
{
	struct event events[] = {life_book(1, 5, BOOK_BOOKED), life_book(2, 3, BOOK_BOOKED),
	                         life_book(3, 4, BOOK_BOOKED), life_book(4, 3, BOOK_BOOKED)};
	events[0].data.book.price = 2000;
	events[1].data.book.price = 3000;
	events[2].data.book.price = 1000;
	events[1].data.book.stay.start -= 1;
	events[2].data.book.stay.start += 1;
	events[3].data.book.guest_id = 99;
	assert_ok(pages.merge(pages.self, events, ARRAY_SIZE(events)));
}

static void
a_list_is_sorted_by_each_column_in_both_directions(void **state)
{
	(void)state;
	static const struct {
		enum mypage_sort sort;
		uint64_t ids[3];
	} sorts[] = {{MYPAGE_SORT_BOOK_ID, {1, 2, 3}},
	             {MYPAGE_SORT_START_DATE, {2, 1, 3}},
	             {MYPAGE_SORT_PRICE, {3, 1, 2}},
	             {MYPAGE_SORT_UPDATED_AT, {2, 3, 1}}};
	assert_int_equal(ARRAY_SIZE(sorts), MYPAGE_SORT_MAX);
	enter_rows();
	for (size_t i = 0; i < ARRAY_SIZE(sorts); i++) {
		const uint64_t *up = sorts[i].ids, down[] = {up[2], up[1], up[0]};
		struct paging paging = {.size = 20, .sort = sorts[i].sort};
		assert_ids(list(guest, paging, 3), up, 3);
		paging.descending = true;
		assert_ids(list(guest, paging, 3), down, 3);
	}
}

static void
a_host_lists_the_bookings_of_all_guests_and_a_guest_only_own_ones(void **state)
{
	(void)state;
	const struct caller other_guest = {.id = 99, .roles = ROLE_GUEST},
			    nobody = {.id = 98, .roles = ROLE_GUEST};
	const struct paging paging = {.size = 20};
	enter_rows();
	assert_ids(list(host, paging, 4), (const uint64_t[]){1, 2, 3, 4}, 4);
	assert_ids(list(other_guest, paging, 1), (const uint64_t[]){4}, 1);
	assert_ids(list(nobody, paging, 0), NULL, 0);
}

static void
the_pages_of_a_list_contain_every_row_once(void **state)
{
	(void)state;
	enter_rows();
	assert_ids(list(host, (struct paging){.size = 3}, 4), (const uint64_t[]){1, 2, 3}, 3);
	assert_ids(list(host, (struct paging){.page = 1, .size = 3}, 4), (const uint64_t[]){4}, 1);
	assert_ids(list(host, (struct paging){.page = 2, .size = 3}, 4), NULL, 0);
	assert_ids(list(host, (struct paging){.page = UINT32_MAX, .size = 100}, 4), NULL, 0);
}

static void
a_payment_without_its_booking_is_in_no_list(void **state)
{
	(void)state;
	const struct caller nobody = {.id = 0, .roles = ROLE_GUEST};
	merge(life_payment(17, 1, PAY_APPROVED));
	assert_ids(list(guest, (struct paging){.size = 20}, 0), NULL, 0);
	assert_ids(list(host, (struct paging){.size = 20}, 0), NULL, 0);
	assert_ids(list(nobody, (struct paging){.size = 20}, 0), NULL, 0);
}

/* ---- age ---- */

static void
the_age_of_the_view_is_returned_and_never_moves_back(void **state)
{
	(void)state;
	const struct mypage_list asked = {.caller = guest,
	                                  .status = BOOK_STATUS_MAX,
	                                  .pay_status = PAYMENT_STATUS_MAX,
	                                  .paging = {.size = 1}};
	struct seen seen = {.n = 0};
	struct mypage page;
	instant_t as_of = -1;
	uint64_t total;
	merge(life_book(17, 3, BOOK_BOOKED));
	assert_ok(pages.find(pages.self, 17, NULL, &page, &as_of));
	assert_int_equal(as_of, 0);
	assert_ok(pages.caught_up(pages.self, life_time(9)));
	assert_ok(pages.caught_up(pages.self, life_time(8)));
	assert_ok(pages.find(pages.self, 17, NULL, &page, &as_of));
	assert_int_equal(as_of, life_time(9));
	as_of = -1;
	assert_ok(pages.list(pages.self, &asked, note, &seen, &total, &as_of));
	assert_int_equal(as_of, life_time(9));
}

/* A full page, the last one, one that ends with the list, and those behind the end. */
static void
every_page_tells_how_long_the_list_is(void **state)
{
	(void)state;
	for (uint64_t id = 1; id <= 6; id++)
		merge(life_book(id, 2, BOOK_BOOKED));
	for (uint32_t page = 0; page <= 9; page++) {
		const size_t n4 = page == 0 ? 4 : page == 1 ? 2 : 0;
		assert_int_equal(list(guest, (struct paging){.page = page, .size = 4}, 6).n, n4);
		assert_int_equal(list(guest, (struct paging){.page = page, .size = 3}, 6).n,
		                 page < 2 ? 3 : 0);
	}
}

static void
a_filter_that_names_the_owner_again_leaves_nothing_out(void **state)
{
	struct mypage_list asked = {
		.caller = guest,
		.filter = {.of_guest = true, .guest_id = LIFE_GUEST},
		.status = BOOK_STATUS_MAX,
		.pay_status = PAYMENT_STATUS_MAX,
		.paging = {.size = 1},
	};
	uint64_t total = 9;
	instant_t as_of;
	(void)state;
	merge(life_book(17, 2, BOOK_BOOKED));
	merge(life_book(18, 2, BOOK_BOOKED));
	assert_ok(pages.list(pages.self, &asked, ignore, NULL, &total, &as_of));
	assert_int_equal(total, 2);
	asked.filter.guest_id = LIFE_GUEST + 1;
	assert_ok(pages.list(pages.self, &asked, ignore, NULL, &total, &as_of));
	assert_int_equal(total, 0);
}

static void
a_list_without_rows_tells_its_age(void **state)
{
	const struct mypage_list asked = {.caller = {.id = 4711, .roles = ROLE_GUEST},
	                                  .status = BOOK_STATUS_MAX,
	                                  .pay_status = PAYMENT_STATUS_MAX,
	                                  .paging = {.size = 1}};
	uint64_t total = 9;
	instant_t as_of = -1;
	(void)state;
	assert_ok(pages.caught_up(pages.self, life_time(9)));
	assert_ok(pages.list(pages.self, &asked, ignore, NULL, &total, &as_of));
	assert_int_equal(total, 0);
	assert_int_equal(as_of, life_time(9));
}

#define TEST(name) cmocka_unit_test_setup(name, empty)

int
mypage_suite_run(const char *where, struct mypage_store store, void (*empty_store)(void))
{
	const struct CMUnitTest tests[] = {
		TEST(a_row_shows_booking_payment_and_room_name),
		TEST(a_payment_is_shown_once_the_event_of_its_booking_arrives),
		TEST(a_booking_without_payment_shows_none),
		TEST(a_tombstone_is_shown_as_no_payment),
		TEST(every_row_shows_the_latest_name_of_its_room),
		TEST(a_claimed_booking_is_shown_to_the_account_and_not_by_the_key_from_before),
		TEST(every_page_tells_how_long_the_list_is),
		TEST(a_filter_that_names_the_owner_again_leaves_nothing_out),
		TEST(a_list_without_rows_tells_its_age),
		TEST(a_list_by_the_key_is_empty_after_the_claim),
		TEST(an_erased_booking_shows_no_name_even_if_an_earlier_event_comes_after),
		TEST(every_order_of_the_same_events_ends_in_the_same_row),
		TEST(a_batch_of_events_gives_the_same_rows_as_single_events),
		TEST(no_events_change_nothing),
		TEST(only_its_guest_and_its_host_find_a_row),
		TEST(a_list_is_sorted_by_each_column_in_both_directions),
		TEST(a_host_lists_the_bookings_of_all_guests_and_a_guest_only_own_ones),
		TEST(the_pages_of_a_list_contain_every_row_once),
		TEST(a_payment_without_its_booking_is_in_no_list),
		TEST(the_age_of_the_view_is_returned_and_never_moves_back),
	};
	pages = store;
	empty_pages = empty_store;
	return cmocka_run_group_tests_name(where, tests, NULL, NULL);
}
