/* SPDX-License-Identifier: MIT */
/* Declared fields: every form they may have, and all faults at once. */
#include "tests/unit/thing.h"

#include "adapters/json/form.h"
#include "base/mem.h"
#include "fcgi/fingerprint.h"
#include "fcgi/paging.h"
#include "fcgi/request.h"
#include "fcgi/response.h"

#include <string.h>

static void
numbers_may_be_sent_as_texts(void **state)
{
	(void)state;
	assert_ok(read_json("{\"id\":\"17\",\"price\":1500,\"number\":\"0\"}"));
	assert_int_equal(thing.id, 17);
	assert_int_equal(thing.price, 1500);
	assert_ok(read_form("id=17&price=1500"));
	assert_int_equal(thing.id, 17);
	assert_int_equal(thing.price, 1500);
}

static void
anything_but_a_whole_number_is_a_type_fault(void **state)
{
	(void)state;
	static const char *const texts[] = {
		"{\"id\":\"12abc\"}", "{\"id\":\" 1\"}", "{\"id\":\"1 \"}", "{\"id\":\"\"}",
		"{\"id\":1.5}",       "{\"id\":1e-3}",   "{\"id\":true}",   "{\"id\":[1]}",
		"{\"id\":{}}",        "{\"id\":\"+1\"}", "{\"id\":\"-\"}",  "{\"id\":\"1\\u0000\"}",
		"{\"id\":\"0x10\"}",  "{\"id\":\"١\"}"};
	for (size_t i = 0; i < ARRAY_SIZE(texts); i++)
		assert_fault(texts[i], "/id", "type");
}

static void
a_huge_number_is_out_of_range_and_never_clamped(void **state)
{
	(void)state;
	assert_ok(read_json("{\"id\":9223372036854775807}"));
	assert_int_equal(thing.id, INT64_MAX);
	static const char *const texts[] = {"{\"id\":9223372036854775808}",
	                                    "{\"id\":18446744073709551615}",
	                                    "{\"id\":18446744073709551616}",
	                                    "{\"id\":99999999999999999999999999}",
	                                    "{\"id\":\"99999999999999999999999999\"}",
	                                    "{\"id\":-1}",
	                                    "{\"id\":\"-1\"}",
	                                    "{\"id\":-99999999999999999999999999}"};
	for (size_t i = 0; i < ARRAY_SIZE(texts); i++)
		assert_fault(texts[i], "/id", "range");
}

static void
an_amount_with_decimals_stands_for_the_price(void **state)
{
	(void)state;
	currency = "EUR";
	assert_ok(read_form("amount=45.00"));
	assert_int_equal(thing.price, 4500);
	assert_ok(read_form("amount=1,045.5&price="));
	assert_int_equal(thing.price, 104550);
	assert_ok(read_form("amount=&price=4500")); /* an empty field of a form is none */
	assert_int_equal(thing.price, 4500);
	assert_ok(read_json("{\"amount\":\"45.00\"}"));
	assert_int_equal(thing.price, 4500);
	assert_ok(read_json("{\"amount\":45.5,\"price\":null}"));
	assert_int_equal(thing.price, 4550);
	assert_ok(read_json("{\"price\":45}")); /* a price is whole everywhere */
	assert_int_equal(thing.price, 45);

	assert_fault("{\"amount\":\"45.00\",\"price\":4500}", "/amount", "amount.twice");
	assert_fault("{\"amount\":\"45,00\"}", "/amount", "amount.format");
	assert_string_equal(faults.list[0].detail, "amount must be an amount of EUR such as 45.00");
	assert_fault("{\"amount\":\"45.005\"}", "/amount", "amount.decimals");
	assert_string_equal(faults.list[0].detail, "amount has more than the 2 decimals of EUR");
	assert_fault("{\"amount\":\"0\"}", "/amount", "range");
	assert_fault("{\"amount\":\"10000000.01\"}", "/amount", "range");
	assert_string_equal(faults.list[0].detail,
	                    "amount must be from 0.01 EUR to 10000000.00 EUR");
	assert_fault("{\"amount\":\"99999999999999999999\"}", "/amount", "range");
	assert_fault("{\"amount\":\"\"}", "/amount", "amount.format");
	assert_fault("{\"amount\":\"45\\u0000\"}", "/amount", "amount.format");
	assert_fault("{\"amount\":true}", "/amount", "amount.format");
	assert_fault("{\"price\":45.5}", "/price", "type");

	currency = "KRW";
	assert_ok(read_form("amount=85,000"));
	assert_int_equal(thing.price, 85000);
	assert_fault("{\"amount\":\"85000.5\"}", "/amount", "amount.decimals");
	assert_string_equal(faults.list[0].detail, "amount has decimals, which KRW does not have");
	currency = "EUR";
}

