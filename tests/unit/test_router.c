/* SPDX-License-Identifier: MIT */
/* Routes, problems, entity tags, media types and parameters. */
#include "test.h"

#include "base/mem.h"
#include "fcgi/etag.h"
#include "fcgi/media_type.h"
#include "fcgi/problem.h"
#include "fcgi/request_read.h"
#include "fcgi/router.h"

#include <stdbool.h>
#include <string.h>

static const struct route routes[] = {
	{GET, "/rooms", NULL, .caller = CALLER_NONE},
	{POST, "/rooms", NULL, .caller = CALLER_HOST},
	{GET, "/rooms/{id}", NULL, .caller = CALLER_NONE},
	{PATCH, "/rooms/{id}", NULL, .caller = CALLER_HOST},
	{POST, "/rooms/{id}/delete", NULL, .caller = CALLER_HOST},
	{PATCH, "/notes/{id}", NULL, .caller = CALLER_NONE},
	{GET, "/notes/settings", NULL, .caller = CALLER_NONE},
	{POST, "/books/{id}/rooms/{roomId}", NULL, .caller = CALLER_NONE},
	{POST, "/payments", NULL, .internal = true},
};

static struct route_match match;

static enum err
find(enum method method, const char *path)
{
	return route_find(routes, ARRAY_SIZE(routes), false, method, path, &match);
}

static void
a_path_finds_the_route_of_its_method(void **state)
{
	(void)state;
	assert_ok(find(GET, "/rooms"));
	assert_ptr_equal(match.route, &routes[0]);
	assert_ok(find(POST, "/rooms"));
	assert_ptr_equal(match.route, &routes[1]);
}

static void
path_parameters_are_numbers_in_order(void **state)
{
	(void)state;
	assert_ok(find(POST, "/books/17/rooms/9223372036854775807"));
	assert_int_equal(match.ids[0], 17);
	assert_int_equal(match.ids[1], INT64_MAX);
	assert_ok(find(GET, "/rooms/0"));
	assert_int_equal(match.ids[0], 0);
}

static void
an_unknown_path_is_not_found(void **state)
{
	(void)state;
	static const char *const paths[] = {"",
	                                    "/",
	                                    "rooms",
	                                    "/room",
	                                    "/roomss",
	                                    "/rooms/",
	                                    "/rooms//",
	                                    "//rooms",
	                                    "/rooms/x",
	                                    "/rooms/1x",
	                                    "/rooms/-1",
	                                    "/rooms/+1",
	                                    "/rooms/01",
	                                    "/rooms/1/",
	                                    "/rooms/1.0",
	                                    "/rooms/1 ",
	                                    "/rooms/9223372036854775808",
	                                    "/rooms/18446744073709551616",
	                                    "/rooms/99999999999999999999999",
	                                    "/rooms/{id}",
	                                    "/rooms/1/deletes",
	                                    "/rooms/1/delete/1"};
	for (size_t i = 0; i < ARRAY_SIZE(paths); i++)
		assert_err(find(GET, paths[i]), ERR_NOT_FOUND);
}

static void
an_unsupported_method_lists_the_supported_ones(void **state)
{
	(void)state;
	char allow[ALLOW_TEXT];
	assert_err(find(DELETE, "/rooms"), ERR_METHOD);
	assert_string_equal(allow_format(match.allowed, allow), "GET, HEAD, POST, OPTIONS");
	assert_err(find(GET, "/rooms/1/delete"), ERR_METHOD);
	assert_string_equal(allow_format(match.allowed, allow), "POST, OPTIONS");
	assert_err(find(METHOD_MAX, "/rooms"), ERR_METHOD);
}

static void
head_finds_the_route_of_get_and_options_finds_every_path(void **state)
{
	(void)state;
	assert_ok(find(HEAD, "/rooms/7"));
	assert_ptr_equal(match.route, &routes[2]);
	assert_err(find(HEAD, "/rooms/7/delete"), ERR_METHOD);
	assert_ok(find(OPTIONS, "/rooms/7/delete"));
	assert_err(find(OPTIONS, "/nothing"), ERR_NOT_FOUND);
}

static void
a_literal_segment_has_precedence_over_a_parameter(void **state)
{
	(void)state;
	char allow[ALLOW_TEXT];
	assert_ok(find(GET, "/notes/settings"));
	assert_ptr_equal(match.route, &routes[6]);
	assert_err(find(PATCH, "/notes/settings"), ERR_METHOD);
	assert_string_equal(allow_format(match.allowed, allow), "GET, HEAD, OPTIONS");
	assert_ok(find(PATCH, "/notes/7"));
}

