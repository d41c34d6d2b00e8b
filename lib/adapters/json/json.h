/* SPDX-License-Identifier: MIT */
/*
 * json - RFC 8259 read strictly, and objects built without a check after every line.
 *
 * json-c's own reader accepts duplicate members, NaN, single quotes and control characters, and
 * clamps large integers. This reader only uses json-c's objects.
 *
 * An object has one owner, who frees it with json_object_put(). The json_put_ functions take the
 * address of the pointer: when out of memory they free the object and set the pointer to NULL, and
 * with a NULL they do nothing, so one check at the end is enough.
 *
 *	CLEANUP(json_p) struct json_object *view = json_new_object();
 *	json_put_u64(&view, "id", room->id);
 *	json_put_text(&view, "name", room->name);
 *	return view ? OK : ERR_MEMORY;
 */
#ifndef ADAPTERS_JSON_JSON_H
#define ADAPTERS_JSON_JSON_H

#include "base/buf.h"
#include "base/day.h"

#include <json-c/json_object.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define JSON_DEPTH_MAX 32 /* levels of nested arrays and objects */

/*
 * Reads n bytes as one JSON text. ERR_MALFORMED: not JSON, not UTF-8, a duplicate member, nested
 * too deep, or followed by something; ret_why then says what, as a constant text for people.
 * ERR_MEMORY. An integer of more than 64 bits becomes a json_type_double that keeps its digits as
 * its text.
 */
MUST_CHECK enum err json_read(const char *text, size_t n, struct json_object **ret_value,
                              const char **ret_why);

/* Appends the JSON text of a value, without white space. ERR_TOO_LARGE, ERR_MEMORY. */
MUST_CHECK enum err json_write(struct json_object *value, struct buf *text);

/* json_object_put() for CLEANUP: p is the address of the pointer. */
void json_p(struct json_object **p);

struct json_object *json_new_object(void); /* NULL: out of memory */
struct json_object *json_new_array(void);  /* NULL: out of memory */

/* Put members into *object; see above. A NULL text becomes null. The name is not copied: it is a constant text. */
void json_put_text(struct json_object **object, const char *name, const char *text);
void json_put_u64(struct json_object **object, const char *name, uint64_t number);
void json_put_bool(struct json_object **object, const char *name, bool flag);
void json_put_day(struct json_object **object, const char *name, day_t day);
void json_put_instant(struct json_object **object, const char *name, instant_t instant);
void json_put_null(struct json_object **object, const char *name);

/* Put a value of which *object becomes the owner. A NULL value counts as out of memory. */
void json_put_value(struct json_object **object, const char *name, struct json_object *value);

/* Puts a copy of a value, under a copy of the name: json-c's own function to share one has the name of one of jansson's. */
void json_put_copy(struct json_object **object, const char *name, struct json_object *value);

/* Appends a value, of which *array becomes the owner; and a day. */
void json_append(struct json_object **array, struct json_object *value);
void json_append_day(struct json_object **array, day_t day);

#endif
