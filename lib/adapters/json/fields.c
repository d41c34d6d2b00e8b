/* SPDX-License-Identifier: MIT */
#include "adapters/json/fields.h"

#include "adapters/json/json.h"
#include "adapters/unicode/unicode.h"
#include "base/mem.h"
#include "base/text.h"
#include "domain/alarm/notification.h"
#include "domain/characters.h"
#include "domain/phone.h"

#include <inttypes.h>
#include <json-c/json.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* One member that is read into the struct. */
struct slot {
	const struct field *field;
	const char *name; /* as it was sent: that of the field, or its .decimal */
	const char *currency;
	struct json_object *value; /* not null */
	void *at;
	struct faults *faults;
};

/* ERR_INVALID, with the fault noted. */
static enum err fault(const struct slot *slot, const char *code, const char *detail, ...)
	__attribute__((format(printf, 3, 4)));

static enum err
fault(const struct slot *slot, const char *code, const char *detail, ...)
{
	char pointer[64], text[160];
	va_list args;
	va_start(args, detail);
	vsnprintf(text, sizeof(text), detail, args);
	va_end(args);
	snprintf(pointer, sizeof(pointer), "/%s", slot->name);
	faults_add(slot->faults, pointer, code, "%s %s", slot->name, text);
	return ERR_INVALID;
}

/* ---- numbers and dates ----------------------------------------------------------------------- */

/*
 * The text of a number, or of a string that may be a number; "" for values of other types and for
 * strings that contain a NUL. ERR_MEMORY.
 */
static enum err
digits_of(struct json_object *value, const char **ret_text)
{
	bool is_text = json_object_is_type(value, json_type_string);
	*ret_text = "";
	if (!is_text && !json_object_is_type(value, json_type_int) &&
	    !json_object_is_type(value, json_type_double))
		return OK;
	const char *text = json_object_get_string(value);
	if (!text)
		return ERR_MEMORY;
	if (!is_text || strlen(text) == (size_t)json_object_get_string_len(value))
		*ret_text = text;
	return OK;
}

/* A whole number. Negative numbers and those of more than 64 bits are out of range. */
static enum err
number_get(const struct slot *slot, uint64_t type_max, uint64_t *ret_number)
{
	const struct field *field = slot->field;
	uint64_t max = field->max ? field->max : type_max;
	const char *text;
	enum err err = digits_of(slot->value, &text);
	if (err != OK)
		return err;
	bool negative = *text == '-';
	text += negative;
	if (!*text || text[strspn(text, "0123456789")])
		return fault(slot, "type", "must be a whole number");
	if (text_to_u64(text, max, ret_number) != OK || (negative && *ret_number > 0) ||
	    *ret_number < field->min)
		return fault(slot, "range", "must be from %" PRIu64 " to %" PRIu64,
		             slot->field->min, max);
	return OK;
}

static enum err
id_set(const struct slot *slot)
{
	uint64_t id;
	enum err err = number_get(slot, INT64_MAX, &id);
	if (err == OK)
		memcpy(slot->at, &id, sizeof(id));
	return err;
}

static enum err
money_set(const struct slot *slot)
{
	uint64_t number = 0;
	enum err err = number_get(slot, MONEY_MAX, &number);
	if (err != OK)
		return err;
	money_t money = number;
	memcpy(slot->at, &money, sizeof(money));
	return OK;
}

/* The sentence for an amount that money_parse() refused. */
static enum err
amount_fault(const struct slot *slot, enum err why)
{
	unsigned decimals = 0;
	char one[MONEY_TEXT];
	if (currency_decimals(slot->currency, &decimals) != OK)
		return ERR_BUG_HERE(); /* the settings are checked */
	money_format(4500, slot->currency, one);
	one[strcspn(one, " ")] = '\0';
	if (why != ERR_INVALID)
		return fault(slot, "amount.format", "must be an amount of %s such as %s",
		             slot->currency, one);
	return decimals ? fault(slot, "amount.decimals", "has more than the %u decimals of %s",
	                        decimals, slot->currency)
	                : fault(slot, "amount.decimals", "has decimals, which %s does not have",
	                        slot->currency);
}