static void
a_required_price_may_come_as_an_amount(void **state)
{
	(void)state;
	static const struct field table[] = {
		FIELD(thing, price, MONEY, "price", REQUIRED, .min = 1, .decimal = "amount"),
		FIELD_END};
	struct json_object *from = json_object_new_object();
	json_object_object_add(from, "amount", json_object_new_string("45"));
	assert_ok(read_from(from, true, table));
	assert_int_equal(thing.price, 4500);
	assert_err(read_from(json_object_new_object(), true, table), ERR_INVALID);
	assert_string_equal(faults.list[0].pointer, "/price");
	assert_int_equal(faults.n, 1);
}

static void
both_ends_of_a_range_are_included(void **state)
{
	(void)state;
	assert_ok(read_json("{\"price\":1,\"number\":50}"));
	assert_ok(read_json("{\"price\":1000000000,\"number\":0}"));
	assert_fault("{\"price\":0}", "/price", "range");
	assert_fault("{\"price\":1000000001}", "/price", "range");
	assert_fault("{\"number\":51}", "/number", "range");
}

static void
all_formats_of_a_date_are_accepted(void **state)
{
	(void)state;
	day_t day;
	assert_ok(day_make(2027, 5, 5, &day));
	static const char *const texts[] = {"{\"date\":\"2027-05-05\"}", "{\"date\":20270505}",
	                                    "{\"date\":\"20270505\"}"};
	for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
		assert_ok(read_json(texts[i]));
		assert_int_equal(thing.date, day);
	}
	assert_ok(read_form("date=2027-05-05"));
	assert_int_equal(thing.date, day);
}

static void
an_invalid_date_is_a_format_fault(void **state)
{
	(void)state;
	static const char *const texts[] = {"{\"date\":\"2027-02-30\"}", "{\"date\":20270230}",
	                                    "{\"date\":\"\"}",           "{\"date\":\"tomorrow\"}",
	                                    "{\"date\":2027}",           "{\"date\":20270505.5}",
	                                    "{\"date\":\"2027-5-5\"}",   "{\"date\":-20270505}"};
	for (size_t i = 0; i < ARRAY_SIZE(texts); i++)
		assert_fault(texts[i], "/date", "date.format");
	assert_fault("{\"date\":true}", "/date", "type");
	assert_fault("{\"date\":[]}", "/date", "type");
}

static void
flags_are_json_booleans_or_checkbox_values(void **state)
{
	(void)state;
	assert_ok(read_json("{\"flag\":true}"));
	assert_true(thing.flag);
	assert_ok(read_form("flag=on"));
	assert_true(thing.flag);
	assert_ok(read_form("flag=true"));
	assert_true(thing.flag);
	assert_ok(read_form("flag=false"));
	assert_false(thing.flag);
	assert_fault("{\"flag\":1}", "/flag", "type");
	assert_fault("{\"flag\":\"yes\"}", "/flag", "type");
}

static void
a_choice_is_one_of_its_names(void **state)
{
	(void)state;
	assert_ok(read_json("{\"colour\":\"green\"}"));
	assert_int_equal(thing.colour, GREEN);
	assert_fault("{\"colour\":\"Green\"}", "/colour", "choice");
	assert_fault("{\"colour\":1}", "/colour", "type");
}

