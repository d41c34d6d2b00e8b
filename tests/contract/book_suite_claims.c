/* SPDX-License-Identifier: MIT */
/* book_suite_claims - what every book_store must do: bookings of nobody go to accounts. */
#include "base/mem.h"
#include "tests/contract/book_suite_parts.h"
#include "tests/contract/booking_attempt.h"
#include "tests/unit/test.h"

#include <string.h>

#define ACCOUNT UINT64_C(1000000007)
#define EMAIL   "a@b.example" /* of attempt_hold() */

static struct book_claim
claim_of(uint64_t id)
{
	return (struct book_claim){
		.id = id,
		.claimant = {.account_id = ACCOUNT, .email = EMAIL},
		.origin = {.caller = {.id = ACCOUNT, .roles = ROLE_GUEST}, .request_id = "r-3"}};
}

static enum err
claim(const struct book_claim *claim, struct book *ret_book)
{
	return book_world.store.claim(book_world.store.self, claim, ret_book);
}

static enum err
find_as(uint64_t id, const struct caller *caller)
{
	struct book book;
	return book_world.store.find(book_world.store.self, id, caller, &book);
}

static enum err
find_by_key(uint64_t id, uint32_t version)
{
	const struct caller holder = {
		.roles = ROLE_KEY_HOLDER, .key_book_id = id, .key_version = version};
	return find_as(id, &holder);
}

static struct book
in_status(enum book_status status)
{
	static const enum book_action ways[BOOK_STATUS_MAX][2] = {
		[BOOK_PAYMENT_PENDING] = {BOOK_DEFER, BOOK_ACTION_MAX},
		[BOOK_BOOKED] = {BOOK_APPROVE, BOOK_ACTION_MAX},
		[BOOK_REJECTED] = {BOOK_DECLINE, BOOK_ACTION_MAX},
		[BOOK_EXPIRED] = {BOOK_EXPIRE, BOOK_ACTION_MAX},
		[BOOK_CANCELED] = {BOOK_APPROVE, BOOK_CANCEL},
	};
	struct book book = suite_held(1, 0, 0, 3);
	for (size_t i = 0; status != BOOK_REQUESTED && i < 2; i++)
		if (ways[status][i] != BOOK_ACTION_MAX)
			book = suite_applied(book.id, ways[status][i]);
	assert_int_equal(book.status, status);
	return book;
}

static void
a_claim_gives_the_booking_to_the_account_in_every_state_and_revokes_its_key(void **state)
{
	(void)state;
	static struct event events[64];
	const struct caller account = {.id = ACCOUNT, .roles = ROLE_GUEST};
	const struct caller nobody = {.id = 0, .roles = ROLE_GUEST};
	for (int status = 0; status < BOOK_STATUS_MAX; status++) {
		book_world.empty();
		suite_room(1);
		const struct book before = in_status((enum book_status)status);
		const struct book_claim asked = claim_of(before.id);
		const size_t n = suite_events();
		struct book now;
		assert_ok(claim(&asked, &now));
		const struct book stored = suite_found(before.id);
		suite_same(&now, &stored);
		assert_int_equal(now.guest_id, ACCOUNT);
		assert_int_equal(now.key_version, before.key_version + 1);
		assert_int_equal(now.version, before.version + 1);
		assert_int_equal(now.status, status);
		assert_int_equal(now.pay_until, before.pay_until);
		assert_ok(find_as(before.id, &account));
		assert_err(find_as(before.id, &nobody), ERR_NOT_FOUND);
		assert_err(find_by_key(before.id, BOOK_KEY_FIRST), ERR_NOT_FOUND);
		assert_ok(find_by_key(before.id, BOOK_KEY_FIRST + 1));
		assert_int_equal(book_world.events(events, ARRAY_SIZE(events)), n + 1);
		assert_int_equal(events[n].type, EVENT_BOOK_CLAIMED);
		assert_int_equal(events[n].sequence, now.version);
		assert_int_equal(events[n].data.book.guest_id, ACCOUNT);
		assert_int_equal(events[n].data.book.key_version, now.key_version);
		assert_int_equal(events[n].data.book.status, status);
	}
}