/* An amount with decimals; the range is that of the field. */
static enum err
amount_set(const struct slot *slot)
{
	const struct field *field = slot->field;
	const money_t max = field->max ? (money_t)field->max : MONEY_MAX;
	char from[MONEY_TEXT], to[MONEY_TEXT];
	money_t money = 0;
	const char *text;
	enum err err = digits_of(slot->value, &text);
	if (err != OK)
		return err;
	err = money_parse(text, slot->currency, &money);
	if (err == ERR_MALFORMED || err == ERR_INVALID)
		return amount_fault(slot, err);
	if (err != OK || money < field->min || money > max)
		return fault(slot, "range", "must be from %s to %s",
		             money_format(field->min, slot->currency, from),
		             money_format(max, slot->currency, to));
	memcpy(slot->at, &money, sizeof(money));
	return OK;
}

static enum err
number_set(const struct slot *slot)
{
	uint64_t wide = 0;
	enum err err = number_get(slot, UINT32_MAX, &wide);
	if (err != OK)
		return err;
	uint32_t number = (uint32_t)wide;
	memcpy(slot->at, &number, sizeof(number));
	return OK;
}

static enum err
date_set(const struct slot *slot)
{
	day_t day;
	const char *text;
	enum err err = digits_of(slot->value, &text);
	if (err != OK)
		return err;
	if (!*text && !json_object_is_type(slot->value, json_type_string))
		return fault(slot, "type", "must be a date such as 2027-05-05");
	if (day_parse(text, &day) != OK)
		return fault(slot, "date.format", "is not a date such as 2027-05-05");
	memcpy(slot->at, &day, sizeof(day));
	return OK;
}

/* ---- flags and choices ----------------------------------------------------------------------- */

static enum err
bool_set(const struct slot *slot)
{
	static const char *const yes[] = {"true", "on", NULL}, *const no[] = {"false", "off", NULL};
	const char *text = json_object_get_string(slot->value);
	bool flag = false, known = json_object_is_type(slot->value, json_type_boolean);
	if (known)
		flag = json_object_get_boolean(slot->value);
	if (json_object_is_type(slot->value, json_type_string)) {
		for (size_t i = 0; yes[i]; i++) {
			flag |= strcmp(text, yes[i]) == 0;
			known |= strcmp(text, yes[i]) == 0 || strcmp(text, no[i]) == 0;
		}
	}
	if (!known)
		return fault(slot, "type", "must be true or false");
	memcpy(slot->at, &flag, sizeof(flag));
	return OK;
}

/* The name at an index of a CHOICE's; NULL behind the last one. */
static const char *
choice_at(const struct field *field, unsigned index)
{
	const size_t size = field->choice_size ? field->choice_size : sizeof(*field->choices);
	const char *name;
	memcpy(&name, (const char *)field->choices + index * size, sizeof(name));
	return name;
}

static enum err
choice_set(const struct slot *slot)
{
	if (!json_object_is_type(slot->value, json_type_string))
		return fault(slot, "type", "must be a string");
	const char *name;
	for (unsigned i = 0; (name = choice_at(slot->field, i)); i++) {
		if (strcmp(name, json_object_get_string(slot->value)) == 0) {
			memcpy(slot->at, &i, sizeof(i));
			return OK;
		}
	}
	char names[120] = "";
	size_t len = 0;
	for (unsigned i = 0; (name = choice_at(slot->field, i)) && len < sizeof(names); i++)
		len += (size_t)snprintf(names + len, sizeof(names) - len, "%s%s", i ? ", " : "",
		                        name);
	return fault(slot, "choice", "must be one of: %s", names);
}

/* ---- texts ----------------------------------------------------------------------------------- */

/* The text of a member as it is stored, which the caller frees. Its characters are allowed; its length
 * is not checked yet. */
