/* SPDX-License-Identifier: MIT */
/* request_handle: from the parameters of nginx to the bytes of the response. */
#include "tests/unit/request_sent.h"

#include "base/mem.h"
#include "fcgi/hal.h"
#include "fcgi/problem.h"

#include <stdlib.h>
#include <string.h>

static void
a_success_is_hal_with_length_etag_and_request_id(void **state)
{
	(void)state;
	param("HTTP_X_REQUEST_ID", "abc-1");
	assert_int_equal(send_it("GET", "/items/5", ""), 200);
	assert_int_equal(handler.req.ids[0], 5);
	assert_true(has_line("Status: 200 OK"));
	assert_true(has_line("Content-Type: application/hal+json"));
	assert_true(has_line("Content-Length: 67"));
	assert_true(has_line("ETag: \"7\""));
	assert_true(has_line("X-Request-Id: abc-1"));
	assert_string_equal(body(), "{\"id\":17,\"status\":\"Booked\","
	                            "\"_links\":{\"self\":{\"href\":\"/items/17\"}}}\n");
}

static void
head_answers_as_get_but_without_a_body(void **state)
{
	(void)state;
	assert_int_equal(send_it("HEAD", "/items/5", ""), 200);
	assert_true(has_line("Content-Length: 67"));
	assert_int_equal(http.body.len, 0);
}

static void
an_unchanged_resource_is_304_without_a_body(void **state)
{
	(void)state;
	param("HTTP_IF_NONE_MATCH", "W/\"6\", W/\"7\"");
	assert_int_equal(send_it("GET", "/items/5", ""), 304);
	assert_true(has_line("ETag: \"7\""));
	assert_int_equal(http.body.len, 0);
	assert_null(strstr(http.head.data, "Content-Length"));
	param("HTTP_IF_NONE_MATCH", "\"6\"");
	assert_int_equal(send_it("GET", "/items/5", ""), 200);
}

static void
a_get_demands_its_version_by_if_match(void **state)
{
	(void)state;
	static const char *const methods[] = {"GET", "HEAD"};
	for (size_t i = 0; i < ARRAY_SIZE(methods); i++) {
		param("HTTP_IF_MATCH", "\"6\"");
		assert_int_equal(send_it(methods[i], "/items/5", ""), 412);
		param("HTTP_IF_MATCH", "\"6\", \"7\"");
		param("HTTP_IF_NONE_MATCH", "\"7\"");
		assert_int_equal(send_it(methods[i], "/items/5", ""), 304);
		param("HTTP_IF_MATCH", "*");
		assert_int_equal(send_it(methods[i], "/items/5", ""), 200);
	}
	param("HTTP_IF_MATCH", "\"9\"");
	handler.outcome = ERR_NOT_FOUND;
	assert_int_equal(send_it("GET", "/items/5", ""), 404);
}

/* A list has no tag, but it exists. */
static void
a_condition_on_a_list_that_cannot_hold_does_nothing(void **state)
{
	(void)state;
	param("HTTP_IF_NONE_MATCH", "*");
	assert_int_equal(send_json("POST", "/items", "{}"), 412);
	param("HTTP_IF_MATCH", "\"7\"");
	assert_int_equal(send_json("POST", "/items", "{}"), 412);
	assert_int_equal(handler.calls, 0);
	param("HTTP_IF_MATCH", "*");
	param("HTTP_IF_NONE_MATCH", "\"7\"");
	assert_int_equal(send_json("POST", "/items", "{}"), 200);
	param("HTTP_IF_NONE_MATCH", "*");
	assert_int_equal(send_it("GET", "/items", ""), 304);
	param("HTTP_IF_MATCH", "\"1\"");
	assert_int_equal(send_it("GET", "/items", ""), 412);
}

static void
a_condition_that_cannot_be_read_is_malformed(void **state)
{
	(void)state;
	param("HTTP_IF_MATCH", "7");
	assert_int_equal(send_json("POST", "/items", "{}"), 400);
	assert_non_null(strstr(http.body.data, "If-Match"));
	param("HTTP_IF_NONE_MATCH", "\"7");
	assert_int_equal(send_it("GET", "/items/5", ""), 400);
}

/* What one person sees is stored nowhere; what everybody sees is asked for again. */
static void
only_answers_for_everybody_may_be_stored(void **state)
{
	(void)state;
	send_it("GET", "/open", "");
	assert_true(has_line("Cache-Control: no-cache"));
	handler.outcome = ERR_NOT_FOUND;
	send_it("GET", "/open", "");
	assert_true(has_line("Cache-Control: no-store"));
	assert_true(has_line("Status: 404 Not Found"));
	send_it("GET", "/items/5", "");
	assert_true(has_line("Cache-Control: no-store"));
	send_json("POST", "/items", "{}");
	assert_true(has_line("Cache-Control: no-store"));
}

