/* SPDX-License-Identifier: MIT */
/* That JSON and forms are read strictly: what json-c's own reader lets pass is refused by name. */
#include "test.h"

#include "adapters/json/form.h"
#include "adapters/json/json.h"
#include "base/mem.h"

#include <stdio.h>
#include <string.h>

/* What the text reads as, written again; "malformed" if it cannot be read. */
static const char *
reread_bytes(const char *text, size_t n)
{
	static struct buf written = BUF_INIT(1 << 20);
	struct json_object *value = NULL;
	const char *why = NULL;
	buf_reset(&written);
	if (json_read(text, n, &value, &why) != OK) {
		assert_non_null(why);
		return "malformed";
	}
	assert_ok(json_write(value, &written));
	json_object_put(value);
	return written.data;
}

static const char *
reread(const char *text)
{
	return reread_bytes(text, strlen(text));
}

#define assert_malformed(text) assert_string_equal(reread(text), "malformed")
#define assert_reads(text, as) assert_string_equal(reread(text), as)

static void
every_kind_of_value_is_read(void **state)
{
	(void)state;
	assert_reads("{}", "{}");
	assert_reads(" [ ] ", "[]");
	assert_reads("null", "null");
	assert_reads("[true,false,null]", "[true,false,null]");
	assert_reads("\t{\"a\" : [1, -2, \"x\"] ,\r\n\"b\":{}}", "{\"a\":[1,-2,\"x\"],\"b\":{}}");
	assert_reads("\"\"", "\"\"");
}

static void
a_member_that_is_there_twice_is_malformed(void **state)
{
	(void)state;
	assert_malformed("{\"a\":1,\"a\":1}");
	assert_malformed("{\"a\":1,\"b\":{\"c\":1,\"c\":2}}");
	assert_malformed("{\"a\":1,\"\\u0061\":2}");
	assert_malformed("{\"a\":null,\"a\":1}");
}

static void
a_literal_that_json_does_not_have_is_malformed(void **state)
{
	(void)state;
	static const char *const texts[] = {"NaN",   "nan",        "Infinity", "-Infinity",
	                                    "True",  "undefined",  "nul",      "nulll",
	                                    "[NaN]", "{\"a\":NaN}"};
	for (size_t i = 0; i < ARRAY_SIZE(texts); i++)
		assert_malformed(texts[i]);
}

static void
single_quotes_comments_and_missing_quotes_are_malformed(void **state)
{
	(void)state;
	assert_malformed("{'a':1}");
	assert_malformed("{\"a\":'b'}");
	assert_malformed("{a:1}");
	assert_malformed("/* */ {}");
	assert_malformed("{} // x");
}

static void
a_control_character_in_a_text_is_malformed(void **state)
{
	(void)state;
	assert_malformed("\"a\nb\"");
	assert_malformed("\"a\tb\"");
	assert_malformed("{\"a\x01\":1}");
	assert_string_equal(reread_bytes("\"a\0b\"", 5), "malformed");
	assert_reads("\"a\\nb\\u0001\"", "\"a\\nb\\u0001\"");
}

static void
text_after_the_end_is_malformed(void **state)
{
	(void)state;
	assert_malformed("{} {}");
	assert_malformed("{}x");
	assert_malformed("1,");
	assert_string_equal(reread_bytes("{}\0", 3), "malformed");
	assert_reads("{} \r\n\t ", "{}");
}

static void
what_ends_too_early_is_malformed_wherever_it_is_cut(void **state)
{
	(void)state;
	const char *whole = "{\"a\":[1,{\"b\":\"\\u00e9\\n\"},true],\"c\":-1.5e3}";
	for (size_t n = 0; n < strlen(whole); n++)
		assert_string_equal(reread_bytes(whole, n), "malformed");
	assert_string_not_equal(reread(whole), "malformed");
}

static void
commas_and_colons_are_where_they_belong(void **state)
{
	(void)state;
	static const char *const texts[] = {
		"[1,]",      "[,1]",     "[1 2]",     "{\"a\":1,}", "{,}",
		"{\"a\" 1}", "{\"a\":}", "{\"a\"}",   "[1,,2]",     "{\"a\":1 \"b\":2}",
		"]",         "[1}",      "{\"a\":1]", ":"};
	for (size_t i = 0; i < ARRAY_SIZE(texts); i++)
		assert_malformed(texts[i]);
}

static void
nesting_is_read_down_to_32_and_no_deeper(void **state)
{
	(void)state;
	char text[256];
	for (int depth = 1; depth <= 64; depth++) {
		memset(text, '[', (size_t)depth);
		memset(text + depth, ']', (size_t)depth);
		text[2 * depth] = '\0';
		if (depth <= JSON_DEPTH_MAX)
			assert_reads(text, text);
		else
			assert_malformed(text);
	}
}