static enum err
text_get(const struct slot *slot, bool multiline, char **ret_text)
{
	uint32_t character = 0;
	size_t chars;
	if (!json_object_is_type(slot->value, json_type_string))
		return fault(slot, "type", "must be a string");
	const char *text = json_object_get_string(slot->value);
	const size_t n = (size_t)json_object_get_string_len(slot->value);
	if (strlen(text) != n || text_chars(text, n, &chars) != OK)
		return fault(slot, "text.characters",
		             "contains U+0000 or bytes that are not UTF-8");
	if (characters_find_forbidden(text, multiline, &character))
		return fault(slot, "text.characters", "must not contain %s (U+%04" PRIX32 ")",
		             character == '\n' ? "a line break" : "an invisible control character",
		             character);
	*ret_text = strdup(text);
	if (!*ret_text)
		return ERR_MEMORY;
	characters_tidy(*ret_text, multiline);
	return OK;
}

/* Copies a text whose length is in the field's range. */
static enum err
text_put(const struct slot *slot, const char *text)
{
	const struct field *field = slot->field;
	const size_t max = field->max ? (size_t)field->max : field->size - 1;
	size_t chars = 0;
	enum err err = text_chars(text, strlen(text), &chars);
	if (err == OK && (chars < field->min || chars > max || strlen(text) >= field->size))
		return fault(slot, "text.length",
		             "must have %" PRIu64 " to %zu characters, not %zu", field->min, max,
		             chars);
	return err == OK ? text_copy(slot->at, field->size, text) : err;
}

static enum err
text_store(const struct slot *slot, bool multiline)
{
	CLEANUP(free_p) char *text = NULL;
	enum err err = text_get(slot, multiline, &text);
	return text ? text_put(slot, text) : err;
}

static enum err
text_set(const struct slot *slot)
{
	return text_store(slot, false);
}

static enum err
lines_set(const struct slot *slot)
{
	return text_store(slot, true);
}

/* Nothing is tidied: what somebody types is what counts. */
static enum err
secret_set(const struct slot *slot)
{
	size_t chars;
	if (!json_object_is_type(slot->value, json_type_string))
		return fault(slot, "type", "must be a string");
	const char *text = json_object_get_string(slot->value);
	const size_t n = (size_t)json_object_get_string_len(slot->value);
	if (strlen(text) != n || text_chars(text, n, &chars) != OK)
		return fault(slot, "text.characters",
		             "contains U+0000 or bytes that are not UTF-8");
	return text_put(slot, text);
}

static bool
is_token(const char *text)
{
	return *text && !text[strspn(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
	                                   "0123456789_.:-")];
}

/* A text in a given format. */
struct shape {
	enum err (*spell)(char **text); /* another spelling of the same; NULL: none */
	bool (*is_it)(const char *text);
	const char *code, *detail;
	bool may_be_empty; /* where the field is optional */
};

/* What has such a format is ASCII, so of other texts the format is told, not a length, which would be
 * that of bytes. */
static enum err
shaped_set(const struct slot *slot, const struct shape *shape)
{
	CLEANUP(free_p) char *text = NULL;
	enum err err = text_get(slot, false, &text);
	if (text && shape->spell)
		err = shape->spell(&text);
	if (err != OK || !text)
		return err;
	const bool empty_is_fine = shape->may_be_empty && slot->field->need == OPTIONAL && !*text;
	if (!empty_is_fine && !shape->is_it(text) &&
	    (strlen(text) < slot->field->size || !text_is_ascii(text)))
		return fault(slot, shape->code, "%s", shape->detail);
	return text_put(slot, text);
}

static enum err
email_set(const struct slot *slot)
{
	static const struct shape email = {unicode_email_to_ascii, email_is_valid, "email.format",
	                                   "is not an e-mail address with ASCII before the @",
	                                   true};
	return shaped_set(slot, &email);
}

static enum err
url_set(const struct slot *slot)
{
	static const struct shape url = {
		unicode_url_to_ascii, webhook_url_is_valid, "url.format",
		"must be an http:// or https:// URL without user and password", true};
	return shaped_set(slot, &url);
}

static enum err
phone_spell(char **text)
{
	phone_tidy(*text);
	return OK;
}