static void
everything_is_mailed_to_the_contact_of_a_claimed_booking(void **state)
{
	(void)state;
	static struct event events[64];
	suite_room(1);
	for (int mailing = 0; mailing < MAILING_MAX; mailing++) {
		struct book_hold hold = attempt_hold(1, 0, mailing, 1);
		struct hold_result held;
		struct book book;
		hold.book.contact.mailing = (enum contact_mailing)mailing;
		assert_ok(suite_hold(&hold, &held));
		assert_int_equal(suite_found(held.book.id).contact.mailing, mailing);
		book = suite_applied(held.book.id, BOOK_APPROVE);
		assert_int_equal(book.contact.mailing, mailing);
		const size_t n = book_world.events(events, ARRAY_SIZE(events));
		assert_int_equal(events[n - 1].data.book.contact.mailing, mailing);
		const struct book_claim asked = claim_of(book.id);
		assert_ok(claim(&asked, &book));
		assert_int_equal(book.contact.mailing, MAILING_ALL);
		assert_int_equal(suite_found(book.id).contact.mailing, MAILING_ALL);
		assert_int_equal(book_world.events(events, ARRAY_SIZE(events)), n + 1);
		assert_int_equal(events[n].data.book.contact.mailing, MAILING_ALL);
	}
}

static void
the_nights_of_a_claimed_booking_stay_taken_and_its_life_goes_on(void **state)
{
	(void)state;
	suite_room(1);
	const struct book_claim asked = claim_of(in_status(BOOK_PAYMENT_PENDING).id);
	struct book book;
	assert_ok(claim(&asked, &book));
	assert_false(suite_is_free(1, 0, 3));
	book = suite_applied(book.id, BOOK_APPROVE);
	assert_int_equal(book.guest_id, ACCOUNT);
	assert_int_equal(book.key_version, BOOK_KEY_FIRST + 1);
	suite_applied(book.id, BOOK_CANCEL);
	assert_true(suite_is_free(1, 0, 3));
}

static void
a_booking_that_is_the_accounts_already_is_returned_as_it_is(void **state)
{
	(void)state;
	suite_room(1);
	struct book_claim asked = claim_of(suite_held(1, 0, 0, 3).id);
	struct book first, again;
	assert_ok(claim(&asked, &first));
	assert_ok(claim(&asked, &again));
	suite_same(&first, &again);
	asked.claimant.email[0] = '\0'; /* what one has, one has without an e-mail, too */
	assert_ok(claim(&asked, &again));
	suite_same(&first, &again);
	assert_int_equal(suite_events(), 1);
}

static void
a_booking_of_another_e_mail_or_account_is_not_found_and_stays_as_it_is(void **state)
{
	(void)state;
	static const char *const others[] = {"", "A@b.example", "a@b.exampl", "a@b.example2",
	                                     "x@b.example"};
	suite_room(1);
	const struct book before = suite_held(1, 0, 0, 3), owned = suite_held(1, 42, 5, 1);
	struct book_claim asked = claim_of(before.id);
	struct book now;
	for (size_t i = 0; i < ARRAY_SIZE(others); i++) {
		strcpy(asked.claimant.email, others[i]);
		assert_err(claim(&asked, &now), ERR_NOT_FOUND);
	}
	asked = claim_of(before.id);
	asked.claimant.account_id = 0;
	assert_err(claim(&asked, &now), ERR_NOT_FOUND);
	asked = claim_of(owned.id);
	assert_err(claim(&asked, &now), ERR_NOT_FOUND);
	asked = claim_of(owned.id + 1000);
	assert_err(claim(&asked, &now), ERR_NOT_FOUND);
	now = suite_found(before.id);
	suite_same(&before, &now);
	assert_int_equal(suite_events(), 0);
}

