/* SPDX-License-Identifier: MIT */
/* notification_suite_lists - settings, conditions, keys and lists of every notification_store. */
#include "tests/contract/notification_suite_parts.h"

#include "base/mem.h"

#include <string.h>

/* ---- settings ---- */

static void
settings_that_were_never_stored_are_empty(void **state)
{
	(void)state;
	struct notification_settings found;
	assert_ok(store.settings_find(store.self, LIFE_GUEST, &found));
	assert_int_equal(found.recipient_id, LIFE_GUEST);
	assert_string_equal(found.email, "");
	assert_string_equal(found.webhook_url, "");
	assert_int_equal(found.language, LANGUAGE_MAX);
}

static void
new_settings_replace_the_old_ones(void **state)
{
	(void)state;
	struct notification_settings wanted = {.recipient_id = LIFE_GUEST,
	                                       .email = "guest@example.com",
	                                       .webhook_url = "https://example.com/hook?a=1",
	                                       .language = LANGUAGE_KO};
	struct notification_settings found;
	assert_ok(settings_put(&wanted, &found));
	assert_ok(store.settings_find(store.self, LIFE_GUEST, &found));
	assert_string_equal(found.email, "guest@example.com");
	assert_string_equal(found.webhook_url, "https://example.com/hook?a=1");
	assert_int_equal(found.language, LANGUAGE_KO);
	wanted = (struct notification_settings){.recipient_id = LIFE_GUEST,
	                                        .language = LANGUAGE_MAX};
	assert_ok(settings_put(&wanted, &found));
	assert_ok(store.settings_find(store.self, LIFE_GUEST, &found));
	assert_string_equal(found.email, "");
	assert_int_equal(found.language, LANGUAGE_MAX);
	assert_ok(store.settings_find(store.self, LIFE_HOST, &found));
	assert_int_equal(found.recipient_id, LIFE_HOST);
}

static void
a_message_is_in_the_language_chosen_when_it_is_created(void **state)
{
	(void)state;
	const struct event first = life_book(17, 2, BOOK_PAYMENT_PENDING);
	const struct event second = life_book(17, 3, BOOK_BOOKED);
	const struct event third = life_book(17, 4, BOOK_CANCELED);
	struct notification_settings wanted = {.recipient_id = LIFE_GUEST, .language = LANGUAGE_KO};
	struct notification_settings found;
	create(new_of(&first, ROLE_GUEST));
	assert_ok(settings_put(&wanted, &found));
	create(new_of(&second, ROLE_GUEST));
	create(new_of(&second, ROLE_HOST));
	wanted.language = LANGUAGE_MAX;
	assert_ok(settings_put(&wanted, &found));
	create(new_of(&third, ROLE_GUEST));
	const struct seen seen = seen_by(LIFE_GUEST);
	assert_string_equal(seen.list[0].message, "BookPending en");
	assert_string_equal(seen.list[1].message, "Booked ko");
	assert_string_equal(seen.list[2].message, "BookCanceled en");
	assert_string_equal(seen_by(LIFE_HOST).list[0].message, "Booked en");
}

static void
the_language_that_was_asked_for_comes_after_the_chosen_one(void **state)
{
	(void)state;
	const struct event first = life_book(17, 2, BOOK_PAYMENT_PENDING);
	const struct event second = life_book(17, 3, BOOK_BOOKED);
	const struct notification_settings wanted = {.recipient_id = LIFE_GUEST,
	                                             .language = LANGUAGE_EN};
	struct new_notification new = new_of(&first, ROLE_GUEST);
	struct notification_settings found;
	new.asked = LANGUAGE_KO;
	create(new);
	assert_ok(settings_put(&wanted, &found));
	new = new_of(&second, ROLE_GUEST);
	new.asked = LANGUAGE_KO;
	create(new);
	const struct seen seen = seen_by(LIFE_GUEST);
	assert_string_equal(seen.list[0].message, "BookPending ko");
	assert_string_equal(seen.list[1].message, "Booked en");
}

