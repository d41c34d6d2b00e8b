/* SPDX-License-Identifier: MIT */
/* ssi: a response as the variables of a page. */
#include "test.h"

#include "adapters/json/json.h"
#include "base/day.h"
#include "base/mem.h"
#include "fcgi/request.h"
#include "fcgi/ssi.h"

#include <json-c/json.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct buf page = BUF_INIT(1 << 20);

/* Writes the JSON text as the page's; path and page are those of the request. */
static const char *
written(const char *path, const char *name, const char *json, const char *slug)
{
	CLEANUP(json_p) struct json_object *body = NULL;
	CLEANUP(json_p) struct json_object *query = json_new_object();
	const char *why;
	json_put_text(&query, "q", "a \"b\"");
	json_put_text(&query, "x\" -->", "no");
	struct request req = {.path = path, .page = name, .query = query};
	assert_ok(json_read(json, strlen(json), &body, &why));
	buf_reset(&page);
	assert_ok(ssi_write(&req, body, slug, "\"3\"", &page));
	return page.data;
}

static void
has(const char *name, const char *value)
{
	char command[200];
	snprintf(command, sizeof(command), "<!--# set var=\"%s\" value=\"%s\" -->", name, value);
	if (!strstr(page.data, command))
		fail_msg("no %s in %s", command, page.data);
}

static void
members_become_variables_named_after_the_resource(void **state)
{
	(void)state;
	written("/books/5", "booking",
	        "{\"id\":5,\"contact\":{\"name\":\"Kim\",\"email\":null},"
	        "\"_links\":{\"cancel\":{\"href\":\"/books/5/cancel?guestId=7\"}}}",
	        "");
	has("book_id", "5");
	has("book_problem", "");
	has("book_tag", "&#34;3&#34;");
	has("book_contact_name", "Kim");
	has("book_contact_email", "");
	has("book_link_cancel", "/books/5/cancel?guestId=7");
	has("book_link_cancel_query", "guestId=7");
	has("asked_q", "a &#34;b&#34;");
	assert_null(strstr(page.data, "\"no\""));
	assert_non_null(strstr(
		page.data, "<!--# include virtual=\"/templates/booking.html?$args\" wait=\"yes\" "
			   "--><!--# include virtual=\"/templates/booking.end.html?$args\" -->"));
}

static void
money_and_times_are_also_written_for_people(void **state)
{
	(void)state;
	written("/books/5", SSI_DATA,
	        "{\"price\":1234500,\"currency\":\"EUR\",\"startDate\":\"2027-05-05\","
	        "\"endDate\":\"2027-05-08\",\"payUntil\":\"2027-05-05T16:32:00.000Z\"}",
	        "");
	has("book_price", "1234500");
	has("book_price_money", "12,345.00 EUR");
	has("book_price_amount", "12345.00");
	has("book_startDate_year", "2027");
	has("book_startDate_month", "5");
	has("book_startDate_day", "5");
	has("book_nights", "3");
	has("book_payUntil_day", "6");
	has("book_payUntil_time", "01:32 KST");
	has("book_payUntil_moment", "2027-05-06 01:32 KST");
	written("/rooms/5", SSI_DATA, "{\"price\":999,\"currency\":\"KRW\"}", "");
	has("room_price_money", "999 KRW");
	assert_null(strstr(page.data, "include"));
}

/* Neither markup, nor the end of the value, nor a variable of nginx. */
static void
a_value_is_nothing_but_text(void **state)
{
	(void)state;
	written("/rooms/5", SSI_DATA, "{\"name\":\"<b>\\\"x\\\" --> $guest ${a} \\\\ 'y' & `z`\"}",
	        "");
	has("room_name", "&#60;b&#62;&#34;x&#34; --&#62; &#36;guest &#36;{a} &#92; &#39;y&#39; "
	                 "&#38; &#96;z&#96;");
}

static void
a_long_value_is_set_in_pieces_that_nginx_takes(void **state)
{
	(void)state;
	char json[2100], *at = json + sprintf(json, "{\"description\":\"");
	memset(at, 'w', 2000);
	strcpy(at + 2000, "\"}");
	written("/rooms/5", SSI_DATA, json, "");
	const char *more = "<!--# set var=\"room_description\" value=\"${room_description}";
	const char *second = strstr(page.data, more);
	const char *third = second ? strstr(second + 1, more) : NULL;
	assert_non_null(third);
	assert_int_equal(strspn(third + strlen(more), "w"), 200);
	assert_null(strstr(third + 1, more));
}

static void
a_list_is_written_between_the_parts_of_its_page(void **state)
{
	(void)state;
	written("/rooms", "index",
	        "{\"_embedded\":{\"rooms\":[{\"id\":1},{\"id\":2}]},"
	        "\"page\":{\"number\":1,\"totalPages\":3}}",
	        "");
	has("room_page_shown", "2");
	has("room_page_prev", "0");
	has("room_page_next", "2");
	const char *top = strstr(page.data, "/templates/index.html");
	const char *first = strstr(page.data, "<!--# set var=\"room_id\" value=\"1\" --><!--# "
	                                      "include virtual=\"/templates/fragments/rooms.html\" "
	                                      "wait=\"yes\" -->");
	const char *second = strstr(page.data, "<!--# set var=\"room_id\" value=\"2\" -->");
	const char *end = strstr(page.data, "/templates/index.end.html");
	assert_true(top && first && second && end);
	assert_true(top < first && first < second && second < end);
}

static void
a_problem_has_its_slug_and_its_faults(void **state)
{
	(void)state;
	written("/rooms", "index",
	        "{\"status\":422,\"errors\":[{\"pointer\":\"/guests\",\"code\":\"type\"}]}",
	        "validation");
	has("room_problem", "validation");
	has("error_pointer", "/guests");
	has("error_code", "type");
	assert_non_null(strstr(page.data, "/templates/fragments/errors.html"));
	assert_null(strstr(page.data, "room_status"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(members_become_variables_named_after_the_resource),
		cmocka_unit_test(money_and_times_are_also_written_for_people),
		cmocka_unit_test(a_value_is_nothing_but_text),
		cmocka_unit_test(a_long_value_is_set_in_pieces_that_nginx_takes),
		cmocka_unit_test(a_list_is_written_between_the_parts_of_its_page),
		cmocka_unit_test(a_problem_has_its_slug_and_its_faults),
	};
	assert_ok(timezone_use("Asia/Seoul"));
	int failed = cmocka_run_group_tests(tests, NULL, NULL);
	buf_done(&page);
	return failed;
}
