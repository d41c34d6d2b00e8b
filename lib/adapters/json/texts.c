/* SPDX-License-Identifier: MIT */
#include "adapters/json/texts.h"

#include "adapters/unicode/unicode.h"
#include "base/mem.h"
#include "base/text.h"

#include <json-c/json.h>
#include <stdbool.h>
#include <string.h>

/* Most texts: no line break of two kinds, and only ASCII, which is composed. */
static bool
is_normal(const char *text, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (text[i] == '\r' || (text[i] & 0x80))
			return false;
	return true;
}

static enum err
text_normalize(struct json_object *value)
{
	CLEANUP(free_p) char *made = NULL;
	const char *text = json_object_get_string(value);
	size_t n = (size_t)json_object_get_string_len(value);
	if (is_normal(text, n))
		return OK;
	enum err err = unicode_compose(text, n, &made, &n);
	if (err != OK)
		return err;
	n = text_unify_breaks(made, n);
	return json_object_set_string_len(value, made, (int)n) ? OK : ERR_MEMORY;
}

enum err
texts_normalize(struct json_object *object)
{
	enum err err = OK;
	json_object_object_foreach(object, name, value)
	{
		(void)name;
		if (err == OK && json_object_is_type(value, json_type_string))
			err = text_normalize(value);
	}
	return err;
}
