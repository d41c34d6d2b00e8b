/* SPDX-License-Identifier: MIT */
/* members - a JSON object's members as a table that is both written and read. */
#include "adapters/json/members.h"

#include "base/text.h"

#include <string.h>

/* A member's value, whichever its type: so that it is copied from and to a struct in one place. */
union value {
	uint64_t number;
	uint32_t count;
	unsigned name;
	day_t day;
	instant_t instant;
	bool flag;
};

static union value
value_at(const struct member *member, const void *at)
{
	union value value = {.number = 0};
	if (member->size <= sizeof(value))
		memcpy(&value, at, member->size);
	return value;
}

/* Whether the value stands for "there is none". */
static bool
is_none(const struct member *member, const void *at)
{
	union value value = value_at(member, at);
	switch (member->type) {
	case MEMBER_NUMBER_0: return value.number == 0;
	case MEMBER_INSTANT_0: return value.instant == 0;
	case MEMBER_TEXT_0:
	case MEMBER_TEXT_NEW:
	case MEMBER_TEXT_IF_ANY: return *(const char *)at == '\0';
	case MEMBER_NAME_IF_ANY: return value.name == 0;
	case MEMBER_NAME: return value.name >= member->values;
	case MEMBER_ID:
	case MEMBER_NUMBER:
	case MEMBER_COUNT:
	case MEMBER_COUNT_NEW:
	case MEMBER_TEXT:
	case MEMBER_DAY:
	case MEMBER_INSTANT:
	case MEMBER_FLAG:
	case MEMBER_OBJECT: break;
	}
	return false;
}

static void
object_write(const struct member *member, const void *at, struct json_object **to)
{
	struct json_object *object = json_new_object();
	members_write(member->members, at, &object);
	json_put_value(to, member->name, object);
}

static void
value_write(const struct member *member, const void *at, struct json_object **to)
{
	union value value = value_at(member, at);
	const char *name = member->name;
	switch (member->type) {
	case MEMBER_ID:
	case MEMBER_NUMBER:
	case MEMBER_NUMBER_0: json_put_u64(to, name, value.number); return;
	case MEMBER_COUNT:
	case MEMBER_COUNT_NEW: json_put_u64(to, name, value.count); return;
	case MEMBER_TEXT:
	case MEMBER_TEXT_0:
	case MEMBER_TEXT_NEW:
	case MEMBER_TEXT_IF_ANY: json_put_text(to, name, at); return;
	case MEMBER_DAY: json_put_day(to, name, value.day); return;
	case MEMBER_INSTANT:
	case MEMBER_INSTANT_0: json_put_instant(to, name, value.instant); return;
	case MEMBER_FLAG: json_put_bool(to, name, value.flag); return;
	case MEMBER_NAME_IF_ANY:
	case MEMBER_NAME: json_put_text(to, name, member->value_name(value.name)); return;
	case MEMBER_OBJECT: object_write(member, at, to); return;
	}
}

/* Whether a member without a value is no member at all. */
static bool
is_left_out(const struct member *member)
{
	return member->type == MEMBER_TEXT_IF_ANY || member->type == MEMBER_NAME_IF_ANY;
}

void
members_write(const struct member table[], const void *from, struct json_object **to)
{
	for (; table->name; table++) {
		const void *at = (const char *)from + table->offset;
		if (!is_none(table, at))
			value_write(table, at, to);
		else if (!is_left_out(table))
			json_put_null(to, table->name);
	}
}

/* A text without a NUL in it. NULL if the value is none. */
static const char *
text_of(struct json_object *json)
{
	if (!json_object_is_type(json, json_type_string))
		return NULL;
	const char *text = json_object_get_string(json);
	return strlen(text) == (size_t)json_object_get_string_len(json) ? text : NULL;
}

static enum err
number_read(struct json_object *json, uint64_t least, uint64_t most, uint64_t *ret_number)
{
	if (!json_object_is_type(json, json_type_int) || json_object_get_int64(json) < 0)
		return ERR_INVALID;
	uint64_t number = json_object_get_uint64(json);
	if (number < least || number > most)
		return ERR_INVALID;
	*ret_number = number;
	return OK;
}