static void
a_null_or_missing_member_keeps_the_default_and_is_not_given(void **state)
{
	(void)state;
	assert_ok(read_json("{\"id\":null,\"other\":[{}]}"));
	assert_int_equal(thing.given, 0);
	assert_false(thing.has_text);
	assert_ok(read_json("{\"number\":3,\"text\":\"\"}"));
	assert_int_equal(thing.given, 4);
	assert_true(thing.has_text);
}

static void
an_empty_form_field_is_missing_unless_it_is_a_text(void **state)
{
	(void)state;
	assert_ok(read_form("id=&price=&date=&flag=&colour=&token=&text=&email="));
	assert_int_equal(thing.given, 0);
	assert_true(thing.has_text);
}

static void
all_faults_are_listed_not_only_the_first(void **state)
{
	(void)state;
	static const struct field needed[] = {
		FIELD(thing, id, ID, "id", REQUIRED),
		FIELD(thing, date, DATE, "date", REQUIRED),
		FIELD(thing, price, MONEY, "price", REQUIRED, .min = 1),
		FIELD(thing, email, EMAIL, "email", REQUIRED),
		FIELD_END,
	};
	struct json_object *from = NULL;
	const char *why, *text = "{\"id\":null,\"date\":\"x\",\"price\":0,\"email\":\"\"}";
	static const char *const expected[][2] = {{"/id", "required"},
	                                          {"/date", "date.format"},
	                                          {"/price", "range"},
	                                          {"/email", "email.format"}};
	assert_ok(json_read(text, strlen(text), &from, &why));
	assert_err(read_from(from, false, needed), ERR_INVALID);
	assert_int_equal(faults.n, ARRAY_SIZE(expected));
	for (size_t i = 0; i < ARRAY_SIZE(expected); i++) {
		assert_string_equal(faults.list[i].pointer, expected[i][0]);
		assert_string_equal(faults.list[i].code, expected[i][1]);
	}
}

/* ---- paging ---------------------------------------------------------------------------------- */

static const char *const sorts[] = {"id", "price", NULL};
static struct paging paging;

static enum err
page(const char *query)
{
	struct request req = {.path = "/x", .known = json_object_new_object()};
	struct response res = {.status = 0};
	const char *why;
	assert_ok(form_read(query, strlen(query), &req.query, &why));
	enum err err = request_paging(&req, sorts, true, &paging, &res);
	assert_int_equal(err == OK, res.faults.n == 0);
	json_object_put(req.query);
	json_object_put(req.known);
	response_done(&res);
	return err;
}

static void
paging_has_defaults_limits_and_sort_fields(void **state)
{
	(void)state;
	assert_ok(page(""));
	assert_int_equal(paging.page, 0);
	assert_int_equal(paging.size, PAGE_SIZE_DEFAULT);
	assert_int_equal(paging.sort, 0);
	assert_true(paging.descending);
	assert_ok(page("page=3&size=100&sort=price,asc"));
	assert_int_equal(paging.page, 3);
	assert_int_equal(paging.size, 100);
	assert_int_equal(paging.sort, 1);
	assert_false(paging.descending);
	assert_ok(page("sort=price"));
	assert_false(paging.descending);
	assert_ok(page("sort=price,desc"));
	assert_true(paging.descending);
}

static void
an_invalid_page_is_a_fault(void **state)
{
	(void)state;
	static const char *const queries[] = {
		"size=0",    "size=101",    "size=x",        "page=-1",    "page=4294967296",
		"sort=name", "sort=price,", "sort=price,up", "sort=,desc", "sort=price,desc,id"};
	for (size_t i = 0; i < ARRAY_SIZE(queries); i++)
		assert_err(page(queries[i]), ERR_INVALID);
}

/* ---- fingerprints ---------------------------------------------------------------------------- */

