/* SPDX-License-Identifier: MIT */
/* return_path: which page a browser goes back to after signing in. */
#include "test.h"

#include "adapters/json/json.h"
#include "base/mem.h"
#include "fcgi/request.h"
#include "fcgi/return_path.h"

#include <json-c/json.h>
#include <stdio.h>
#include <string.h>

static const char *
read_path(const char *given)
{
	static char path[RETURN_PATH_SIZE];
	strcpy(path, "untouched");
	const bool counts = return_path_read(given, path);
	assert_int_equal(counts, *path != '\0');
	return path;
}

static void
a_page_of_ours_is_taken_with_its_query(void **state)
{
	(void)state;
	assert_string_equal(read_path("/"), "/");
	assert_string_equal(read_path("/docs"), "/docs");
	assert_string_equal(read_path("/host.html"), "/host.html");
	assert_string_equal(read_path("/room.html?id=1&startDate=2027-05-05&q=%EA%B0%80"),
	                    "/room.html?id=1&startDate=2027-05-05&q=%EA%B0%80");
	assert_string_equal(read_path("/room.html%3Fid=1%26guests=2"), "/room.html?id=1&guests=2");
	assert_string_equal(read_path("%2Fmypage.html%3Fpage%3D1"), "/mypage.html?page=1");
}

static void
nothing_leads_to_another_site_or_out_of_a_header(void **state)
{
	(void)state;
	static const char *const evil[] = {"",
	                                   "//evil.example",
	                                   "//evil.example/host.html",
	                                   "/\\evil.example",
	                                   "\\\\evil.example",
	                                   "https://evil.example/host.html",
	                                   "javascript:alert(1)",
	                                   "host.html",
	                                   "%2F%2Fevil.example/host.html",
	                                   "%5C%5Cevil.example",
	                                   "/%2Fevil.example/host.html",
	                                   "/host.html?\r\nSet-Cookie: a=b",
	                                   "%2Fhost.html%0D%0ASet-Cookie:%20a=b",
	                                   "%2Fhost.html%00",
	                                   "%2Fhost.html%3",
	                                   "/host.html?a=<script>",
	                                   "/host.html#a",
	                                   "/host.html/../evil",
	                                   "/../host.html",
	                                   "/books/17",
	                                   "/me?language=ko",
	                                   "/b/5RA7C7N8/key"};
	for (size_t i = 0; i < ARRAY_SIZE(evil); i++)
		assert_string_equal(read_path(evil[i]), "");
}

static void
pages_on_which_one_signs_in_or_up_lead_nowhere(void **state)
{
	(void)state;
	static const char *const pages[] = {"/signin.html", "/signin.html?return=/host.html",
	                                    "/signup.html", "/reset.html",
	                                    "/verify.html", "/error.html"};
	for (size_t i = 0; i < ARRAY_SIZE(pages); i++)
		assert_string_equal(read_path(pages[i]), "");
}

static void
what_is_too_long_leads_nowhere(void **state)
{
	(void)state;
	char path[RETURN_PATH_SIZE + 40] = "/host.html?a=";
	memset(path + strlen(path), 'a', RETURN_PATH_SIZE - 1 - strlen(path));
	assert_string_equal(read_path(path), path);
	strcat(path, "a");
	assert_string_equal(read_path(path), "");
}

static void
what_a_page_was_told_before_is_left_out(void **state)
{
	(void)state;
	assert_string_equal(
		read_path("/booking.html?id=5&problem=unauthorized&errors=name&role=host"),
		"/booking.html?id=5&role=host");
	assert_string_equal(read_path("/account.html?status=Saved"), "/account.html");
}

static void
the_page_of_a_form_has_the_stay_that_was_entered(void **state)
{
	(void)state;
	char path[RETURN_PATH_SIZE];
	CLEANUP(json_p) struct json_object *none = json_object_new_object(), *body = NULL;
	struct request req = {.body = none, .referer = "http://localhost:8080/host.html?page=1"};
	body = json_tokener_parse("{\"roomId\":\"1\",\"startDate\":\"2027-05-05\",\"endDate\":"
	                          "\"2027-05-08\",\"name\":\"Mina\"}");
	assert_ok(return_path_of_form(&req, path));
	assert_string_equal(path, "/host.html?page=1");
	req.body = body;
	req.referer = "https://hotel.example/room.html?id=1&startDate=2027-01-01";
	assert_ok(return_path_of_form(&req, path));
	assert_string_equal(path, "/room.html?id=1&startDate=2027-05-05&endDate=2027-05-08");
	req.referer = "https://hotel.example//evil.example";
	assert_err(ERR_NOT_FOUND, return_path_of_form(&req, path));
	req.referer = "";
	assert_err(ERR_NOT_FOUND, return_path_of_form(&req, path));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_page_of_ours_is_taken_with_its_query),
		cmocka_unit_test(nothing_leads_to_another_site_or_out_of_a_header),
		cmocka_unit_test(pages_on_which_one_signs_in_or_up_lead_nowhere),
		cmocka_unit_test(what_is_too_long_leads_nowhere),
		cmocka_unit_test(what_a_page_was_told_before_is_left_out),
		cmocka_unit_test(the_page_of_a_form_has_the_stay_that_was_entered),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
