/* SPDX-License-Identifier: MIT */
/* Texts, addresses and numbers of telephones as fields. */
#include "tests/unit/thing.h"

#include "adapters/json/json.h"
#include "base/mem.h"

#include <stdio.h>
#include <string.h>

static void
texts_are_counted_in_characters_and_not_changed(void **state)
{
	(void)state;
	assert_ok(read_json("{\"text\":\"한국어 🏨\"}"));
	assert_string_equal(thing.text, "한국어 🏨");
	assert_ok(read_json("{\"text\":\"'%_<\\u0022\"}"));
	assert_string_equal(thing.text, "'%_<\"");
	assert_fault("{\"text\":\"한국어 🏨!\"}", "/text", "text.length");
	assert_fault("{\"text\":5}", "/text", "type");
}

static void
a_line_break_is_one_line_feed_and_only_lines_have_one(void **state)
{
	(void)state;
	static const char *const breaks[] = {"{\"lines\":\"a\\r\\nb\"}", "{\"lines\":\"a\\nb\"}",
	                                     "{\"lines\":\"a\\rb\"}"};
	for (size_t i = 0; i < ARRAY_SIZE(breaks); i++) {
		assert_ok(read_json(breaks[i]));
		assert_string_equal(thing.lines, "a\nb");
	}
	assert_ok(read_form("lines=%0D%0A%0D%0Aa%0D%0D%0A"));
	assert_string_equal(thing.lines, "\n\na\n\n");
	/* As many characters as there are, however a form writes the break. */
	static const struct field four[] = {FIELD(thing, lines, LINES, "lines", OPTIONAL, .max = 3),
	                                    FIELD_END};
	struct json_object *from = json_object_new_object();
	json_object_object_add(from, "lines", json_object_new_string("a\r\nb"));
	assert_ok(read_from(from, true, four));
	assert_fault("{\"text\":\"a\\rb\"}", "/text", "text.characters");
	assert_fault("{\"text\":\"a\\r\\nb\"}", "/text", "text.characters");
	assert_fault("{\"lines\":\"a\\u0085b\"}", "/lines", "text.characters");
	assert_fault("{\"lines\":\"a\\u2028b\"}", "/lines", "text.characters");
}

/* Of every kind one: C0, DEL, C1, separators, embedding, overriding and isolating a direction,
 * noncharacters of two planes. The same rule is behind every name, city and description. */
static void
characters_that_hide_or_turn_a_text_are_refused(void **state)
{
	(void)state;
	static const char *const refused[] = {
		"\\u0001", "\\u0007", "\\u001b", "\\u007f",        "\\u0080",
		"\\u0085", "\\u009f", "\\u2028", "\\u2029",        "\\u202a",
		"\\u202d", "\\u202e", "\\u2066", "\\u2069",        "\\ufdd0",
		"\\ufdef", "\\ufffe", "\\uffff", "\\ud83f\\udffe", "\\udbff\\udfff"};
	for (size_t i = 0; i < ARRAY_SIZE(refused); i++) {
		char json[128];
		snprintf(json, sizeof(json), "{\"text\":\"a%sb\",\"lines\":\"a%sb\"}", refused[i],
		         refused[i]);
		assert_err(read_json(json), ERR_INVALID);
		assert_int_equal(faults.n, 2);
		for (size_t f = 0; f < faults.n; f++)
			assert_string_equal(faults.list[f].code, "text.characters");
	}
	assert_fault("{\"text\":\"a\\u202eb\"}", "/text", "text.characters");
	assert_string_equal(faults.list[0].detail,
	                    "text must not contain an invisible control character (U+202E)");
	/* Joiners and marks stay where scripts and emoji need them. */
	assert_ok(read_json("{\"lines\":\"👩‍👧 ❤️ क्‍ष می‌خواهم ᄀᅠ "
	                    "\\u200eb\"}"));
	assert_string_equal(thing.lines,
	                    "👩‍👧 ❤️ क्‍ष می‌خواهم ᄀᅠ \u200eb");
}

static void
a_text_in_which_nothing_can_be_seen_is_empty(void **state)
{
	(void)state;
	static const char *const blank[] = {"   ",
	                                    "\\u3164",
	                                    "\\u200b\\u200d",
	                                    "\\u2800",
	                                    "\\u00a0",
	                                    "\\u115f\\u1160",
	                                    "\\ufeff",
	                                    "\\u00ad",
	                                    "\\udb40\\udc01",
	                                    "\\u3000 \\u2003",
	                                    "\\u2060\\uffa0 \\u034f"};
	for (size_t i = 0; i < ARRAY_SIZE(blank); i++) {
		char json[128];
		snprintf(json, sizeof(json), "{\"text\":\"%s\",\"lines\":\"%s\"}", blank[i],
		         blank[i]);
		assert_ok(read_json(json));
		assert_string_equal(thing.text, "");
		assert_string_equal(thing.lines, "");
		assert_true(thing.has_text);
	}
	assert_ok(read_form("email=+&phone=%E3%80%80"));
	assert_string_equal(thing.email, "");
}