/* ---- conditions and keys ---- */

static const struct idempotency key = {.key = "k", .scope = "3:1 POST /", .fingerprint = {1}};

static void
a_mark_is_made_only_to_the_state_that_its_condition_demands(void **state)
{
	(void)state;
	const struct event booked = life_book(17, 3, BOOK_BOOKED);
	struct notification found;
	bool replayed;
	create(new_of(&booked, ROLE_GUEST));
	const struct notification unread = seen_by(LIFE_GUEST).list[0];
	struct notification_mark asked = {
		.id = unread.id, .recipient_id = LIFE_GUEST, .read = true};
	asked.condition = IF_NONE_MATCH(notification_tag(&unread));
	assert_err(store.mark(store.self, &asked, &found, &replayed), ERR_VERSION_CONFLICT);
	asked.condition = IF_NONE_MATCH_ANY;
	assert_err(store.mark(store.self, &asked, &found, &replayed), ERR_VERSION_CONFLICT);
	asked.condition = IF_MATCH(notification_tag(&unread) + 1);
	assert_err(store.mark(store.self, &asked, &found, &replayed), ERR_VERSION_CONFLICT);
	assert_false(seen_by(LIFE_GUEST).list[0].read);
	asked.condition = IF_MATCH(notification_tag(&unread));
	assert_ok(store.mark(store.self, &asked, &found, &replayed));
	assert_true(notification_tag(&found) != notification_tag(&unread));
	assert_err(store.mark(store.self, &asked, &found, &replayed), ERR_VERSION_CONFLICT);
	asked.condition = IF_MATCH_ANY;
	assert_ok(store.mark(store.self, &asked, &found, &replayed));
}

static void
a_mark_with_a_key_is_made_once(void **state)
{
	(void)state;
	const struct event booked = life_book(17, 3, BOOK_BOOKED);
	struct notification found;
	bool replayed;
	create(new_of(&booked, ROLE_GUEST));
	struct notification_mark asked = {.id = seen_by(LIFE_GUEST).list[0].id,
	                                  .recipient_id = LIFE_GUEST,
	                                  .read = true,
	                                  .key = key};
	assert_err(store.key_find(store.self, &key), ERR_NOT_FOUND);
	asked.condition = IF_NONE_MATCH_ANY;
	assert_err(store.mark(store.self, &asked, &found, &replayed), ERR_VERSION_CONFLICT);
	assert_err(store.key_find(store.self, &key), ERR_NOT_FOUND);
	asked.condition = IF_MATCH_ANY;
	assert_ok(store.mark(store.self, &asked, &found, &replayed));
	assert_false(replayed);
	assert_ok(store.key_find(store.self, &key));
	assert_ok(mark(asked.id, LIFE_GUEST, false, &found));
	asked.condition = IF_NONE_MATCH_ANY; /* the key is looked at first */
	assert_ok(store.mark(store.self, &asked, &found, &replayed));
	assert_true(replayed);
	assert_false(found.read);
	asked.key.fingerprint[0] = 2;
	assert_err(store.mark(store.self, &asked, &found, &replayed), ERR_KEY_REUSED);
	assert_err(store.key_find(store.self, &asked.key), ERR_KEY_REUSED);
}