static void
a_patch_with_another_type_and_options_name_the_types_that_patch_takes(void **state)
{
	(void)state;
	param("CONTENT_TYPE", "application/merge-patch+json");
	assert_int_equal(send_it("PATCH", "/notes/1", "{}"), 415);
	assert_true(has_line("Accept-Patch: " BODY_TYPES));
	assert_int_equal(send_it("OPTIONS", "/notes/1", ""), 204);
	assert_true(has_line("Accept-Patch: " BODY_TYPES));
	assert_int_equal(send_it("OPTIONS", "/items", ""), 204);
	assert_null(strstr(http.head.data, "Accept-Patch"));
	param("CONTENT_TYPE", "text/plain");
	assert_int_equal(send_it("POST", "/items", "{}"), 415);
	assert_null(strstr(http.head.data, "Accept-Patch"));
}

static void
a_change_without_a_body_or_in_another_charset_is_refused(void **state)
{
	(void)state;
	assert_int_equal(send_it("PATCH", "/notes/1", ""), 422);
	assert_non_null(strstr(body(), "\"pointer\":\"\",\"code\":\"required\""));
	param("CONTENT_TYPE", "application/json; charset=UTF-16");
	assert_int_equal(send_it("POST", "/items", "{}"), 415);
	param("CONTENT_TYPE", "application/json;charset=utf-8");
	assert_int_equal(send_it("POST", "/items", "{}"), 200);
}

static void
a_404_says_what_there_is_not_and_what_to_send(void **state)
{
	(void)state;
	handler.outcome = ERR_NOT_FOUND;
	send_json("PATCH", "/notes/1", "{\"recipientId\":3}");
	assert_non_null(strstr(body(), "\"title\""));
	handler.outcome = ERR_NOT_FOUND;
	send_it("GET", "/nope", "");
	assert_non_null(strstr(body(), "There is no such path."));
}

static void
every_status_has_its_reason(void **state)
{
	(void)state;
	for (enum err err = OK; err < ERR_MAX; err++)
		assert_string_not_equal(status_reason(problem_of(err).status), "Unknown");
}

static void
links_name_the_caller_as_their_paths_read_it(void **state)
{
	(void)state;
	char text[HAL_CALLER_TEXT];
	const struct caller guest = {.id = 42, .roles = ROLE_GUEST},
			    host = {.id = 7, .roles = ROLE_HOST},
			    nobody = {.id = 0, .roles = ROLE_GUEST};
	const struct caller host_0 = {.id = 0, .roles = ROLE_HOST},
			    both = {.id = 9, .roles = ROLE_GUEST | ROLE_HOST};
	assert_string_equal(hal_caller(&guest, CALLER_GUEST_OR_HOST, text), "?guestId=42");
	assert_string_equal(hal_caller(&host, CALLER_GUEST_OR_HOST, text), "?role=host&hostId=7");
	assert_string_equal(hal_caller(&host_0, CALLER_GUEST_OR_HOST, text), "?role=host");
	assert_string_equal(hal_caller(&nobody, CALLER_GUEST_OR_HOST, text), "");
	assert_string_equal(hal_caller(&host, CALLER_HOST, text), "?hostId=7");
	assert_string_equal(hal_caller(&host_0, CALLER_HOST, text), "");
	assert_string_equal(hal_caller(&guest, CALLER_HOST, text), "");
	assert_string_equal(hal_caller(&both, CALLER_RECIPIENT, text), "?recipientId=9");
}

static void
a_problem_has_type_title_status_detail_instance_and_extras(void **state)
{
	(void)state;
	handler.outcome = ERR_TAKEN;
	assert_int_equal(send_it("GET", "/items/5", ""), 409);
	assert_true(has_line("Content-Type: application/problem+json"));
	assert_string_equal(
		body(),
		"{\"type\":\"/problems/room-taken\",\"title\":\"The room is taken on a night "
		"of the stay\",\"status\":409,\"detail\":\"because of this\",\"instance\":"
		"\"/items/5\",\"_links\":{\"item\":{\"href\":\"/items/17\"}}}\n");
	assert_null(strstr(http.head.data, "ETag"));
}