static void
many_siblings_are_no_nesting(void **state)
{
	(void)state;
	char text[1024] = "[";
	for (int i = 0; i < 100; i++)
		strcat(text, "[],");
	strcat(text, "{}]");
	assert_reads(text, text);
}

static void
numbers_keep_their_value_and_huge_ones_their_digits(void **state)
{
	(void)state;
	static const char *const texts[] = {"0",
	                                    "-1",
	                                    "9223372036854775807",
	                                    "-9223372036854775808",
	                                    "18446744073709551615",
	                                    "18446744073709551616",
	                                    "-9223372036854775809",
	                                    "99999999999999999999999999999999",
	                                    "1.50",
	                                    "1e400",
	                                    "7e27777777777777777777",
	                                    "-1e-1",
	                                    "123456789012345678901.0"};
	for (size_t i = 0; i < ARRAY_SIZE(texts); i++)
		assert_reads(texts[i], texts[i]);
}

/* A number is whole whatever its spelling (JSON Schema's integer). */
static void
a_whole_number_is_an_integer_also_with_a_fraction_or_an_exponent(void **state)
{
	(void)state;
	assert_reads("7.0", "7");
	assert_reads("-7.00", "-7");
	assert_reads("1.5e3", "1500");
	assert_reads("15E2", "1500");
	assert_reads("1500000E-3", "1500");
	assert_reads("-0.0", "0");
	assert_reads("0e999999999999999999999", "0");
	assert_reads("0.0000018446744073709551615e25", "18446744073709551615");
	assert_reads("1050.00", "1050");
	assert_reads("0.10500e4", "1050");
	assert_reads("-1050e-1", "-105");
	assert_reads("10.0e18", "10000000000000000000");
	assert_reads("100000000000000000000000000000e-28", "10");
	assert_reads("1.00000000000000000000000000001", "1.00000000000000000000000000001");
	assert_reads("1050e-2", "1050e-2");
	assert_reads("7.5", "7.5");
	assert_reads("1e20", "1e20");
	assert_reads("1e-999999999999999999999", "1e-999999999999999999999");
}

static void
what_is_no_number_is_malformed(void **state)
{
	(void)state;
	static const char *const texts[] = {"01",   "-01", "+1",    "1.", ".5",  "1e",    "1e+",
	                                    "0x10", "1_0", "12abc", "-",  "--1", "1.2.3", "1 2"};
	for (size_t i = 0; i < ARRAY_SIZE(texts); i++)
		assert_malformed(texts[i]);
}

static void
escapes_become_characters_and_bad_ones_are_malformed(void **state)
{
	(void)state;
	assert_reads("\"\\u00e9\\u20ac\\ud83d\\ude00\"", "\"é€😀\"");
	assert_reads("\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"", "\"\\\"\\\\/\\b\\f\\n\\r\\t\"");
	static const char *const texts[] = {
		"\"\\x\"",      "\"\\u12\"",          "\"\\u12g4\"", "\"\\ud83d\"", "\"\\ude00\"",
		"\"\\ud83dx\"", "\"\\ud83d\\u0041\"", "\"\\\"",      "\"\\U0041\""};
	for (size_t i = 0; i < ARRAY_SIZE(texts); i++)
		assert_malformed(texts[i]);
}

static void
bytes_that_are_not_utf_8_are_malformed(void **state)
{
	(void)state;
	static const char *const texts[] = {"\"\xff\"",
	                                    "\"\xc3\"",
	                                    "\"\xc0\xaf\"",
	                                    "\"\xed\xa0\x80\"",
	                                    "\"\xf4\x90\x80\x80\"",
	                                    "{\"\x80\":1}"};
	for (size_t i = 0; i < ARRAY_SIZE(texts); i++)
		assert_malformed(texts[i]);
	assert_reads("\"한국어 🏨\"", "\"한국어 🏨\"");
}

static void
a_nul_is_read_in_a_text_but_not_in_a_name(void **state)
{
	(void)state;
	assert_reads("\"a\\u0000b\"", "\"a\\u0000b\"");
	assert_malformed("{\"a\\u0000b\":1}");
}

static void
a_builder_that_got_a_null_gives_everything_back(void **state)
{
	(void)state;
	struct json_object *object = json_new_object();
	json_put_u64(&object, "id", UINT64_MAX);
	json_put_value(&object, "none", NULL);
	assert_null(object);
	json_put_text(&object, "name", "x");
	json_put_day(&object, "day", 0);
	assert_null(object);
}

/* ---- forms ----------------------------------------------------------------------------------- */

