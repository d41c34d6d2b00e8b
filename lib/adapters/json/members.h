/* SPDX-License-Identifier: MIT */
/*
 * members - a JSON object's members as a table that is both written and read.
 *
 * A row has a member's place in the struct, its type and its range, for both directions: writer and
 * reader of an event cannot drift apart.
 */
#ifndef ADAPTERS_JSON_MEMBERS_H
#define ADAPTERS_JSON_MEMBERS_H

#include "adapters/json/json.h"

enum member_type {
	MEMBER_ID,          /* uint64_t, at least 1 */
	MEMBER_NUMBER,      /* uint64_t, up to INT64_MAX */
	MEMBER_NUMBER_0,    /* the same; 0 is null */
	MEMBER_COUNT,       /* uint32_t */
	MEMBER_COUNT_NEW,   /* the same, at least 1; events of versions before may lack it: 1 */
	MEMBER_TEXT,        /* char[size] */
	MEMBER_TEXT_0,      /* the same; "" is null */
	MEMBER_TEXT_NEW,    /* as TEXT_0, but events of versions before may lack it */
	MEMBER_TEXT_IF_ANY, /* the same; "" is left out */
	MEMBER_DAY,         /* day_t */
	MEMBER_INSTANT,     /* instant_t */
	MEMBER_INSTANT_0,   /* the same; 0 is null */
	MEMBER_FLAG,        /* bool */
	MEMBER_NAME_IF_ANY, /* the same as NAME; 0 is left out */
	MEMBER_NAME,        /* an enum, by its names; its maximum is null */
	MEMBER_OBJECT,      /* a struct of its own, by its table */
};

/* The name of an enum's value, such as book_status_name(). */
typedef const char *member_name_fn(unsigned value);

struct member {
	const char *name; /* NULL ends a table */
	enum member_type type;
	size_t offset, size;
	member_name_fn *value_name;   /* MEMBER_NAME */
	unsigned values;              /* MEMBER_NAME: how many; the value `values` itself is null */
	const struct member *members; /* MEMBER_OBJECT */
};

#define MEMBER_AT(structure, field) \
	.offset = offsetof(struct structure, field), .size = sizeof(((struct structure *)0)->field)
#define MEMBER(structure, field, member_type, json)                                       \
	{                                                                                 \
		.name = (json), .type = MEMBER_##member_type, MEMBER_AT(structure, field) \
	}
#define MEMBER_ENUM(structure, field, name_fn, count, json)                       \
	{                                                                         \
		.name = (json), .type = MEMBER_NAME, MEMBER_AT(structure, field), \
		.value_name = (name_fn), .values = (count)                        \
	}
#define MEMBER_ENUM_IF_ANY(structure, field, name_fn, count, json)                       \
	{                                                                                \
		.name = (json), .type = MEMBER_NAME_IF_ANY, MEMBER_AT(structure, field), \
		.value_name = (name_fn), .values = (count)                               \
	}
#define MEMBER_STRUCT(structure, field, table, json)                                \
	{                                                                           \
		.name = (json), .type = MEMBER_OBJECT, MEMBER_AT(structure, field), \
		.members = (table)                                                  \
	}
#define MEMBER_END           \
	{                    \
		.name = NULL \
	}

/* Puts every member of the table into *to, as the json_put_ functions do. */
void members_write(const struct member table[], const void *from, struct json_object **to);

/*
 * Fills a struct from an object: every member of the table is required, with its type and range;
 * other members are ignored. ERR_INVALID: the struct may be partly filled.
 */
MUST_CHECK enum err members_read(const struct member table[], const struct json_object *from,
                                 void *to);

#endif