/* Also settings that nobody has chosen yet. */
static void
settings_are_replaced_only_in_the_state_that_the_condition_demands(void **state)
{
	(void)state;
	struct notification_settings first, found;
	struct notification_settings_change change = {.to = {.recipient_id = LIFE_GUEST,
	                                                     .email = "a@example.com",
	                                                     .language = LANGUAGE_KO}};
	bool replayed;
	assert_ok(store.settings_find(store.self, LIFE_GUEST, &first));
	change.condition = IF_NONE_MATCH(notification_settings_tag(&first));
	assert_err(store.settings_put(store.self, &change, &found, &replayed),
	           ERR_VERSION_CONFLICT);
	change.condition = IF_MATCH(notification_settings_tag(&first) + 1);
	assert_err(store.settings_put(store.self, &change, &found, &replayed),
	           ERR_VERSION_CONFLICT);
	assert_ok(store.settings_find(store.self, LIFE_GUEST, &found));
	assert_string_equal(found.email, "");
	change.condition = IF_MATCH(notification_settings_tag(&first));
	assert_ok(store.settings_put(store.self, &change, &found, &replayed));
	assert_err(store.settings_put(store.self, &change, &found, &replayed),
	           ERR_VERSION_CONFLICT);
	change.condition = IF_MATCH(notification_settings_tag(&found));
	assert_ok(store.settings_put(store.self, &change, &found, &replayed));
}

static void
settings_with_a_key_are_replaced_once(void **state)
{
	(void)state;
	struct notification_settings_change change = {.to = {.recipient_id = LIFE_GUEST,
	                                                     .email = "a@example.com",
	                                                     .language = LANGUAGE_KO},
	                                              .key = key};
	struct notification_settings later = {
		.recipient_id = LIFE_GUEST, .email = "b@example.com", .language = LANGUAGE_MAX};
	struct notification_settings found;
	bool replayed;
	assert_ok(store.settings_put(store.self, &change, &found, &replayed));
	assert_false(replayed);
	assert_ok(settings_put(&later, &found));
	assert_ok(store.settings_put(store.self, &change, &found, &replayed));
	assert_true(replayed);
	assert_string_equal(found.email, "b@example.com");
	change.key.fingerprint[0] = 2;
	assert_err(store.settings_put(store.self, &change, &found, &replayed), ERR_KEY_REUSED);
}

static void
old_keys_are_purged(void **state)
{
	(void)state;
	const struct notification_settings_change change = {
		.to = {.recipient_id = LIFE_GUEST, .language = LANGUAGE_MAX}, .key = key};
	struct notification_settings found;
	bool replayed;
	size_t n = 9;
	assert_ok(store.settings_put(store.self, &change, &found, &replayed));
	assert_ok(store.keys_purge(store.self, instant_now() - 60000, 5, &n));
	assert_int_equal(n, 0);
	assert_ok(store.keys_purge(store.self, instant_now() + 60000, 5, &n));
	assert_int_equal(n, 1);
	assert_err(store.key_find(store.self, &key), ERR_NOT_FOUND);
}

/* ---- lists ---- */

/* Created in the order of bookings 3, 1, 2, which is not that of their times. */
static void
tell_three(void)
{
	const struct event events[] = {life_book(3, 5, BOOK_BOOKED), life_book(1, 6, BOOK_BOOKED),
	                               life_book(2, 4, BOOK_BOOKED)};
	for (size_t i = 0; i < ARRAY_SIZE(events); i++)
		create(new_of(&events[i], ROLE_GUEST));
}

static void
assert_books(struct seen seen, uint64_t total, const uint64_t ids[], size_t n)
{
	assert_int_equal(seen.total, total);
	assert_int_equal(seen.n, n);
	for (size_t i = 0; i < n; i++)
		assert_int_equal(seen.list[i].book_id, ids[i]);
}

static void
a_list_is_sorted_by_each_column_in_both_directions(void **state)
{
	(void)state;
	static const uint64_t sorts[NOTIFICATION_SORT_MAX][3] = {
		[NOTIFICATION_SORT_ID] = {3, 1, 2}, [NOTIFICATION_SORT_CREATED_AT] = {2, 3, 1}};
	tell_three();
	for (unsigned sort = 0; sort < NOTIFICATION_SORT_MAX; sort++) {
		const uint64_t *up = sorts[sort], down[] = {up[2], up[1], up[0]};
		struct notification_list asked = {.event = EVENT_TYPE_MAX,
		                                  .recipient_id = LIFE_GUEST,
		                                  .paging = {.size = 20, .sort = sort}};
		assert_books(list(asked), 3, up, 3);
		asked.paging.descending = true;
		assert_books(list(asked), 3, down, 3);
	}
}