static enum err
count_read(struct json_object *json, uint64_t least, uint32_t *ret_count)
{
	uint64_t number;
	enum err err = number_read(json, least, UINT32_MAX, &number);
	if (err == OK)
		*ret_count = (uint32_t)number;
	return err;
}

static enum err
flag_read(struct json_object *json, bool *ret_flag)
{
	if (!json_object_is_type(json, json_type_boolean))
		return ERR_INVALID;
	*ret_flag = json_object_get_boolean(json);
	return OK;
}

static enum err
day_read(struct json_object *json, day_t *ret_day)
{
	const char *text = text_of(json);
	return text ? day_parse(text, ret_day) : ERR_INVALID;
}

static enum err
instant_read(struct json_object *json, instant_t *ret_instant)
{
	const char *text = text_of(json);
	return text ? instant_parse(text, ret_instant) : ERR_INVALID;
}

static enum err
name_read(const struct member *member, struct json_object *json, unsigned *ret_value)
{
	const char *text = text_of(json);
	for (unsigned value = 0; text && value < member->values; value++) {
		if (strcmp(member->value_name(value), text) == 0) {
			*ret_value = value;
			return OK;
		}
	}
	return ERR_INVALID;
}

static enum err
text_read(const struct member *member, struct json_object *json, void *at)
{
	const char *text = text_of(json);
	return text && text_copy(at, member->size, text) == OK ? OK : ERR_INVALID;
}

static enum err
value_read(const struct member *member, struct json_object *json, void *at)
{
	union value value = {.number = 0};
	enum err err = OK;
	switch (member->type) {
	case MEMBER_ID:
	case MEMBER_NUMBER_0: err = number_read(json, 1, INT64_MAX, &value.number); break;
	case MEMBER_NUMBER: err = number_read(json, 0, INT64_MAX, &value.number); break;
	case MEMBER_COUNT: err = count_read(json, 0, &value.count); break;
	case MEMBER_COUNT_NEW: err = count_read(json, 1, &value.count); break;
	case MEMBER_DAY: err = day_read(json, &value.day); break;
	case MEMBER_INSTANT:
	case MEMBER_INSTANT_0: err = instant_read(json, &value.instant); break;
	case MEMBER_FLAG: err = flag_read(json, &value.flag); break;
	case MEMBER_NAME_IF_ANY:
	case MEMBER_NAME: err = name_read(member, json, &value.name); break;
	case MEMBER_TEXT:
	case MEMBER_TEXT_0:
	case MEMBER_TEXT_NEW:
	case MEMBER_TEXT_IF_ANY: return text_read(member, json, at);
	case MEMBER_OBJECT: return members_read(member->members, json, at);
	}
	if (err == OK)
		memcpy(at, &value, member->size);
	return err;
}

/* Whether null, or nothing at all, may stand for the member. */
static bool
is_optional(const struct member *member, bool is_there)
{
	if (is_left_out(member))
		return !is_there;
	if (member->type == MEMBER_TEXT_NEW || member->type == MEMBER_COUNT_NEW)
		return true;
	return is_there && (member->type == MEMBER_NUMBER_0 || member->type == MEMBER_INSTANT_0 ||
	                    member->type == MEMBER_TEXT_0);
}

/* What a member is that is not there. */
static void
none_set(const struct member *member, void *at)
{
	const uint32_t first = 1;
	memset(at, 0, member->size);
	if (member->type == MEMBER_COUNT_NEW)
		memcpy(at, &first, sizeof(first));
}

enum err
members_read(const struct member table[], const struct json_object *from, void *to)
{
	enum err err = OK;
	if (!json_object_is_type(from, json_type_object))
		return ERR_INVALID;
	for (; err == OK && table->name; table++) {
		struct json_object *json = NULL;
		void *at = (char *)to + table->offset;
		bool is_there = json_object_object_get_ex(from, table->name, &json);
		if (json)
			err = value_read(table, json, at);
		else if (is_optional(table, is_there))
			none_set(table, at);
		else
			err = ERR_INVALID;
	}
	return err;
}
