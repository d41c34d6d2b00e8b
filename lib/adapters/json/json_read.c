/* SPDX-License-Identifier: MIT */
/*
 * json_read - a strict reader of RFC 8259; json-c's own accepts text that is not JSON.
 *
 * One function per production of the grammar; each leaves the reader behind what it has read. The
 * text has been checked to be UTF-8.
 */
#include "adapters/json/json.h"
#include "base/mem.h"
#include "base/text.h"

#include <errno.h>
#include <string.h>

struct reader {
	const char *at, *end;
	unsigned depth;
	struct buf scratch; /* the text being decoded */
	const char *why;
};

static enum err value_read(struct reader *reader, struct json_object **ret_value);

static enum err
malformed(struct reader *reader, const char *why)
{
	reader->why = why;
	return ERR_MALFORMED;
}

static void
space_skip(struct reader *reader)
{
	while (reader->at < reader->end && strchr(" \t\r\n", *reader->at) && *reader->at)
		reader->at++;
}

/* Takes the character if it comes next. */
static bool
take(struct reader *reader, char c)
{
	if (reader->at == reader->end || *reader->at != c)
		return false;
	reader->at++;
	return true;
}

static bool
take_after_space(struct reader *reader, char c)
{
	space_skip(reader);
	return take(reader, c);
}

static bool
take_word(struct reader *reader, const char *word)
{
	size_t n = strlen(word);
	if ((size_t)(reader->end - reader->at) < n || memcmp(reader->at, word, n) != 0)
		return false;
	reader->at += n;
	return true;
}

/* ---- texts ----------------------------------------------------------------------------------- */

static enum err
hex4_read(struct reader *reader, uint32_t *ret_unit)
{
	uint32_t unit = 0;
	for (int i = 0; i < 4; i++) {
		static const char digits[] = "0123456789abcdef0123456789ABCDEF";
		if (reader->at == reader->end || !*reader->at)
			return malformed(reader, "invalid \\u escape");
		const char *digit = strchr(digits, *reader->at);
		if (!digit)
			return malformed(reader, "invalid \\u escape");
		unit = unit << 4 | ((uint32_t)(digit - digits) & 15u);
		reader->at++;
	}
	*ret_unit = unit;
	return OK;
}

static enum err
utf8_add(struct buf *buf, uint32_t code)
{
	char bytes[4];
	size_t n = code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
	static const unsigned char lead[] = {0, 0x00, 0xc0, 0xe0, 0xf0};
	for (size_t i = n - 1; i > 0; i--, code >>= 6)
		bytes[i] = (char)(0x80u | (code & 0x3fu));
	bytes[0] = (char)(lead[n] | code);
	return buf_add(buf, bytes, n);
}

/* After "\u": one character of the basic plane, or a pair of surrogates. */
static enum err
unicode_read(struct reader *reader)
{
	uint32_t high, low;
	enum err err = hex4_read(reader, &high);
	if (err != OK)
		return err;
	if (high < 0xd800 || high > 0xdfff)
		return utf8_add(&reader->scratch, high);
	if (high > 0xdbff || !take_word(reader, "\\u"))
		return malformed(reader, "unpaired surrogate in a \\u escape");
	err = hex4_read(reader, &low);
	if (err != OK)
		return err;
	if (low < 0xdc00 || low > 0xdfff)
		return malformed(reader, "unpaired surrogate in a \\u escape");
	return utf8_add(&reader->scratch, 0x10000 + ((high - 0xd800) << 10) + (low - 0xdc00));
}

static enum err
escape_read(struct reader *reader)
{
	static const char names[] = "\"\\/bfnrt", meanings[] = "\"\\/\b\f\n\r\t";
	if (take(reader, 'u'))
		return unicode_read(reader);
	const char *name =
		reader->at < reader->end && *reader->at ? strchr(names, *reader->at) : NULL;
	if (!name)
		return malformed(reader, "unknown escape sequence");
	reader->at++;
	return buf_add(&reader->scratch, &meanings[name - names], 1);
}

/* The rest of a text after its first quote, decoded into the scratch. */
static enum err
text_decode(struct reader *reader)
{
	enum err err = OK;
	buf_reset(&reader->scratch);
	while (err == OK) {
		const char *from = reader->at;
		while (reader->at < reader->end && *reader->at != '"' && *reader->at != '\\' &&
		       (unsigned char)*reader->at >= 0x20)
			reader->at++;
		err = buf_add(&reader->scratch, from, (size_t)(reader->at - from));
		if (err != OK || take(reader, '"'))
			return err;
		if (reader->at == reader->end)
			return malformed(reader, "unterminated string");
		if (!take(reader, '\\'))
			return malformed(reader, "unescaped control character in a string");
		err = escape_read(reader);
	}
	return err;
}