static const char *
form(const char *text)
{
	static struct buf written = BUF_INIT(1 << 20);
	struct json_object *fields = NULL;
	const char *why = NULL;
	buf_reset(&written);
	if (form_read(text, strlen(text), &fields, &why) != OK) {
		assert_non_null(why);
		return "malformed";
	}
	assert_ok(json_write(fields, &written));
	json_object_put(fields);
	return written.data;
}

static void
a_form_becomes_an_object_of_texts(void **state)
{
	(void)state;
	assert_string_equal(form("roomId=1&name=Kim+Min&x="),
	                    "{\"roomId\":\"1\",\"name\":\"Kim Min\",\"x\":\"\"}");
	assert_string_equal(form(""), "{}");
	assert_string_equal(form("a"), "{\"a\":\"\"}");
	assert_string_equal(form("a=b=c"), "{\"a\":\"b=c\"}");
	assert_string_equal(form("&&a=1&"), "{\"a\":\"1\"}");
}

static void
percent_escapes_of_a_form_become_bytes(void **state)
{
	(void)state;
	assert_string_equal(form("a%26b=%3D%2B%25"), "{\"a&b\":\"=+%\"}");
	assert_string_equal(form("city=%EC%84%9C%ec%9a%b8"), "{\"city\":\"서울\"}");
	assert_string_equal(form("a=1%0D%0A2"), "{\"a\":\"1\\r\\n2\"}");
}

static void
a_bad_escape_of_a_form_is_malformed(void **state)
{
	(void)state;
	assert_string_equal(form("a=%"), "malformed");
	assert_string_equal(form("a=%4"), "malformed");
	assert_string_equal(form("a=%4g"), "malformed");
	assert_string_equal(form("a=%u0041"), "malformed");
	assert_string_equal(form("%=1"), "malformed");
}

static void
a_name_that_is_there_twice_in_a_form_is_malformed(void **state)
{
	(void)state;
	assert_string_equal(form("a=1&a=1"), "malformed");
	assert_string_equal(form("a=1&%61=2"), "malformed");
}

static void
a_nul_or_bytes_that_are_not_utf_8_make_a_form_malformed(void **state)
{
	(void)state;
	assert_string_equal(form("a=%00"), "malformed");
	assert_string_equal(form("a=%ff"), "malformed");
	assert_string_equal(form("%c3=1"), "malformed");
}

static void
a_form_has_at_most_100_fields(void **state)
{
	(void)state;
	char text[2048] = "", one[16];
	for (int i = 0; i < FORM_FIELDS_MAX; i++) {
		snprintf(one, sizeof(one), "f%d=1&", i);
		strcat(text, one);
	}
	assert_string_not_equal(form(text), "malformed");
	strcat(text, "more=1");
	assert_string_equal(form(text), "malformed");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_kind_of_value_is_read),
		cmocka_unit_test(a_member_that_is_there_twice_is_malformed),
		cmocka_unit_test(a_literal_that_json_does_not_have_is_malformed),
		cmocka_unit_test(single_quotes_comments_and_missing_quotes_are_malformed),
		cmocka_unit_test(a_control_character_in_a_text_is_malformed),
		cmocka_unit_test(text_after_the_end_is_malformed),
		cmocka_unit_test(what_ends_too_early_is_malformed_wherever_it_is_cut),
		cmocka_unit_test(commas_and_colons_are_where_they_belong),
		cmocka_unit_test(nesting_is_read_down_to_32_and_no_deeper),
		cmocka_unit_test(many_siblings_are_no_nesting),
		cmocka_unit_test(numbers_keep_their_value_and_huge_ones_their_digits),
		cmocka_unit_test(a_whole_number_is_an_integer_also_with_a_fraction_or_an_exponent),
		cmocka_unit_test(what_is_no_number_is_malformed),
		cmocka_unit_test(escapes_become_characters_and_bad_ones_are_malformed),
		cmocka_unit_test(bytes_that_are_not_utf_8_are_malformed),
		cmocka_unit_test(a_nul_is_read_in_a_text_but_not_in_a_name),
		cmocka_unit_test(a_builder_that_got_a_null_gives_everything_back),
		cmocka_unit_test(a_form_becomes_an_object_of_texts),
		cmocka_unit_test(percent_escapes_of_a_form_become_bytes),
		cmocka_unit_test(a_bad_escape_of_a_form_is_malformed),
		cmocka_unit_test(a_name_that_is_there_twice_in_a_form_is_malformed),
		cmocka_unit_test(a_nul_or_bytes_that_are_not_utf_8_make_a_form_malformed),
		cmocka_unit_test(a_form_has_at_most_100_fields),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
