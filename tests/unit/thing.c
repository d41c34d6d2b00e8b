/* SPDX-License-Identifier: MIT */
/* thing - a struct with a field of every kind, read from bodies. */
#include "tests/unit/thing.h"

#include "adapters/json/form.h"
#include "adapters/json/texts.h"

#include <string.h>

static const char *const colours[] = {[RED] = "red", [GREEN] = "green", NULL};

const struct field fields[] = {
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

const char *currency = "EUR";
struct thing thing;
struct faults faults;

enum err
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

enum err
read_json(const char *text)
{
	struct json_object *from = NULL;
	const char *why;
	assert_ok(json_read(text, strlen(text), &from, &why));
	return read_from(from, false, fields);
}

enum err
read_form(const char *text)
{
	struct json_object *from = NULL;
	const char *why;
	assert_ok(form_read(text, strlen(text), &from, &why));
	return read_from(from, true, fields);
}

void
assert_fault(const char *text, const char *pointer, const char *code)
{
	assert_err(read_json(text), ERR_INVALID);
	assert_int_equal(faults.n, 1);
	assert_string_equal(faults.list[0].pointer, pointer);
	assert_string_equal(faults.list[0].code, code);
	assert_int_not_equal(faults.list[0].detail[0], '\0');
}
