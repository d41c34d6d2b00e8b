/* SPDX-License-Identifier: MIT */
/* json - objects built without a check after every line. */
#include "adapters/json/json.h"

#include <string.h>

void
json_p(struct json_object **p)
{
	json_object_put(*p);
}

enum err
json_write(struct json_object *value, struct buf *text)
{
	size_t n;
	const char *json = json_object_to_json_string_length(
		value, JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE, &n);
	return json ? buf_add(text, json, n) : ERR_MEMORY;
}

struct json_object *
json_new_object(void)
{
	return json_object_new_object();
}

struct json_object *
json_new_array(void)
{
	return json_object_new_array();
}

/* Out of memory: the half-built object goes, and its builder finds NULL in its place. */
static void
give_up(struct json_object **at)
{
	json_object_put(*at);
	*at = NULL;
}

void
json_put_value(struct json_object **object, const char *name, struct json_object *value)
{
	if (!*object || !value) {
		json_object_put(value);
		give_up(object);
		return;
	}
	if (json_object_object_add_ex(*object, name, value, JSON_C_OBJECT_KEY_IS_CONSTANT) != 0) {
		json_object_put(value);
		give_up(object);
	}
}

void
json_put_copy(struct json_object **object, const char *name, struct json_object *value)
{
	struct json_object *copy = NULL;
	if (*object && json_object_deep_copy(value, &copy, NULL) == 0 &&
	    json_object_object_add(*object, name, copy) == 0)
		return;
	json_object_put(copy);
	give_up(object);
}

void
json_put_null(struct json_object **object, const char *name)
{
	if (*object &&
	    json_object_object_add_ex(*object, name, NULL, JSON_C_OBJECT_KEY_IS_CONSTANT) != 0)
		give_up(object);
}

void
json_put_text(struct json_object **object, const char *name, const char *text)
{
	if (text)
		json_put_value(object, name, json_object_new_string(text));
	else
		json_put_null(object, name);
}

void
json_put_u64(struct json_object **object, const char *name, uint64_t number)
{
	json_put_value(object, name, json_object_new_uint64(number));
}

void
json_put_bool(struct json_object **object, const char *name, bool flag)
{
	json_put_value(object, name, json_object_new_boolean(flag));
}

void
json_put_day(struct json_object **object, const char *name, day_t day)
{
	char text[DAY_TEXT];
	json_put_text(object, name, day_format(day, text));
}

void
json_put_instant(struct json_object **object, const char *name, instant_t instant)
{
	char text[INSTANT_TEXT];
	json_put_text(object, name, instant_format(instant, text));
}

void
json_append(struct json_object **array, struct json_object *value)
{
	if (!*array || !value || json_object_array_add(*array, value) != 0) {
		json_object_put(value);
		give_up(array);
	}
}

void
json_append_day(struct json_object **array, day_t day)
{
	char text[DAY_TEXT];
	json_append(array, json_object_new_string(day_format(day, text)));
}