static void
the_pages_of_a_list_contain_every_row_once(void **state)
{
	(void)state;
	tell_three();
	struct notification_list asked = {
		.event = EVENT_TYPE_MAX, .recipient_id = LIFE_GUEST, .paging = {.size = 2}};
	assert_books(list(asked), 3, (const uint64_t[]){3, 1}, 2);
	asked.paging.page = 1;
	assert_books(list(asked), 3, (const uint64_t[]){2}, 1);
	asked.paging.page = 2;
	assert_books(list(asked), 3, NULL, 0);
}

static void
a_list_can_be_filtered_by_booking_time_and_by_unread(void **state)
{
	(void)state;
	struct notification found;
	tell_three();
	const struct notification_list of_one = {
		.recipient_id = LIFE_GUEST, .event = EVENT_TYPE_MAX, .book_id = 1};
	const struct notification_list unread = {
		.recipient_id = LIFE_GUEST, .event = EVENT_TYPE_MAX, .unread_only = true};
	const uint64_t id = seen_by(LIFE_GUEST).list[0].id;
	assert_ok(mark(id, LIFE_GUEST, true, &found));
	assert_books(list(of_one), 1, (const uint64_t[]){1}, 1);
	struct notification_list narrow = {
		.recipient_id = LIFE_GUEST, .event = EVENT_TYPE_MAX, .of_read = true, .read = true};
	assert_books(list(narrow), 1, (const uint64_t[]){3}, 1);
	narrow.read = false;
	assert_books(list(narrow), 2, (const uint64_t[]){1, 2}, 2);
	narrow.of_read = false;
	narrow.role = ROLE_HOST;
	assert_books(list(narrow), 0, NULL, 0);
	narrow.role = ROLE_GUEST;
	narrow.event = EVENT_ROOM_DELETED;
	assert_books(list(narrow), 0, NULL, 0);
	narrow.event = seen_by(LIFE_GUEST).list[0].event;
	assert_true(list(narrow).total > 0);
	struct notification_list created = {.recipient_id = LIFE_GUEST, .event = EVENT_TYPE_MAX};
	created.from = life_book(3, 5, BOOK_BOOKED).time; /* between that of 2 and that of 1 */
	assert_books(list(created), 2, (const uint64_t[]){3, 1}, 2);
	created.until = created.from + 1;
	assert_books(list(created), 1, (const uint64_t[]){3}, 1);
	created.from = 0;
	assert_books(list(created), 2, (const uint64_t[]){3, 2}, 2);
	created.until--;
	assert_books(list(created), 1, (const uint64_t[]){2}, 1);
	assert_books(list(unread), 2, (const uint64_t[]){1, 2}, 2);
	assert_books(seen_by(LIFE_GUEST), 3, (const uint64_t[]){3, 1, 2}, 3);
}

int
notification_suite_lists(const char *where)
{
	const struct CMUnitTest tests[] = {
		TEST(settings_that_were_never_stored_are_empty),
		TEST(new_settings_replace_the_old_ones),
		TEST(a_message_is_in_the_language_chosen_when_it_is_created),
		TEST(the_language_that_was_asked_for_comes_after_the_chosen_one),
		TEST(a_mark_is_made_only_to_the_state_that_its_condition_demands),
		TEST(a_mark_with_a_key_is_made_once),
		TEST(settings_are_replaced_only_in_the_state_that_the_condition_demands),
		TEST(settings_with_a_key_are_replaced_once),
		TEST(old_keys_are_purged),
		TEST(a_list_is_sorted_by_each_column_in_both_directions),
		TEST(the_pages_of_a_list_contain_every_row_once),
		TEST(a_list_can_be_filtered_by_booking_time_and_by_unread),
	};
	return cmocka_run_group_tests_name(where, tests, NULL, NULL);
}
