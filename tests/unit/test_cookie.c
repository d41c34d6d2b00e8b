/* SPDX-License-Identifier: MIT */
/* Cookies of requests and of responses. */
#include "tests/unit/test.h"

#include "fcgi/cookie.h"
#include "fcgi/response.h"

static void
a_cookie_is_found_by_its_whole_name(void **state)
{
	(void)state;
	char value[16];
	assert_true(cookie_find("a=1; session=abc; b=2", "session", value, sizeof(value)));
	assert_string_equal(value, "abc");
	assert_true(cookie_find("session=x", "session", value, sizeof(value)));
	assert_string_equal(value, "x");
	assert_false(
		cookie_find("xsession=abc; sessions=d; session", "session", value, sizeof(value)));
	assert_false(cookie_find("__Host-session=abc", "session", value, sizeof(value)));
	assert_false(cookie_find("", "session", value, sizeof(value)));
}

static void
a_cookie_that_does_not_fit_is_none(void **state)
{
	(void)state;
	char value[4] = "";
	assert_true(cookie_find("s=123", "s", value, sizeof(value)));
	assert_false(cookie_find("s=1234", "s", value, sizeof(value)));
	assert_true(cookie_find("s=", "s", value, sizeof(value)));
	assert_string_equal(value, "");
}

static void
a_cookie_is_kept_from_scripts_and_over_tls_from_plain_connections(void **state)
{
	(void)state;
	struct response res = {.status = 0};
	response_cookie(&res, "session", "abc", 60, false);
	assert_string_equal(res.cookies[0],
	                    "session=abc; Path=/; Max-Age=60; HttpOnly; SameSite=Lax");
	response_cookie(&res, "__Host-session", "abc", 60, true);
	assert_string_equal(res.cookies[1], "__Host-session=abc; Path=/; Max-Age=60; HttpOnly; "
	                                    "SameSite=Lax; Secure");
	response_done(&res);
	response_cookie(&res, "session", "", 0, false);
	assert_string_equal(res.cookies[0], "session=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax");
	response_done(&res);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_cookie_is_found_by_its_whole_name),
		cmocka_unit_test(a_cookie_that_does_not_fit_is_none),
		cmocka_unit_test(a_cookie_is_kept_from_scripts_and_over_tls_from_plain_connections),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