static void
internal_routes_do_not_exist_on_the_public_listener(void **state)
{
	(void)state;
	assert_err(find(POST, "/payments"), ERR_NOT_FOUND);
	assert_err(find(OPTIONS, "/payments"), ERR_NOT_FOUND);
	assert_ok(route_find(routes, ARRAY_SIZE(routes), true, POST, "/payments", &match));
}

static void
methods_are_parsed_by_their_exact_names(void **state)
{
	(void)state;
	enum method method;
	for (enum method m = 0; m < METHOD_MAX; m++) {
		assert_ok(method_parse(method_name(m), &method));
		assert_int_equal(method, m);
	}
	assert_err(method_parse("get", &method), ERR_METHOD);
	assert_err(method_parse("", &method), ERR_METHOD);
	assert_err(method_parse("TRACE", &method), ERR_METHOD);
}

/* ---- problems -------------------------------------------------------------------------------- */

static void
every_outcome_has_a_problem_with_status_slug_and_title(void **state)
{
	(void)state;
	for (enum err err = OK; err < ERR_MAX; err++) {
		struct problem problem = problem_of(err);
		bool is_problem = err != OK && err != ERR_NOT_MODIFIED;
		assert_int_equal(problem.status >= 400, is_problem);
		assert_int_equal(*problem.slug != '\0', is_problem);
		assert_int_equal(*problem.title != '\0', is_problem);
		if (problem.status == 429 || problem.status == 503)
			assert_true(problem.retry_after);
	}
}

static void
the_problems_are_those_of_the_api_document(void **state)
{
	(void)state;
	static const struct {
		enum err err;
		int status;
		const char *slug;
	} rows[] = {
		{ERR_MALFORMED, 400, "malformed"},
		{ERR_UNAUTHORIZED, 401, "unauthorized"},
		{ERR_DECLINED, 402, "payment-declined"},
		{ERR_FORBIDDEN, 403, "forbidden"},
		{ERR_NOT_FOUND, 404, "not-found"},
		{ERR_METHOD, 405, "method-not-allowed"},
		{ERR_TAKEN, 409, "room-taken"},
		{ERR_PRICE_CHANGED, 409, "price-changed"},
		{ERR_HAS_BOOKINGS, 409, "room-has-bookings"},
		{ERR_STATE_CONFLICT, 409, "state-conflict"},
		{ERR_KEY_IN_PROGRESS, 409, "idempotency-in-progress"},
		{ERR_VERSION_CONFLICT, 412, "version-conflict"},
		{ERR_TOO_LARGE, 413, "too-large"},
		{ERR_MEDIA_TYPE, 415, "unsupported-media-type"},
		{ERR_INVALID, 422, "validation"},
		{ERR_KEY_REUSED, 422, "idempotency-reused"},
		{ERR_TOO_MANY, 429, "too-many-requests"},
		{ERR_BUG, 500, "internal"},
		{ERR_DUPLICATE, 500, "internal"},
		{ERR_UNCHANGED, 500, "internal"},
		{ERR_SYSTEM, 500, "internal"},
		{ERR_MEMORY, 500, "internal"},
		{ERR_PAY_UNAVAILABLE, 503, "payment-unavailable"},
		{ERR_UNAVAILABLE, 503, "unavailable"},
		{ERR_TIMEOUT, 503, "unavailable"},
		{ERR_CONFLICT, 503, "unavailable"},
		{ERR_UNKNOWN, 503, "unavailable"},
		{ERR_UNDECIDED, 503, "unavailable"},
	};
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		assert_int_equal(problem_of(rows[i].err).status, rows[i].status);
		assert_string_equal(problem_of(rows[i].err).slug, rows[i].slug);
	}
}

/* ---- entity tags ----------------------------------------------------------------------------- */

static bool
none_match(const char *value, uint64_t version)
{
	struct version_set set;
	return etags_parse(value, ETAG_WEAK, &set) == OK && version_set_has(&set, version);
}

/* Whether a write with this If-Match is made to this version. */
static bool
if_match(const char *value, uint64_t version)
{
	struct precondition condition = {.if_none_match = {.given = false}};
	return etags_parse(value, ETAG_STRONG, &condition.if_match) == OK &&
	       precondition_check(&condition, version) == OK;
}

static enum err
etags_outcome(const char *value)
{
	struct version_set set;
	return etags_parse(value, ETAG_STRONG, &set);
}