static void
every_outcome_of_a_handler_has_a_response(void **state)
{
	(void)state;
	for (enum err err = OK; err < ERR_MAX; err++) {
		handler.outcome = err;
		int status = send_it("GET", "/items/5", "");
		assert_true(status == 200 || status == 304 || status >= 400);
		assert_int_equal(http.err, err);
		assert_false(http.silent);
	}
}

static void
a_temporary_problem_has_retry_after(void **state)
{
	(void)state;
	handler.outcome = ERR_UNAVAILABLE;
	assert_int_equal(send_it("GET", "/items/5", ""), 503);
	assert_true(has_line("Retry-After: 1"));
	handler.outcome = ERR_STATE_CONFLICT;
	assert_int_equal(send_it("GET", "/items/5", ""), 409);
	assert_null(strstr(http.head.data, "Retry-After"));
}

static void
unknown_paths_methods_and_content_types_are_refused_before_the_handler(void **state)
{
	(void)state;
	assert_int_equal(send_it("GET", "/nothing", ""), 404);
	assert_int_equal(send_it("DELETE", "/items/5", ""), 405);
	assert_true(has_line("Allow: GET, HEAD, OPTIONS"));
	assert_int_equal(send_it("BREW", "/items/5", ""), 405);
	assert_int_equal(send_it("POST", "/items", "{}"), 415);
	param("CONTENT_TYPE", "text/plain");
	assert_int_equal(send_it("POST", "/items", "{}"), 415);
	assert_int_equal(handler.calls, 0);
}

static void
options_is_204_with_the_methods_of_the_path(void **state)
{
	(void)state;
	assert_int_equal(send_it("OPTIONS", "/items", ""), 204);
	assert_true(has_line("Allow: GET, HEAD, POST, OPTIONS"));
	assert_int_equal(http.body.len, 0);
	assert_int_equal(handler.calls, 0);
}

static void
an_unparsable_request_is_malformed_and_the_detail_says_why(void **state)
{
	(void)state;
	assert_int_equal(send_json("POST", "/items", "{\"a\":1,\"a\":2}"), 400);
	assert_non_null(strstr(body(), "duplicate member"));
	assert_int_equal(send_it("GET", "/items?a=%", ""), 400);
	assert_int_equal(send_json("POST", "/items", "[]"), 422);
	assert_non_null(strstr(body(), "\"errors\":[{\"pointer\":\"\",\"code\":\"type\""));
	assert_int_equal(handler.calls, 0);
}

static void
a_missing_body_counts_as_an_empty_object(void **state)
{
	(void)state;
	assert_int_equal(send_it("POST", "/items/5/cancel", ""), 200);
	assert_int_equal(handler.calls, 1);
	assert_int_equal(send_json("POST", "/items/5/cancel", ""), 200);
}

static int
buffers_free(void **state)
{
	(void)state;
	http_response_done(&http);
	return 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_success_is_hal_with_length_etag_and_request_id),
		cmocka_unit_test(head_answers_as_get_but_without_a_body),
		cmocka_unit_test(an_unchanged_resource_is_304_without_a_body),
		cmocka_unit_test(only_answers_for_everybody_may_be_stored),
		cmocka_unit_test(
			a_patch_with_another_type_and_options_name_the_types_that_patch_takes),
		cmocka_unit_test(a_change_without_a_body_or_in_another_charset_is_refused),
		cmocka_unit_test(a_404_says_what_there_is_not_and_what_to_send),
		cmocka_unit_test(every_status_has_its_reason),
		cmocka_unit_test(links_name_the_caller_as_their_paths_read_it),
		cmocka_unit_test(a_get_demands_its_version_by_if_match),
		cmocka_unit_test(a_condition_on_a_list_that_cannot_hold_does_nothing),
		cmocka_unit_test(a_condition_that_cannot_be_read_is_malformed),
		cmocka_unit_test(a_problem_has_type_title_status_detail_instance_and_extras),
		cmocka_unit_test(every_outcome_of_a_handler_has_a_response),
		cmocka_unit_test(a_temporary_problem_has_retry_after),
		cmocka_unit_test(
			unknown_paths_methods_and_content_types_are_refused_before_the_handler),
		cmocka_unit_test(options_is_204_with_the_methods_of_the_path),
		cmocka_unit_test(an_unparsable_request_is_malformed_and_the_detail_says_why),
		cmocka_unit_test(a_missing_body_counts_as_an_empty_object),
	};
	int failed = request_caller_tests();
	failed += cmocka_run_group_tests_name("responses", tests, NULL, buffers_free);
	return failed;
}