static enum err
phone_set(const struct slot *slot)
{
	static const struct shape phone = {phone_spell, phone_is_valid, "phone.format",
	                                   "is not a telephone number such as +82 10-1234-5678",
	                                   true};
	return shaped_set(slot, &phone);
}

static enum err
token_set(const struct slot *slot)
{
	static const struct shape token = {NULL, is_token, "token.format",
	                                   "may contain only letters, digits and _ . : -", false};
	return shaped_set(slot, &token);
}

/* ---- the engine ------------------------------------------------------------------------------ */

static const struct {
	enum err (*set)(const struct slot *slot);
	bool may_be_empty; /* an empty value of a form means empty, not missing */
} types[FIELD_TYPE_MAX] = {
	[FIELD_TYPE_ID] = {id_set, false},         [FIELD_TYPE_MONEY] = {money_set, false},
	[FIELD_TYPE_NUMBER] = {number_set, false}, [FIELD_TYPE_DATE] = {date_set, false},
	[FIELD_TYPE_BOOL] = {bool_set, false},     [FIELD_TYPE_CHOICE] = {choice_set, false},
	[FIELD_TYPE_TEXT] = {text_set, true},      [FIELD_TYPE_LINES] = {lines_set, true},
	[FIELD_TYPE_EMAIL] = {email_set, true},    [FIELD_TYPE_PHONE] = {phone_set, true},
	[FIELD_TYPE_TOKEN] = {token_set, false},   [FIELD_TYPE_URL] = {url_set, true},
	[FIELD_TYPE_SECRET] = {secret_set, false},
};

static bool
is_missing(const struct slot *slot, bool lenient)
{
	if (!slot->value)
		return true;
	return lenient && !types[slot->field->type].may_be_empty &&
	       json_object_get_string_len(slot->value) == 0;
}

/* Marks in the struct that the field was given. */
static void
given_mark(const struct field *field, void *to)
{
	char *at = (char *)to + field->given - 1;
	unsigned bits;
	if (!field->given)
		return;
	if (!field->given_bit) {
		*(bool *)at = true;
		return;
	}
	memcpy(&bits, at, sizeof(bits));
	bits |= field->given_bit;
	memcpy(at, &bits, sizeof(bits));
}

bool
field_was_given(const struct field *field, const void *from)
{
	const char *at = (const char *)from + field->given - 1;
	unsigned bits;
	if (!field->given)
		return true;
	if (!field->given_bit)
		return *(const bool *)at;
	memcpy(&bits, at, sizeof(bits));
	return bits & field->given_bit;
}

/* The same slot with the member of the other spelling. Whether there is one. */
static bool
has_decimal(const struct fields_source *from, const struct slot *slot, struct slot *ret_decimal)
{
	*ret_decimal = *slot;
	ret_decimal->value = NULL;
	ret_decimal->name = slot->field->decimal;
	if (ret_decimal->name)
		json_object_object_get_ex(from->object, ret_decimal->name, &ret_decimal->value);
	return !is_missing(ret_decimal, from->lenient);
}

static enum err
field_read(const struct fields_source *from, const struct field *field, void *to,
           struct faults *faults)
{
	struct slot decimal, slot = {.field = field,
	                             .name = field->name,
	                             .currency = from->currency,
	                             .at = (char *)to + field->offset,
	                             .faults = faults};
	enum err err;
	json_object_object_get_ex(from->object, field->name, &slot.value);
	if (has_decimal(from, &slot, &decimal))
		err = is_missing(&slot, from->lenient)
		              ? amount_set(&decimal)
		              : fault(&decimal, "amount.twice", "and %s are the same; send one",
		                      field->name);
	else if (is_missing(&slot, from->lenient))
		return field->need == REQUIRED ? fault(&slot, "required", "is missing") : OK;
	else
		err = types[field->type].set(&slot);
	if (err == OK)
		given_mark(field, to);
	return err;
}

enum err
fields_read(const struct fields_source *from, const struct field table[], void *to,
            struct faults *faults)
{
	enum err err = OK;
	for (; table->name; table++) {
		enum err one = field_read(from, table, to, faults);
		if (err == OK)
			err = one;
	}
	return err;
}
