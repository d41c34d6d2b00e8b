/*
 * json - RFC 8259 read strictly, and objects built without a check after every line.
 *
 * json-c's own reader lets duplicate members, NaN, single quotes and control characters pass and
 * clamps huge integers; this reader does not use it, it only makes json-c's objects.
 *
 * An object has one owner, who gives it back with json_object_put(). The json_put_ functions build
 * one through the address of its pointer: when memory runs out they free it and leave NULL there,
 * and on a NULL they do nothing, so that one look at the end is enough.
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

#define JSON_DEPTH_MAX 32 /* arrays and objects within each other */

/*
 * Reads the n bytes as one JSON text. ERR_MALFORMED: not JSON, not UTF-8, a member twice, nested
 * too deep, something after the end; ret_why then is a constant sentence for people. ERR_MEMORY.
 * An integer that fits no 64 bits is kept as json_type_double with its digits as its text: nothing
 * is clamped.
 */
MUST_CHECK enum err json_read(const char *text, size_t n, struct json_object **ret_value,
                              const char **ret_why);

/* Appends the JSON text of a value, without white space. ERR_TOO_LARGE, ERR_MEMORY. */
MUST_CHECK enum err json_write(struct json_object *value, struct buf *text);

/* json_object_put() for CLEANUP: p is the address of the pointer. */
void json_p(struct json_object **p);

struct json_object *json_new_object(void); /* NULL: out of memory */
struct json_object *json_new_array(void);  /* NULL: out of memory */

/* Put members into *object; see above. A NULL text becomes null. */
void json_put_text(struct json_object **object, const char *name, const char *text);
void json_put_u64(struct json_object **object, const char *name, uint64_t number);
void json_put_bool(struct json_object **object, const char *name, bool flag);
void json_put_day(struct json_object **object, const char *name, day_t day);
void json_put_instant(struct json_object **object, const char *name, instant_t instant);
void json_put_null(struct json_object **object, const char *name);

/* Put a value of which *object becomes the owner. A NULL value counts as out of memory. */
void json_put_value(struct json_object **object, const char *name, struct json_object *value);

/* Appends a value, of which *array becomes the owner; and a day. */
void json_append(struct json_object **array, struct json_object *value);
void json_append_day(struct json_object **array, day_t day);

#endif
