/* SPDX-License-Identifier: MIT */
/* request_handle: who calls, keys and conditions, forms of pages, and collections. */
#include "tests/unit/request_sent.h"

#include "fcgi/problem.h"

#include <string.h>

/* ---- the caller ------------------------------------------------------------------------------ */

static void
the_caller_is_read_from_body_or_query(void **state)
{
	(void)state;
	send_it("GET", "/items/5", "");
	assert_int_equal(handler.req.caller.id, 0);
	assert_int_equal(handler.req.caller.roles, ROLE_GUEST);
	send_it("GET", "/items/5?guestId=8&hostId=9", "");
	assert_int_equal(handler.req.caller.id, 8);
	send_it("GET", "/items/5?guestId=8&hostId=9&role=host", "");
	assert_int_equal(handler.req.caller.id, 9);
	assert_int_equal(handler.req.caller.roles, ROLE_HOST);
	send_json("POST", "/items?guestId=8", "{\"guestId\":\"10\"}");
	assert_int_equal(handler.req.caller.id, 10);
	assert_int_equal(handler.req.origin.caller.id, 10);
	send_json("POST", "/rooms", "{\"hostId\":11}");
	assert_int_equal(handler.req.caller.id, 11);
	send_json("PATCH", "/notes/1?recipientId=12", "{}");
	assert_int_equal(handler.req.caller.id, 12);
	assert_int_equal(handler.calls, 1);
}

static void
an_invalid_caller_is_a_fault(void **state)
{
	(void)state;
	assert_int_equal(send_it("GET", "/items/5?guestId=x", ""), 422);
	assert_non_null(strstr(body(), "\"pointer\":\"/guestId\",\"code\":\"type\""));
	assert_int_equal(send_it("GET", "/items/5?role=king", ""), 422);
	assert_int_equal(send_json("POST", "/rooms", "{\"hostId\":-1}"), 422);
	assert_int_equal(handler.calls, 0);
}

static void
faults_of_caller_key_and_fields_are_listed_together(void **state)
{
	(void)state;
	param("HTTP_IDEMPOTENCY_KEY", "");
	assert_int_equal(send_json("POST", "/forms", "{\"guestId\":\"x\"}"), 422);
	assert_non_null(strstr(body(), "\"/guestId\""));
	assert_non_null(strstr(body(), "\"/idempotencyKey\""));
	assert_non_null(strstr(body(), "\"/number\""));
	assert_int_equal(send_json("POST", "/forms", "{\"guestId\":\"x\",\"number\":1}"), 422);
	assert_int_equal(handler.calls, 0);
	assert_int_equal(send_json("POST", "/forms", "{\"guestId\":\"1\",\"number\":1}"), 200);
}

static void
internal_operations_need_listener_and_token(void **state)
{
	(void)state;
	assert_int_equal(send_json("POST", "/secret", "{}"), 404);
	param("HTTP_X_SERVICE_TOKEN", "s3cret");
	param("HOTEL_LISTENER", "public");
	assert_int_equal(send_json("POST", "/secret", "{}"), 404);
	param("HOTEL_LISTENER", "internal");
	assert_int_equal(send_json("POST", "/secret", "{}"), 401);
	assert_true(has_line("WWW-Authenticate: Bearer"));
	param("HOTEL_LISTENER", "internal");
	param("HTTP_X_SERVICE_TOKEN", "s3cre");
	assert_int_equal(send_json("POST", "/secret", "{}"), 401);
	assert_int_equal(handler.calls, 0);
	param("HOTEL_LISTENER", "internal");
	param("HTTP_X_SERVICE_TOKEN", "s3cret");
	assert_int_equal(send_json("POST", "/secret", "{}"), 200);
	assert_int_equal(handler.req.caller.roles, ROLE_SERVICE);
}

static void
without_a_configured_secret_every_service_token_is_refused(void **state)
{
	(void)state;
	settings.service_token[0] = '\0';
	param("HOTEL_LISTENER", "internal");
	param("HTTP_X_SERVICE_TOKEN", "");
	assert_int_equal(send_json("POST", "/secret", "{}"), 401);
	strcpy(settings.service_token, "s3cret");
}

/* ---- keys, ids and conditions ---------------------------------------------------------------- */

static void
an_idempotency_key_is_bound_to_caller_path_and_request(void **state)
{
	(void)state;
	unsigned char first[sizeof(form_key.fingerprint)];
	param("HTTP_IDEMPOTENCY_KEY", "k 1");
	send_json("POST", "/forms", "{\"guestId\":8,\"number\":1}");
	assert_string_equal(form_key.key, "k 1");
	assert_non_null(strstr(form_key.scope, "/forms"));
	assert_non_null(strstr(form_key.scope, ":8 "));
	memcpy(first, form_key.fingerprint, sizeof(first));
	send_json("POST", "/forms?guestId=8", "{\"number\":\"1\", \"idempotencyKey\":\"k 1\"}");
	assert_string_equal(form_key.key, "k 1");
	assert_memory_equal(form_key.fingerprint, first, sizeof(first));
	param("HTTP_IDEMPOTENCY_KEY", "k 1");
	send_json("POST", "/forms", "{\"guestId\":8,\"number\":2}");
	assert_memory_not_equal(form_key.fingerprint, first, sizeof(first));
}

