/* SPDX-License-Identifier: MIT */
/* Declared fields: every form they may have, and all faults at once. */
#include "test.h"

#include "adapters/json/form.h"
#include "adapters/json/json.h"
#include "adapters/json/texts.h"
#include "base/mem.h"
#include "base/text.h"
#include "fcgi/fingerprint.h"
#include "fcgi/paging.h"
#include "fcgi/request.h"
#include "fcgi/response.h"

#include <stdio.h>
#include <string.h>

enum colour { RED, GREEN };

struct thing {
	uint64_t id;
	money_t price;
	uint32_t number;
	day_t date;
	bool flag;
	enum colour colour;
	char text[TEXT_SIZE(5)];
	char lines[TEXT_SIZE(50)];
	char email[255];
	char phone[33];
	char token[9];
	char url[513];
	unsigned given;
	bool has_text;
};

static const char *const colours[] = {[RED] = "red", [GREEN] = "green", NULL};

static const struct field fields[] = {
	FIELD(thing, id, ID, "id", OPTIONAL, GIVEN(thing, given, 1)),
	FIELD(thing, price, MONEY, "price", OPTIONAL, .min = 1, .max = 1000000000,
              .decimal = "amount"),
	FIELD(thing, number, NUMBER, "number", OPTIONAL, .max = 50, GIVEN(thing, given, 4)),
	FIELD(thing, date, DATE, "date", OPTIONAL),
	FIELD(thing, flag, BOOL, "flag", OPTIONAL),
	FIELD(thing, colour, CHOICE, "colour", OPTIONAL, .choices = colours),
	FIELD(thing, text, TEXT, "text", OPTIONAL, .max = 5, GIVEN_BOOL(thing, has_text)),
	FIELD(thing, lines, LINES, "lines", OPTIONAL),
	FIELD(thing, email, EMAIL, "email", OPTIONAL),
	FIELD(thing, phone, PHONE, "phone", OPTIONAL),
	FIELD(thing, token, TOKEN, "token", OPTIONAL),
	FIELD(thing, url, URL, "url", OPTIONAL),
	FIELD_END,
};

static const char *currency = "EUR";
static struct thing thing;
static struct faults faults;

static enum err
read_from(struct json_object *from, bool lenient, const struct field table[])
{
	memset(&thing, 0, sizeof(thing));
	memset(&faults, 0, sizeof(faults));
	const struct fields_source source = {from, lenient, currency};
	assert_ok(texts_normalize(from));
	enum err err = fields_read(&source, table, &thing, &faults);
	json_object_put(from);
	assert_int_equal(err == OK, faults.n == 0);
	return err;
}

static enum err
read_json(const char *text)
{
	struct json_object *from = NULL;
	const char *why;
	assert_ok(json_read(text, strlen(text), &from, &why));
	return read_from(from, false, fields);
}

static enum err
read_form(const char *text)
{
	struct json_object *from = NULL;
	const char *why;
	assert_ok(form_read(text, strlen(text), &from, &why));
	return read_from(from, true, fields);
}

/* Asserts that a JSON body has exactly this fault. */
static void
assert_fault(const char *text, const char *pointer, const char *code)
{
	assert_err(read_json(text), ERR_INVALID);
	assert_int_equal(faults.n, 1);
	assert_string_equal(faults.list[0].pointer, pointer);
	assert_string_equal(faults.list[0].code, code);
	assert_int_not_equal(faults.list[0].detail[0], '\0');
}

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
		cmocka_unit_test(a_null_or_missing_member_keeps_the_default_and_is_not_given),
		cmocka_unit_test(an_empty_form_field_is_missing_unless_it_is_a_text),
		cmocka_unit_test(all_faults_are_listed_not_only_the_first),
		cmocka_unit_test(paging_has_defaults_limits_and_sort_fields),
		cmocka_unit_test(an_invalid_page_is_a_fault),
		cmocka_unit_test(
			requests_that_mean_the_same_have_one_fingerprint_whatever_their_spelling),
		cmocka_unit_test(requests_that_mean_something_else_have_another_fingerprint),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