static enum err
text_read(struct reader *reader, struct json_object **ret_value)
{
	enum err err = text_decode(reader);
	if (err != OK)
		return err;
	*ret_value = json_object_new_string_len(reader->scratch.data, (int)reader->scratch.len);
	return *ret_value ? OK : ERR_MEMORY;
}

/* ---- numbers --------------------------------------------------------------------------------- */

static size_t
digits_skip(struct reader *reader)
{
	const char *from = reader->at;
	while (reader->at < reader->end && *reader->at >= '0' && *reader->at <= '9')
		reader->at++;
	return (size_t)(reader->at - from);
}

/* Moves behind a number. ret_whole: it has neither a fraction nor an exponent. */
static enum err
number_skip(struct reader *reader, bool *ret_whole)
{
	const char *why = "invalid number";
	*ret_whole = true;
	take(reader, '-');
	if (take(reader, '0')) {
		if (digits_skip(reader))
			return malformed(reader, "leading zero in a number");
	} else if (!digits_skip(reader)) {
		return malformed(reader, "invalid value");
	}
	if (take(reader, '.')) {
		*ret_whole = false;
		if (!digits_skip(reader))
			return malformed(reader, why);
	}
	if (take(reader, 'e') || take(reader, 'E')) {
		*ret_whole = false;
		if (!take(reader, '+'))
			take(reader, '-');
		if (!digits_skip(reader))
			return malformed(reader, why);
	}
	return OK;
}

#define WHOLE_DIGITS 20 /* of the largest integer */

/* 0.DIGITS times ten to the power of a number: 1500 and 1.5e3 are both 0.15 times ten to the fourth. */
struct decimal {
	char digits[WHOLE_DIGITS]; /* the first and the last one are not 0 */
	long n;                    /* 0: the number is 0 */
	long power;
};

/* Adds a digit, after zeros that are digits only if another one follows. False: there are too many. */
static bool
digit_add(struct decimal *decimal, long *zeros, char digit)
{
	if (digit == '0') {
		*zeros += decimal->n > 0;
		return true;
	}
	if (decimal->n + *zeros >= WHOLE_DIGITS)
		return false;
	for (; *zeros > 0; --*zeros)
		decimal->digits[decimal->n++] = '0';
	decimal->digits[decimal->n++] = digit;
	return true;
}

/* Reads a number without its sign. False: it has more digits than an integer can have, or its exponent
 * is out of bounds. */
static bool
decimal_read(const char *text, struct decimal *ret_decimal)
{
	bool in_fraction = false;
	long zeros = 0;
	*ret_decimal = (struct decimal){.n = 0};
	for (; *text == '.' || (*text >= '0' && *text <= '9'); text++) {
		if (*text == '.') {
			in_fraction = true;
			continue;
		}
		if (!digit_add(ret_decimal, &zeros, *text))
			return false;
		if (!in_fraction && ret_decimal->n > 0)
			ret_decimal->power++;
		if (in_fraction && ret_decimal->n == 0)
			ret_decimal->power--;
	}
	if (!*text || ret_decimal->n == 0)
		return true;
	errno = 0;
	const long exponent = strtol(text + 1, NULL, 10);
	if (errno != 0 || exponent < INT32_MIN || exponent > INT32_MAX)
		return false;
	ret_decimal->power += exponent;
	return true;
}

/*
 * Writes the digits of a number that is whole although it has a fraction or an exponent, without
 * them: 7.0 is 7, 1.5e3 is 1500. False: it is not whole, or too large for an integer.
 */
static bool
whole_write(const char *text, char ret_digits[WHOLE_DIGITS + 2])
{
	const bool is_negative = *text == '-';
	struct decimal decimal;
	if (!decimal_read(text + is_negative, &decimal))
		return false;
	if (decimal.n == 0)
		return text_copy(ret_digits, WHOLE_DIGITS + 2, "0") == OK;
	if (decimal.power < decimal.n || decimal.power > WHOLE_DIGITS)
		return false;
	if (is_negative)
		*ret_digits++ = '-';
	memset(ret_digits, '0', (size_t)decimal.power);
	memcpy(ret_digits, decimal.digits, (size_t)decimal.n);
	ret_digits[decimal.power] = '\0';
	return true;
}

/* A number's object. An integer of more than 64 bits keeps its digits. */
static struct json_object *
number_object(const char *text, bool whole)
{
	char digits[WHOLE_DIGITS + 2];
	if (!whole && whole_write(text, digits)) {
		text = digits;
		whole = true;
	}
	errno = 0;
	if (whole && *text == '-') {
		long long number = strtoll(text, NULL, 10);
		if (errno == 0)
			return json_object_new_int64(number);
	} else if (whole) {
		unsigned long long number = strtoull(text, NULL, 10);
		if (errno == 0)
			return json_object_new_uint64(number);
	}
	return json_object_new_double_s(strtod(text, NULL), text);
}