static void
a_line_has_no_space_around_it_and_one_between_words(void **state)
{
	(void)state;
	static const char *const texts[] = {"\" a  b \"", "\"a\\u00a0\\u3000b\"",
	                                    "\"\\u200ba b\\ufeff \"", "\"\\u3000 a b\\u3164\""};
	for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
		char json[128];
		snprintf(json, sizeof(json), "{\"text\":%s}", texts[i]);
		assert_ok(read_json(json));
		assert_string_equal(thing.text, "a b");
	}
	/* The length is that of what stays. */
	assert_ok(read_json("{\"text\":\"     a   b     \"}"));
	assert_ok(read_json("{\"lines\":\"  a\\n\\n  b  \"}"));
	assert_string_equal(thing.lines, "  a\n\n  b  ");
}

static void
a_decomposed_text_is_composed_before_it_is_counted(void **state)
{
	(void)state;
	/* 강 in three letters, five times; é in two */
	assert_ok(read_json("{\"text\":\"\\u1100\\u1161\\u11bc\\u1100\\u1161\\u11bc\\u1100\\u1161"
	                    "\\u11bc\\u1100\\u1161\\u11bc\\u1100\\u1161\\u11bc\"}"));
	assert_string_equal(thing.text, "강강강강강");
	assert_ok(read_form("text=Cafe%CC%81s"));
	assert_string_equal(thing.text, "Cafés");
	assert_fault("{\"text\":\"abcdee\\u0301\"}", "/text", "text.length");
	assert_string_equal(faults.list[0].detail, "text must have 0 to 5 characters, not 6");
}

static void
control_characters_are_refused_and_line_breaks_only_in_lines_accepted(void **state)
{
	(void)state;
	assert_fault("{\"text\":\"a\\nb\"}", "/text", "text.characters");
	assert_fault("{\"text\":\"a\\u0000b\"}", "/text", "text.characters");
	assert_fault("{\"text\":\"\\u007f\"}", "/text", "text.characters");
	assert_ok(read_json("{\"lines\":\"a\\r\\nb\"}"));
	assert_string_equal(thing.lines, "a\nb");
	assert_fault("{\"lines\":\"\\u0007\"}", "/lines", "text.characters");
}

static void
e_mail_addresses_cannot_inject_headers(void **state)
{
	(void)state;
	static const char *const good[] = {"{\"email\":\"a@b\"}",
	                                   "{\"email\":\"kim.min+x@a-b.kr\"}", "{\"email\":\"\"}"};
	static const char *const bad[] = {
		"{\"email\":\"a\"}",        "{\"email\":\"@b\"}",     "{\"email\":\"a@\"}",
		"{\"email\":\"a@b@c\"}",    "{\"email\":\"a b@c\"}",  "{\"email\":\"a@b,c@d\"}",
		"{\"email\":\"<a@b>\"}",    "{\"email\":\"a..b@c\"}", "{\"email\":\".a@b\"}",
		"{\"email\":\"a@-b\"}",     "{\"email\":\"a@b.\"}",   "{\"email\":\"é@b\"}",
		"{\"email\":\"a@b;rm -r\"}"};
	for (size_t i = 0; i < ARRAY_SIZE(good); i++)
		assert_ok(read_json(good[i]));
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++)
		assert_fault(bad[i], "/email", "email.format");
	assert_fault("{\"email\":\"a@b\\r\\nBcc: c@d\"}", "/email", "text.characters");
}