static void
a_claim_of_another_version_is_refused_with_the_present_booking(void **state)
{
	(void)state;
	suite_room(1);
	struct book_claim asked = claim_of(suite_held(1, 0, 0, 3).id);
	struct book book = {0};
	asked.condition = IF_MATCH(2);
	assert_err(claim(&asked, &book), ERR_VERSION_CONFLICT);
	assert_int_equal(book.version, 1);
	assert_int_equal(book.guest_id, 0);
	asked.condition = IF_MATCH(1);
	assert_ok(claim(&asked, &book));
}

static void
a_claim_with_a_key_is_made_once(void **state)
{
	(void)state;
	suite_room(1);
	struct book_claim asked = claim_of(suite_held(1, 0, 0, 3).id);
	struct book book;
	asked.key = attempt_key("c", 3);
	assert_ok(claim(&asked, &book));
	assert_ok(claim(&asked, &book));
	assert_int_equal(book.version, 2);
	assert_ok(book_world.store.replay(book_world.store.self, &asked.key, &book));
	assert_int_equal(book.guest_id, ACCOUNT);
	asked.key = attempt_key("c", 4);
	assert_err(claim(&asked, &book), ERR_KEY_REUSED);
}

static struct book_step steps[8];
static size_t n_steps;

static void
step_keep(void *arg, const struct book_step *step)
{
	(void)arg;
	steps[n_steps++] = *step;
}

static void
the_timeline_says_that_the_account_took_the_booking_over(void **state)
{
	(void)state;
	suite_room(1);
	const struct book_claim asked = claim_of(in_status(BOOK_BOOKED).id);
	struct book book;
	n_steps = 0;
	assert_ok(claim(&asked, &book));
	assert_ok(book_world.store.timeline(book_world.store.self, book.id, step_keep, NULL));
	assert_int_equal(n_steps, 3);
	assert_int_equal(steps[2].version, 3);
	assert_int_equal(steps[2].from, BOOK_BOOKED);
	assert_int_equal(steps[2].to, BOOK_BOOKED);
	assert_int_equal(steps[2].by.id, ACCOUNT);
	assert_string_equal(steps[2].why, BOOK_WHY_CLAIMED);
	assert_string_equal(steps[2].request_id, "r-3");
}

static void
who_has_only_the_old_key_does_not_cancel_a_claimed_booking(void **state)
{
	(void)state;
	suite_room(1);
	const struct book_claim asked = claim_of(in_status(BOOK_BOOKED).id);
	struct book_change change = attempt_change(asked.id, BOOK_CANCEL);
	struct book book;
	change.owned = true;
	change.origin.caller = (struct caller){
		.roles = ROLE_KEY_HOLDER, .key_book_id = asked.id, .key_version = BOOK_KEY_FIRST};
	assert_ok(claim(&asked, &book));
	assert_err(suite_apply(&change, &book), ERR_NOT_FOUND);
	assert_int_equal(suite_found(asked.id).status, BOOK_BOOKED);
	change.origin.caller = asked.origin.caller;
	assert_ok(suite_apply(&change, &book));
	assert_int_equal(book.status, BOOK_CANCELED);
}

static void
what_an_account_may_claim_is_listed_oldest_first_up_to_a_number(void **state)
{
	(void)state;
	struct claimant claimant = {.account_id = ACCOUNT, .email = EMAIL};
	uint64_t ids[4] = {0};
	size_t n = 9;
	suite_room(1);
	const uint64_t a = suite_held(1, 0, 0, 1).id;
	suite_held(1, 42, 1, 1);
	const uint64_t b = suite_held(1, 0, 2, 1).id, c = suite_held(1, 0, 3, 1).id;
	suite_applied(b, BOOK_EXPIRE);
	assert_ok(book_world.store.claimable(book_world.store.self, &claimant, ids, 4, &n));
	assert_int_equal(n, 3);
	assert_int_equal(ids[0], a);
	assert_int_equal(ids[1], b);
	assert_int_equal(ids[2], c);
	assert_ok(book_world.store.claimable(book_world.store.self, &claimant, ids, 2, &n));
	assert_int_equal(n, 2);
	strcpy(claimant.email, "A@b.example");
	assert_ok(book_world.store.claimable(book_world.store.self, &claimant, ids, 4, &n));
	assert_int_equal(n, 0);
	claimant.email[0] = '\0';
	assert_ok(book_world.store.claimable(book_world.store.self, &claimant, ids, 4, &n));
	assert_int_equal(n, 0);
}