static void
the_header_wins_over_the_field_with_the_key(void **state)
{
	(void)state;
	param("HTTP_IDEMPOTENCY_KEY", "header");
	send_json("POST", "/forms", "{\"number\":1,\"idempotencyKey\":\"field\"}");
	assert_string_equal(form_key.key, "header");
}

/* What is invalid had no effect, so the key belongs to another request. */
static void
a_used_key_is_told_before_any_invalid_field(void **state)
{
	(void)state;
	param("HTTP_IDEMPOTENCY_KEY", "used");
	assert_int_equal(send_json("POST", "/forms", "{\"number\":\"x\"}"), 422);
	assert_non_null(strstr(body(), "/problems/idempotency-reused"));
	assert_null(strstr(body(), "errors"));
	param("HTTP_IDEMPOTENCY_KEY", "new");
	assert_int_equal(send_json("POST", "/forms", "{\"number\":\"x\"}"), 422);
	assert_non_null(strstr(body(), "/problems/validation"));
}

/* The Back button brings a page's form with the key that it had. */
static void
a_browsers_form_that_was_filled_in_otherwise_has_another_key(void **state)
{
	(void)state;
	char first[sizeof(form_key.key)];
	send_page_form("/forms", "idempotencyKey=k&number=1");
	memcpy(first, form_key.key, sizeof(first));
	assert_int_equal(strlen(first), 64);
	send_page_form("/forms", "number=1&idempotencyKey=k");
	assert_string_equal(form_key.key, first);
	send_page_form("/forms", "idempotencyKey=k&number=2");
	assert_string_not_equal(form_key.key, first);
	send_page_form("/forms", "idempotencyKey=l&number=1");
	assert_string_not_equal(form_key.key, first);
	param("CONTENT_TYPE", "application/x-www-form-urlencoded");
	send_it("POST", "/forms", "idempotencyKey=k&number=1");
	assert_string_equal(form_key.key, "k");
}

static void
an_invalid_key_is_a_fault_and_an_empty_form_field_counts_as_absent(void **state)
{
	(void)state;
	char longest[257];
	memset(longest, 'k', 256);
	longest[256] = '\0';
	param("HTTP_IDEMPOTENCY_KEY", longest);
	assert_int_equal(send_json("POST", "/items", "{}"), 422);
	longest[255] = '\0';
	param("HTTP_IDEMPOTENCY_KEY", longest);
	assert_int_equal(send_json("POST", "/items", "{}"), 200);
	param("HTTP_IDEMPOTENCY_KEY", "");
	assert_int_equal(send_json("POST", "/items", "{}"), 422);
	param("HTTP_IDEMPOTENCY_KEY", "é");
	assert_int_equal(send_json("POST", "/items", "{}"), 422);
	assert_int_equal(send_json("POST", "/items", "{\"idempotencyKey\":5}"), 422);
	param("CONTENT_TYPE", "application/x-www-form-urlencoded");
	assert_int_equal(send_it("POST", "/items", "idempotencyKey="), 200);
	assert_string_equal(handler.req.key.key, "");
}

