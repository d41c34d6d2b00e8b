/* SPDX-License-Identifier: MIT */
/* Who owns what. */
#include "test.h"

#include "base/mem.h"
#include "domain/caller.h"

static void
one_rule_says_who_owns_what(void **state)
{
	(void)state;
	const struct parties parties = {
		.guest_id = 42, .host_id = 7, .book_id = 17, .key_version = 2};
	const struct {
		struct caller caller;
		bool owns;
	} cases[] = {
		{{.id = 42, .roles = ROLE_GUEST}, true},
		{{.id = 42, .roles = ROLE_HOST}, false},
		{{.id = 7, .roles = ROLE_HOST}, true},
		{{.id = 7, .roles = ROLE_GUEST}, false},
		{{.id = 42, .roles = 0}, false},
		{{.id = 42, .roles = ROLE_SERVICE}, false},
		{{.id = 1, .roles = ROLE_OPERATOR}, true},
		{{.roles = ROLE_KEY_HOLDER, .key_book_id = 17, .key_version = 2}, true},
		{{.roles = ROLE_KEY_HOLDER, .key_book_id = 17, .key_version = 1}, false},
		{{.roles = ROLE_KEY_HOLDER, .key_book_id = 18, .key_version = 2}, false},
		{{.roles = ROLE_GUEST, .key_book_id = 17, .key_version = 2}, false},
	};
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		const struct caller *caller = &cases[i].caller;
		assert_int_equal(caller_owns(caller, &parties), cases[i].owns);
		/* a list shows nothing that the rule does not allow */
		if (caller_lists(caller, 0, &parties) || caller_lists(caller, 17, &parties))
			assert_true(cases[i].owns);
	}
}

static void
a_key_adds_to_an_account_in_the_lists_about_its_booking(void **state)
{
	(void)state;
	const struct caller both = {.id = 42,
	                            .roles = ROLE_GUEST | ROLE_KEY_HOLDER,
	                            .key_book_id = 17,
	                            .key_version = 1};
	const struct parties others = {
		.guest_id = 0, .host_id = 7, .book_id = 17, .key_version = 1};
	const struct parties claimed = {
		.guest_id = 42, .host_id = 7, .book_id = 17, .key_version = 2};
	const struct parties lost = {.guest_id = 43, .host_id = 7, .book_id = 17, .key_version = 2};
	struct caller host = both;
	host.roles = ROLE_HOST | ROLE_KEY_HOLDER;
	host.id = 7;
	assert_true(caller_lists(&both, 17, &others));
	assert_false(caller_lists(&both, 0, &others));
	assert_true(caller_lists(&both, 17, &claimed)); /* the key is from before */
	assert_true(caller_lists(&both, 0, &claimed));
	assert_false(caller_lists(&both, 17, &lost));
	assert_true(caller_lists(&host, 17, &lost));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_rule_says_who_owns_what),
		cmocka_unit_test(a_key_adds_to_an_account_in_the_lists_about_its_booking),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