static void
if_none_match_compares_weakly_and_takes_lists_and_the_asterisk(void **state)
{
	(void)state;
	assert_true(none_match("\"7\"", 7));
	assert_true(none_match("W/\"7\"", 7));
	assert_true(none_match("\"1\", W/\"2\" ,\"7\"", 7));
	assert_true(none_match("*", 7));
	assert_true(none_match("\"a,b\", \"7\"", 7));
	assert_false(none_match(NULL, 7));
	assert_false(none_match("", 7));
	assert_false(none_match("7", 7));
	assert_false(none_match("\"8\"", 7));
	assert_false(none_match("\"07\"", 7));
	assert_false(none_match("\"7", 7));
	assert_false(none_match("\"18446744073709551623\"", 7));
}

static void
if_match_compares_strongly_and_takes_lists_and_the_asterisk(void **state)
{
	(void)state;
	assert_true(if_match(NULL, 7));
	assert_true(if_match("*", 7));
	assert_true(if_match("\"7\"", 7));
	assert_true(if_match("\"3\", \"9\",\"7\"", 7));
	assert_true(if_match("\"3\", \"9\",\"7\"", 3));
	assert_false(if_match("\"3\", \"9\",\"7\"", 4));
	assert_false(if_match("W/\"7\"", 7));
	assert_true(if_match("W/\"9\", \"7\"", 7));
	assert_false(if_match("\"abc\"", 7));
	assert_false(if_match("\"\"", 7));
	assert_false(if_match("", 7));
	assert_true(if_match("*", 0));
	assert_false(if_match("\"7\"", 0));
}

static void
a_list_of_tags_that_cannot_be_read_is_malformed(void **state)
{
	(void)state;
	static const char *const wrong[] = {"7",  "\"7",     "\"7\"8", "*, \"7\"",
	                                    "**", "w/\"7\"", "\"7\" x"};
	char many[VERSION_SET_MAX * 4 + 8] = "";
	for (size_t i = 0; i < ARRAY_SIZE(wrong); i++)
		assert_err(etags_outcome(wrong[i]), ERR_MALFORMED);
	for (int i = 0; i < VERSION_SET_MAX; i++)
		memcpy(many + 4 * i, "\"7\",", 5);
	assert_ok(etags_outcome(many));
	memcpy(many + 4 * VERSION_SET_MAX, "\"8\"", 4);
	assert_err(etags_outcome(many), ERR_MALFORMED);
}

/* ---- parameters ------------------------------------------------------------------------------ */

static void
media_types_are_compared_without_case_and_parameters(void **state)
{
	(void)state;
	assert_true(media_type_is("application/json", "application/json"));
	assert_true(media_type_is("Application/JSON; charset=utf-8", "application/json"));
	assert_false(media_type_is("application/jsonx", "application/json"));
	assert_false(media_type_is("application", "application/json"));
	assert_false(media_type_is("", "application/json"));
}

static void
a_parameter_is_found_by_its_whole_name(void **state)
{
	(void)state;
	char a[] = "NAME_LONG=1", b[] = "NAME=2=3", *const params[] = {a, b, NULL};
	assert_string_equal(param_get(params, "NAME"), "2=3");
	assert_null(param_get(params, "NAM"));
	assert_string_equal(param_or(params, "OTHER", "x"), "x");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_path_finds_the_route_of_its_method),
		cmocka_unit_test(path_parameters_are_numbers_in_order),
		cmocka_unit_test(an_unknown_path_is_not_found),
		cmocka_unit_test(an_unsupported_method_lists_the_supported_ones),
		cmocka_unit_test(head_finds_the_route_of_get_and_options_finds_every_path),
		cmocka_unit_test(a_literal_segment_has_precedence_over_a_parameter),
		cmocka_unit_test(internal_routes_do_not_exist_on_the_public_listener),
		cmocka_unit_test(methods_are_parsed_by_their_exact_names),
		cmocka_unit_test(every_outcome_has_a_problem_with_status_slug_and_title),
		cmocka_unit_test(the_problems_are_those_of_the_api_document),
		cmocka_unit_test(if_none_match_compares_weakly_and_takes_lists_and_the_asterisk),
		cmocka_unit_test(if_match_compares_strongly_and_takes_lists_and_the_asterisk),
		cmocka_unit_test(a_list_of_tags_that_cannot_be_read_is_malformed),
		cmocka_unit_test(media_types_are_compared_without_case_and_parameters),
		cmocka_unit_test(a_parameter_is_found_by_its_whole_name),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