/* The body is a form unless it begins with a brace. */
static void
fingerprint(const char *body, unsigned char ret_fingerprint[FINGERPRINT_BYTES])
{
	CLEANUP(json_p) struct json_object *object = NULL;
	struct thing read = {.date = 1};
	struct faults found = {.n = 0};
	const char *why;
	const bool is_form = *body != '{';
	assert_ok(is_form ? form_read(body, strlen(body), &object, &why)
	                  : json_read(body, strlen(body), &object, &why));
	assert_ok(fields_read(&(struct fields_source){object, is_form, "KRW"}, fields, &read,
	                      &found));
	fingerprint_of(fields, &read, ret_fingerprint);
}

static bool
same_request(const char *a, const char *b)
{
	unsigned char of_a[FINGERPRINT_BYTES], of_b[FINGERPRINT_BYTES];
	fingerprint(a, of_a);
	fingerprint(b, of_b);
	return memcmp(of_a, of_b, sizeof(of_a)) == 0;
}

static void
requests_that_mean_the_same_have_one_fingerprint_whatever_their_spelling(void **state)
{
	(void)state;
	const char *one = "{\"id\":1,\"date\":\"2027-05-05\",\"flag\":true,\"text\":\"x\"}";
	assert_true(same_request(one, one));
	assert_true(same_request(one, "{\"text\" : \"\\u0078\",\n\"date\":20270505,"
	                              "\"flag\":\"true\", \"id\":\"1\"}"));
	assert_true(same_request(one, "id=1&date=20270505&flag=on&text=x&number=&submit=Send"));
	assert_true(same_request("{\"id\":1}", "{\"id\":1,\"number\":null}"));
	assert_true(same_request("{\"id\":1}", "{\"id\":1,\"idempotencyKey\":\"k\"}"));
	assert_true(same_request("{\"flag\":false}", "{}"));
}

static void
requests_that_mean_something_else_have_another_fingerprint(void **state)
{
	(void)state;
	assert_false(same_request("{\"id\":1}", "{\"id\":2}"));
	assert_false(same_request("{\"id\":1}", "{\"number\":1}"));
	assert_false(same_request("{\"id\":1}", "{\"id\":1,\"number\":2}"));
	assert_false(same_request("{\"id\":0}", "{}"));
	assert_false(same_request("{\"text\":\"\"}", "{}"));
	assert_false(same_request("{\"text\":\"ab\",\"lines\":\"c\"}",
	                          "{\"text\":\"a\",\"lines\":\"bc\"}"));
	assert_false(same_request("{\"date\":20270505}", "{\"date\":20270506}"));
	assert_false(same_request("{\"flag\":true}", "{}"));
	assert_false(same_request("{\"colour\":\"green\"}", "{\"colour\":\"red\"}"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(numbers_may_be_sent_as_texts),
		cmocka_unit_test(anything_but_a_whole_number_is_a_type_fault),
		cmocka_unit_test(a_huge_number_is_out_of_range_and_never_clamped),
		cmocka_unit_test(an_amount_with_decimals_stands_for_the_price),
		cmocka_unit_test(a_required_price_may_come_as_an_amount),
		cmocka_unit_test(both_ends_of_a_range_are_included),
		cmocka_unit_test(all_formats_of_a_date_are_accepted),
		cmocka_unit_test(an_invalid_date_is_a_format_fault),
		cmocka_unit_test(flags_are_json_booleans_or_checkbox_values),
		cmocka_unit_test(a_choice_is_one_of_its_names),
		cmocka_unit_test(a_null_or_missing_member_keeps_the_default_and_is_not_given),
		cmocka_unit_test(an_empty_form_field_is_missing_unless_it_is_a_text),
		cmocka_unit_test(all_faults_are_listed_not_only_the_first),
		cmocka_unit_test(paging_has_defaults_limits_and_sort_fields),
		cmocka_unit_test(an_invalid_page_is_a_fault),
		cmocka_unit_test(
			requests_that_mean_the_same_have_one_fingerprint_whatever_their_spelling),
		cmocka_unit_test(requests_that_mean_something_else_have_another_fingerprint),
	};
	int failed = text_tests();
	failed += cmocka_run_group_tests_name("fields", tests, NULL, NULL);
	return failed;
}