static void
invalid_request_ids_and_traceparents_are_not_kept(void **state)
{
	(void)state;
	param("HTTP_X_REQUEST_ID", "evil\r\nX: y");
	param("HTTP_TRACEPARENT", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01");
	send_it("GET", "/items/5", "");
	assert_int_equal(strlen(handler.req.origin.request_id), 36);
	assert_string_equal(handler.req.origin.traceparent,
	                    "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01");
	assert_null(strstr(http.head.data, "evil"));
	param("HTTP_TRACEPARENT", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-x");
	send_it("GET", "/items/5", "");
	assert_string_equal(handler.req.origin.traceparent, "");
}

static void
if_match_reaches_the_handler_as_a_version(void **state)
{
	(void)state;
	param("HTTP_IF_MATCH", "\"7\"");
	send_json("PATCH", "/notes/1", "{}");
	assert_true(version_set_has(&handler.req.condition.if_match, 7));
	assert_false(version_set_has(&handler.req.condition.if_match, 8));
	send_json("PATCH", "/notes/1", "{}");
	assert_false(precondition_given(&handler.req.condition));
}

/* ---- pages ----------------------------------------------------------------------------------- */

static void
a_browsers_form_is_redirected_to_the_page_of_its_result(void **state)
{
	(void)state;
	assert_int_equal(send_page_form("/items", "a=1"), 303);
	assert_true(has_line("Location: /item.html?id=17&status=Booked&reference=5RA7C7N8"
	                     "&payUntil=2027-05-05T05:32:00.000Z"));
	assert_true(has_line("Content-Length: 0"));
	assert_int_equal(http.body.len, 0);
}

static void
a_browsers_form_is_redirected_to_the_page_of_its_problem(void **state)
{
	(void)state;
	handler.outcome = ERR_STATE_CONFLICT;
	assert_int_equal(send_page_form("/items/5/cancel", ""), 303);
	assert_true(has_line("Location: /item.html?id=5&problem=state-conflict"));
	handler.outcome = ERR_INVALID;
	assert_int_equal(send_page_form("/items", ""), 303);
	assert_true(has_line("Location: /item.html?problem=validation&errors=startDate,guests"));
	assert_int_equal(send_page_form("/items", "a=%"), 303);
	assert_true(has_line("Location: /item.html?problem=malformed"));
	handler.outcome = ERR_DECLINED;
	assert_int_equal(send_page_form("/items", "roomId=3&startDate=2027-05-05&guests=2"
	                                          "&endDate=012345678901234567890&name=Kim"),
	                 303);
	assert_true(has_line("Location: /item.html?problem=payment-declined&roomId=3"
	                     "&startDate=2027-05-05&guests=2"));
}

static void
a_form_of_another_client_is_answered_in_json(void **state)
{
	(void)state;
	param("CONTENT_TYPE", "application/x-www-form-urlencoded");
	param("HTTP_ACCEPT", "text/html"); /* nginx decides */
	param("HOTEL_PREFERS", "");
	assert_int_equal(send_it("POST", "/items", "a=1"), 200);
	assert_true(has_line("Content-Type: application/hal+json"));
}

/* ---- collections ----------------------------------------------------------------------------- */

static void
the_links_of_a_page_keep_the_query_parameters_that_the_list_knows(void **state)
{
	(void)state;
	assert_int_equal(send_it("GET", "/items?city=%EC%84%9C%26x&color=red&page=1&size=20", ""),
	                 200);
	assert_string_equal(
		body(),
		"{\"_embedded\":{\"items\":[]},\"_links\":{"
		"\"self\":{\"href\":\"/items?city=%EC%84%9C%26x&page=1&size=20\"},"
		"\"first\":{\"href\":\"/items?city=%EC%84%9C%26x&page=0&size=20\"},"
		"\"prev\":{\"href\":\"/items?city=%EC%84%9C%26x&page=0&size=20\"},"
		"\"next\":{\"href\":\"/items?city=%EC%84%9C%26x&page=2&size=20\"},"
		"\"last\":{\"href\":\"/items?city=%EC%84%9C%26x&page=2&size=20\"}},"
		"\"page\":{\"size\":20,\"totalElements\":45,\"totalPages\":3,\"number\":1}}\n");
}

static void
the_first_page_has_no_prev_link_and_the_last_no_next_link(void **state)
{
	(void)state;
	send_it("GET", "/items", "");
	assert_null(strstr(body(), "\"prev\""));
	assert_non_null(strstr(body(), "\"next\":{\"href\":\"/items?page=1&size=20\"}"));
	send_it("GET", "/items?page=2", "");
	assert_null(strstr(body(), "\"next\""));
	send_it("GET", "/items?page=9", "");
	assert_null(strstr(body(), "\"next\""));
	assert_non_null(strstr(body(), "\"prev\":{\"href\":\"/items?page=2&size=20\"}"));
}

int
request_caller_tests(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_caller_is_read_from_body_or_query),
		cmocka_unit_test(an_invalid_caller_is_a_fault),
		cmocka_unit_test(faults_of_caller_key_and_fields_are_listed_together),
		cmocka_unit_test(internal_operations_need_listener_and_token),
		cmocka_unit_test(without_a_configured_secret_every_service_token_is_refused),
		cmocka_unit_test(an_idempotency_key_is_bound_to_caller_path_and_request),
		cmocka_unit_test(a_browsers_form_that_was_filled_in_otherwise_has_another_key),
		cmocka_unit_test(the_header_wins_over_the_field_with_the_key),
		cmocka_unit_test(a_used_key_is_told_before_any_invalid_field),
		cmocka_unit_test(
			an_invalid_key_is_a_fault_and_an_empty_form_field_counts_as_absent),
		cmocka_unit_test(invalid_request_ids_and_traceparents_are_not_kept),
		cmocka_unit_test(if_match_reaches_the_handler_as_a_version),
		cmocka_unit_test(a_browsers_form_is_redirected_to_the_page_of_its_result),
		cmocka_unit_test(a_browsers_form_is_redirected_to_the_page_of_its_problem),
		cmocka_unit_test(a_form_of_another_client_is_answered_in_json),
		cmocka_unit_test(the_links_of_a_page_keep_the_query_parameters_that_the_list_knows),
		cmocka_unit_test(the_first_page_has_no_prev_link_and_the_last_no_next_link),
	};
	return cmocka_run_group_tests_name("callers", tests, NULL, NULL);
}
