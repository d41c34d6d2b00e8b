/* SPDX-License-Identifier: MIT */
#include "adapters/json/form.h"

#include "base/mem.h"
#include "base/text.h"

#include <stdlib.h>
#include <string.h>

/* The value of a hexadecimal digit, or -1. */
static int
hex_value(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

/* Decodes n bytes into to, which has room for them, and adds a NUL. */
static enum err
part_decode(const char *from, size_t n, char *to, const char **ret_why)
{
	const char *end = from + n, *start = to;
	size_t chars;
	for (; from < end; from++) {
		char c = *from == '+' ? ' ' : *from;
		if (c == '%') {
			int high = end - from > 2 ? hex_value(from[1]) : -1;
			int low = end - from > 2 ? hex_value(from[2]) : -1;
			*ret_why = "% without two hexadecimal digits";
			if (high < 0 || low < 0)
				return ERR_MALFORMED;
			c = (char)(high << 4 | low);
			from += 2;
		}
		*ret_why = "NUL";
		if (!c)
			return ERR_MALFORMED;
		*to++ = c;
	}
	*to = '\0';
	*ret_why = "invalid UTF-8";
	return text_chars(start, (size_t)(to - start), &chars);
}

/* Reads one name=value of n bytes; scratch has room for n + 2. */
static enum err
pair_read(const char *text, size_t n, char *scratch, struct json_object *into, const char **ret_why)
{
	const char *equals = memchr(text, '=', n);
	size_t name_len = equals ? (size_t)(equals - text) : n;
	size_t value_len = equals ? n - name_len - 1 : 0;
	char *name = scratch, *value = scratch + name_len + 1;
	enum err err = part_decode(text, name_len, name, ret_why);
	if (err == OK)
		err = part_decode(text + n - value_len, value_len, value, ret_why);
	if (err != OK)
		return err;
	*ret_why = "duplicate field";
	if (json_object_object_get_ex(into, name, NULL))
		return ERR_MALFORMED;
	*ret_why = "too many fields";
	if (json_object_object_length(into) == FORM_FIELDS_MAX)
		return ERR_MALFORMED;
	struct json_object *object = json_object_new_string(value);
	if (object && json_object_object_add(into, name, object) == 0)
		return OK;
	json_object_put(object);
	return ERR_MEMORY;
}

static enum err
pairs_read(const char *text, size_t n, char *scratch, struct json_object *into,
           const char **ret_why)
{
	const char *end = text + n;
	while (text < end) {
		const char *amp = memchr(text, '&', (size_t)(end - text));
		size_t len = (size_t)((amp ? amp : end) - text);
		enum err err = len ? pair_read(text, len, scratch, into, ret_why) : OK;
		if (err != OK)
			return err;
		text = amp ? amp + 1 : end;
	}
	return OK;
}

enum err
form_read(const char *text, size_t n, struct json_object **ret_fields, const char **ret_why)
{
	CLEANUP(free_p) char *scratch = malloc(n + 2);
	struct json_object *fields = json_object_new_object();
	enum err err = ERR_MEMORY;
	if (scratch && fields)
		err = pairs_read(text, n, scratch, fields, ret_why);
	if (err == OK)
		*ret_fields = fields;
	else
		json_object_put(fields);
	return err;
}
