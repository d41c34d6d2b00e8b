/* SPDX-License-Identifier: MIT */
/* The keys of bookings: by which secret, for which booking, and what is none. */
#include "test.h"

#include "adapters/booking_key/booking_key_hmac.h"
#include "base/mem.h"

#include <string.h>

static struct booking_keys keys;

static int
begin(void **state)
{
	(void)state;
	keys = booking_keys_hmac("the secret of this test");
	return 0;
}

static void
a_key_is_of_its_booking_its_version_and_its_secret(void **state)
{
	(void)state;
	char text[BOOKING_KEY_SIZE], other[BOOKING_KEY_SIZE];
	struct booking_key key;
	keys.make(keys.self, BOOKING_KEY_ANSWERED, 17, 1, text);
	assert_int_equal(strlen(text), strlen("b17-1-") + BOOKING_KEY_MAC_CHARS);
	assert_ok(keys.check(keys.self, text, &key));
	assert_int_equal(key.book_id, 17);
	assert_int_equal(key.version, 1);
	keys.make(keys.self, BOOKING_KEY_ANSWERED, 17, 2, other);
	assert_string_not_equal(text + 6, other + 6);
	keys.make(keys.self, BOOKING_KEY_ANSWERED, 18, 1, other);
	assert_string_not_equal(text + 6, other + 6);
	other[2] = '7'; /* the MAC of booking 18 for 17 */
	assert_err(keys.check(keys.self, other, &key), ERR_UNAUTHORIZED);
	text[1] = '2';
	assert_err(keys.check(keys.self, text, &key), ERR_UNAUTHORIZED);
}

static void
a_key_of_the_secret_before_counts_while_it_is_given(void **state)
{
	(void)state;
	const struct booking_keys old = booking_keys_hmac("old"),
				  both = booking_keys_hmac("new old"),
				  new = booking_keys_hmac("new");
	char text[BOOKING_KEY_SIZE];
	struct booking_key key;
	old.make(old.self, BOOKING_KEY_ANSWERED, 17, 1, text);
	assert_ok(both.check(both.self, text, &key));
	assert_err(new.check(new.self, text, &key), ERR_UNAUTHORIZED);
	both.make(both.self, BOOKING_KEY_ANSWERED, 17, 1, text);
	assert_ok(new.check(new.self, text, &key));
	assert_err(old.check(old.self, text, &key), ERR_UNAUTHORIZED);
}

static void
the_key_of_a_mail_is_another_one_that_nobody_can_make_of_the_first(void **state)
{
	(void)state;
	char answered[BOOKING_KEY_SIZE], mailed[BOOKING_KEY_SIZE];
	struct booking_key key;
	keys.make(keys.self, BOOKING_KEY_ANSWERED, 17, 1, answered);
	keys.make(keys.self, BOOKING_KEY_MAILED, 17, 1, mailed);
	assert_string_not_equal(answered + 1, mailed + 1);
	assert_ok(keys.check(keys.self, answered, &key));
	assert_int_equal(key.kind, BOOKING_KEY_ANSWERED);
	assert_ok(keys.check(keys.self, mailed, &key));
	assert_int_equal(key.kind, BOOKING_KEY_MAILED);
	assert_int_equal(key.book_id, 17);
	answered[0] = 'm';
	assert_true(booking_key_is_meant(answered));
	assert_err(keys.check(keys.self, answered, &key), ERR_UNAUTHORIZED);
}

static void
what_is_no_key_is_refused(void **state)
{
	(void)state;
	static const char *const texts[] = {"",
	                                    "b",
	                                    "b1",
	                                    "b1-",
	                                    "b1-1",
	                                    "b1-1-",
	                                    "b0-1-AAAAAAAAAAAAAAAAAAAAAA",
	                                    "b01-1-AAAAAAAAAAAAAAAAAAAAAA",
	                                    "b1-0-AAAAAAAAAAAAAAAAAAAAAA",
	                                    "b1-1-AAAAAAAAAAAAAAAAAAAAA",
	                                    "b1-1-AAAAAAAAAAAAAAAAAAAAAAA",
	                                    "b9223372036854775808-1-AAAAAAAAAAAAAAAAAAAAAA",
	                                    "b1-4294967296-AAAAAAAAAAAAAAAAAAAAAA",
	                                    "b99999999999999999999999999-1-AAAAAAAAAAAAAAAAAAAAAA"};
	struct booking_key key;
	for (size_t i = 0; i < ARRAY_SIZE(texts); i++)
		assert_err(keys.check(keys.self, texts[i], &key), ERR_UNAUTHORIZED);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(a_key_is_of_its_booking_its_version_and_its_secret, begin),
		cmocka_unit_test_setup(a_key_of_the_secret_before_counts_while_it_is_given, begin),
		cmocka_unit_test_setup(
			the_key_of_a_mail_is_another_one_that_nobody_can_make_of_the_first, begin),
		cmocka_unit_test_setup(what_is_no_key_is_refused, begin),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