static void
note(void *arg, const struct book *book)
{
	uint64_t *ids = arg;
	ids[++ids[0]] = book->id;
}

static void
with_an_account_and_the_key_a_list_about_the_booking_has_it_before_and_after_the_claim(void **state)
{
	(void)state;
	struct book_list list = {.status = BOOK_STATUS_MAX, .paging = {.size = 5}};
	uint64_t total = 9, ids[8] = {0};
	struct book book;
	suite_room(1);
	const struct book_claim asked = claim_of(suite_held(1, 0, 0, 1).id);
	list.filter.book_id = asked.id;
	list.caller = (struct caller){.id = ACCOUNT,
	                              .roles = ROLE_GUEST | ROLE_KEY_HOLDER,
	                              .key_book_id = asked.id,
	                              .key_version = BOOK_KEY_FIRST};
	assert_ok(book_world.store.list(book_world.store.self, &list, note, ids, &total));
	assert_int_equal(total, 1);
	assert_ok(claim(&asked, &book));
	assert_ok(book_world.store.list(book_world.store.self, &list, note, ids, &total));
	assert_int_equal(total, 1);
	assert_int_equal(ids[0], 2);
	list.caller.id++;
	assert_ok(book_world.store.list(book_world.store.self, &list, note, ids, &total));
	assert_int_equal(total, 0);
}

static void
a_snapshot_has_a_claimed_booking_even_if_it_is_requested(void **state)
{
	(void)state;
	const struct keyset_page page = {.size = 5};
	uint64_t ids[8] = {0};
	struct book book;
	suite_room(1);
	const struct book_claim asked = claim_of(suite_held(1, 0, 0, 1).id);
	suite_held(1, 0, 1, 1);
	assert_ok(claim(&asked, &book));
	assert_ok(book_world.store.snapshot(book_world.store.self, &page, note, ids));
	assert_int_equal(ids[0], 1);
	assert_int_equal(ids[1], asked.id);
}

static const struct CMUnitTest tests[] = {
	BOOK_TEST(a_claim_gives_the_booking_to_the_account_in_every_state_and_revokes_its_key),
	BOOK_TEST(everything_is_mailed_to_the_contact_of_a_claimed_booking),
	BOOK_TEST(the_nights_of_a_claimed_booking_stay_taken_and_its_life_goes_on),
	BOOK_TEST(a_booking_that_is_the_accounts_already_is_returned_as_it_is),
	BOOK_TEST(a_booking_of_another_e_mail_or_account_is_not_found_and_stays_as_it_is),
	BOOK_TEST(a_claim_of_another_version_is_refused_with_the_present_booking),
	BOOK_TEST(a_claim_with_a_key_is_made_once),
	BOOK_TEST(the_timeline_says_that_the_account_took_the_booking_over),
	BOOK_TEST(who_has_only_the_old_key_does_not_cancel_a_claimed_booking),
	BOOK_TEST(what_an_account_may_claim_is_listed_oldest_first_up_to_a_number),
	BOOK_TEST(
		with_an_account_and_the_key_a_list_about_the_booking_has_it_before_and_after_the_claim),
	BOOK_TEST(a_snapshot_has_a_claimed_booking_even_if_it_is_requested),
};

int
book_suite_claims(const char *where)
{
	return cmocka_run_group_tests_name(where, tests, NULL, NULL);
}