static enum err
number_read(struct reader *reader, struct json_object **ret_value)
{
	const char *from = reader->at;
	bool whole;
	enum err err = number_skip(reader, &whole);
	if (err != OK)
		return err;
	buf_reset(&reader->scratch);
	err = buf_add(&reader->scratch, from, (size_t)(reader->at - from));
	if (err != OK)
		return err;
	*ret_value = number_object(reader->scratch.data, whole);
	return *ret_value ? OK : ERR_MEMORY;
}

/* ---- arrays and objects ---------------------------------------------------------------------- */

/* Reads one value and puts it into the array. */
static enum err
element_read(struct reader *reader, struct json_object *array)
{
	struct json_object *value = NULL;
	enum err err = value_read(reader, &value);
	if (err != OK)
		return err;
	if (json_object_array_add(array, value) == 0)
		return OK;
	json_object_put(value);
	return ERR_MEMORY;
}

/* Reads "name": value and puts it into the object. */
static enum err
member_read(struct reader *reader, struct json_object *object)
{
	CLEANUP(json_p) struct json_object *name = NULL;
	struct json_object *value = NULL;
	if (!take_after_space(reader, '"'))
		return malformed(reader, "member name not in double quotes");
	enum err err = text_read(reader, &name);
	if (err != OK)
		return err;
	const char *text = json_object_get_string(name);
	if (strlen(text) != (size_t)json_object_get_string_len(name))
		return malformed(reader, "NUL in a member name");
	if (json_object_object_get_ex(object, text, NULL))
		return malformed(reader, "duplicate member");
	if (!take_after_space(reader, ':'))
		return malformed(reader, "missing colon after a member name");
	err = value_read(reader, &value);
	if (err != OK)
		return err;
	if (json_object_object_add(object, text, value) == 0)
		return OK;
	json_object_put(value);
	return ERR_MEMORY;
}

/* The rest of an array or object after its opening bracket. */
static enum err
elements_read(struct reader *reader, char close, struct json_object *into,
              enum err (*one_read)(struct reader *reader, struct json_object *into))
{
	if (take_after_space(reader, close))
		return OK;
	for (;;) {
		enum err err = one_read(reader, into);
		if (err != OK)
			return err;
		if (take_after_space(reader, close))
			return OK;
		if (!take(reader, ','))
			return malformed(reader, "unterminated array or object");
	}
}

static enum err
nested_read(struct reader *reader, char close, struct json_object *into,
            enum err (*one_read)(struct reader *reader, struct json_object *into),
            struct json_object **ret_value)
{
	enum err err = ERR_MEMORY;
	if (++reader->depth > JSON_DEPTH_MAX)
		err = malformed(reader, "nesting deeper than 32 levels");
	else if (into)
		err = elements_read(reader, close, into, one_read);
	reader->depth--;
	if (err == OK)
		*ret_value = into;
	else
		json_object_put(into);
	return err;
}

static enum err
value_read(struct reader *reader, struct json_object **ret_value)
{
	space_skip(reader);
	*ret_value = NULL;
	if (take(reader, '{'))
		return nested_read(reader, '}', json_object_new_object(), member_read, ret_value);
	if (take(reader, '['))
		return nested_read(reader, ']', json_object_new_array(), element_read, ret_value);
	if (take(reader, '"'))
		return text_read(reader, ret_value);
	if (take_word(reader, "null"))
		return OK;
	if (take_word(reader, "true"))
		return (*ret_value = json_object_new_boolean(true)) ? OK : ERR_MEMORY;
	if (take_word(reader, "false"))
		return (*ret_value = json_object_new_boolean(false)) ? OK : ERR_MEMORY;
	return number_read(reader, ret_value);
}

enum err
json_read(const char *text, size_t n, struct json_object **ret_value, const char **ret_why)
{
	struct json_object *value = NULL;
	size_t chars;
	*ret_why = "invalid UTF-8";
	if (n > INT32_MAX || text_chars(text, n, &chars) != OK)
		return ERR_MALFORMED;
	struct reader reader = {.at = text, .end = text + n, .scratch = {.max = n}};
	enum err err = value_read(&reader, &value);
	if (err == OK) {
		space_skip(&reader);
		if (reader.at != reader.end)
			err = malformed(&reader, "unexpected characters after the end");
	}
	buf_done(&reader.scratch);
	if (err == OK) {
		*ret_value = value;
	} else {
		*ret_why = reader.why;
		json_object_put(value);
	}
	return err;
}