static void
telephone_numbers_are_taken_as_people_write_them(void **state)
{
	(void)state;
	static const struct {
		const char *sent, *kept;
	} phones[] = {
		{"010-1234-5678", "010-1234-5678"},
		{"+82 (10) 1234.5678", "+82 (10) 1234.5678"},
		{"０１０-１２３４－５６７８", "010-1234-5678"},
		{"010‐1234–5678", "010-1234-5678"},
		{" 02　123  4567 ", "02 123 4567"},
		{"tel:+82-10-1234-5678", "+82-10-1234-5678"},
		{"02-123-4567 ext. 12", "02-123-4567 ext. 12"},
		{"02-123-4567x12", "02-123-4567x12"},
		{"02-123-4567 #12", "02-123-4567 #12"},
	};
	for (size_t i = 0; i < ARRAY_SIZE(phones); i++) {
		char json[128];
		snprintf(json, sizeof(json), "{\"phone\":\"%s\"}", phones[i].sent);
		assert_ok(read_json(json));
		assert_string_equal(thing.phone, phones[i].kept);
	}
	static const char *const none[] = {"call me",
	                                   "+-",
	                                   "02-123 ext.",
	                                   "02-123 x y",
	                                   "x12",
	                                   "공일공",
	                                   "공일공공일공공일공공일공공일공",
	                                   "02-123 내선 4"};
	for (size_t i = 0; i < ARRAY_SIZE(none); i++) {
		char json[128];
		snprintf(json, sizeof(json), "{\"phone\":\"%s\"}", none[i]);
		assert_fault(json, "/phone", "phone.format");
	}
	assert_fault("{\"phone\":\"0123456789012345678901234567890123\"}", "/phone", "text.length");
}

/* The kind: a limit in bytes may not be told in characters. */
static void
an_address_in_another_script_is_kept_in_ascii(void **state)
{
	(void)state;
	assert_ok(read_json("{\"email\":\"info@한국.kr\",\"url\":\"https://한국.kr:8443/x?y=1\"}"));
	assert_string_equal(thing.email, "info@xn--3e0b707e.kr");
	assert_string_equal(thing.url, "https://xn--3e0b707e.kr:8443/x?y=1");
	assert_ok(read_json(
		"{\"email\":\"info@Bücher.example\",\"url\":\"http://b\u00fccher.example\"}"));
	assert_string_equal(thing.email, "info@xn--bcher-kva.example");
	assert_string_equal(thing.url, "http://xn--bcher-kva.example");
	assert_ok(read_json("{\"email\":\"Info@Example.ORG\",\"url\":\"https://Example.org/A\"}"));
	assert_string_equal(thing.email, "Info@Example.ORG");
	assert_fault("{\"email\":\"정보@example.org\"}", "/email", "email.format");
	assert_fault("{\"email\":\"info@한국..kr\"}", "/email", "email.format");
	/* Fullwidth forms of the characters that end a host. */
	static const char *const ends[] = {"／", "：", "？", "＃", "＠"};
	for (size_t i = 0; i < ARRAY_SIZE(ends); i++) {
		char json[64];
		snprintf(json, sizeof(json), "{\"url\":\"http://example%s80/\"}", ends[i]);
		assert_fault(json, "/url", "url.format");
	}
	assert_fault("{\"url\":\"https://한국.kr/방\"}", "/url", "url.format");
	assert_fault("{\"url\":\"ftp://한국.kr\"}", "/url", "url.format");
	char json[512] = "{\"email\":\"";
	for (int i = 0; i < 100; i++)
		strcat(json, "방");
	strcat(json, "@a.kr\"}");
	assert_fault(json, "/email", "email.format");
}

static void
phone_numbers_and_tokens_have_a_limited_alphabet(void **state)
{
	(void)state;
	assert_ok(read_json("{\"phone\":\"+82 (2) 123-456\",\"token\":\"tok_ok\"}"));
	assert_string_equal(thing.token, "tok_ok");
	assert_fault("{\"phone\":\"call me\"}", "/phone", "phone.format");
	assert_fault("{\"phone\":\"+-\"}", "/phone", "phone.format");
	assert_fault("{\"token\":\"\"}", "/token", "token.format");
	assert_fault("{\"token\":\"a b\"}", "/token", "token.format");
	assert_fault("{\"token\":\"123456789\"}", "/token", "text.length");
}

int
text_tests(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(texts_are_counted_in_characters_and_not_changed),
		cmocka_unit_test(
			control_characters_are_refused_and_line_breaks_only_in_lines_accepted),
		cmocka_unit_test(a_line_break_is_one_line_feed_and_only_lines_have_one),
		cmocka_unit_test(characters_that_hide_or_turn_a_text_are_refused),
		cmocka_unit_test(a_text_in_which_nothing_can_be_seen_is_empty),
		cmocka_unit_test(a_line_has_no_space_around_it_and_one_between_words),
		cmocka_unit_test(a_decomposed_text_is_composed_before_it_is_counted),
		cmocka_unit_test(e_mail_addresses_cannot_inject_headers),
		cmocka_unit_test(telephone_numbers_are_taken_as_people_write_them),
		cmocka_unit_test(an_address_in_another_script_is_kept_in_ascii),
		cmocka_unit_test(phone_numbers_and_tokens_have_a_limited_alphabet),
	};
	return cmocka_run_group_tests_name("texts", tests, NULL, NULL);
}
