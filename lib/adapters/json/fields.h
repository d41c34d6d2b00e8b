/* SPDX-License-Identifier: MIT */
/*
 * fields - the members of an input, declared in tables and read with all faults at once. The same
 * tables read JSON bodies, forms, queries and the lines of a CSV file.
 *
 *	static const struct field body[] = {
 *		FIELD(book_place, room_id,    ID,     "roomId",    REQUIRED),
 *		FIELD(book_place, stay.start, DATE,   "startDate", REQUIRED),
 *		FIELD(book_place, guests,     NUMBER, "guests",    OPTIONAL, .min = 1, .max = 50),
 *		FIELD(room_change, to.name,   TEXT,   "name",      OPTIONAL, .max = 100,
 *		      GIVEN(room_change, members, ROOM_NAME)),
 *		FIELD_END
 *	};
 *
 * A member must have the C type of its field type, or the table does not compile:
 *
 *	ID      uint64_t   0 to INT64_MAX
 *	MONEY   money_t    0 to MONEY_MAX; in place of it, the member .decimal as people write amounts
 *	NUMBER  uint32_t   0 to UINT32_MAX
 *	DATE    day_t      2027-05-05, 20270505 or "20270505"
 *	BOOL    bool       true, false, "true", "false", and "on" as a checkbox sends it
 *	CHOICE  an enum    the index into .choices
 *	TEXT    char[]     one line; .min and .max in characters
 *	LINES   char[]     as TEXT, with line breaks and tabs
 *	EMAIL   char[]     one address, its domain made ASCII; also "" where it is optional
 *	PHONE   char[]     a number as domain/phone.h has it; also "" where it is optional
 *	TOKEN   char[]     [A-Za-z0-9_.:-], at least one
 *	SECRET  char[]     a password or a code, character by character; .min and .max as of TEXT
 *	URL     char[]     one of a webhook, its host made ASCII; also "" where it is optional
 *
 * .min and .max narrow the range; a .max of 0 is the type's own (for texts: the array's size).
 * Numbers may be given as strings. An optional member that is missing or null leaves the struct's
 * member as it was: preset the default. In forms and queries an empty value counts as missing,
 * except for TEXT, LINES, EMAIL, PHONE and URL, which become empty. Unknown members are ignored.
 *
 * Codes of faults: required, type, range, choice, amount.format, amount.decimals, amount.twice,
 * date.format, email.format, phone.format, token.format, url.format, text.length, text.characters. Handlers may add their own to res->faults.
 */
#ifndef ADAPTERS_JSON_FIELDS_H
#define ADAPTERS_JSON_FIELDS_H

#include "base/day.h"
#include "base/err.h"
#include "base/faults.h"
#include "base/money.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct json_object;

enum field_type {
	FIELD_TYPE_ID,
	FIELD_TYPE_MONEY,
	FIELD_TYPE_NUMBER,
	FIELD_TYPE_DATE,
	FIELD_TYPE_BOOL,
	FIELD_TYPE_CHOICE,
	FIELD_TYPE_TEXT,
	FIELD_TYPE_LINES,
	FIELD_TYPE_EMAIL,
	FIELD_TYPE_PHONE,
	FIELD_TYPE_TOKEN,
	FIELD_TYPE_URL,
	FIELD_TYPE_SECRET,
	FIELD_TYPE_MAX
};

enum field_need { OPTIONAL, REQUIRED };

struct field {
	const char *name; /* in JSON, forms and queries; NULL ends a table */
	enum field_type type;
	enum field_need need;
	size_t offset, size;        /* of the member */
	size_t given;               /* offset + 1 of the flag that it was given; 0: there is none */
	unsigned given_bit;         /* set in an unsigned there; 0: a bool is there */
	uint64_t min, max;          /* numbers: the value; texts: characters */
	const char *const *choices; /* CHOICE: names, NULL at the end */
	size_t choice_size;         /* bytes from one name to the next; 0: they are an array */
	const char *decimal;        /* MONEY: the member that has it with decimals; NULL: none */
};

/* What is read: an object's members. */
struct fields_source {
	struct json_object *object;
	bool lenient;         /* they are strings of a form, a query or a CSV file */
	const char *currency; /* of amounts with decimals */
};

#define FIELD(tag, member, kind, json_name, needed, ...)                          \
	{                                                                         \
		.name = (json_name), .type = FIELD_TYPE_##kind, .need = (needed), \
		.offset = offsetof(struct tag, member),                           \
		.size = FIELD_SIZE_##kind(((struct tag *)0)->member), __VA_ARGS__ \
	}
/* For the end of a FIELD: a bit of an unsigned, or a bool, that is set if the field was given. */
#define GIVEN(tag, member, bit)                                \
	.given = _Generic(((struct tag *)0)->member, unsigned  \
	                  : offsetof(struct tag, member) + 1), \
	.given_bit = (bit)
#define GIVEN_BOOL(tag, member) \
	.given = _Generic(((struct tag *)0)->member, bool : offsetof(struct tag, member) + 1)
#define FIELD_END \
	{         \
		0 \
	}

/* The sizes; a member of another type than the field's does not compile. */
#define FIELD_SIZE_ID(m)     _Generic((m), uint64_t : sizeof(m))
#define FIELD_SIZE_MONEY(m)  _Generic((m), money_t : sizeof(m))
#define FIELD_SIZE_NUMBER(m) _Generic((m), uint32_t : sizeof(m))
#define FIELD_SIZE_DATE(m)   _Generic((m), day_t : sizeof(m))
#define FIELD_SIZE_BOOL(m)   _Generic((m), bool : sizeof(m))
#define FIELD_SIZE_CHOICE(m) _Generic((m), unsigned : sizeof(m))
#define FIELD_SIZE_TEXT(m)   _Generic((m), char * : sizeof(m))
#define FIELD_SIZE_LINES(m)  FIELD_SIZE_TEXT(m)
#define FIELD_SIZE_EMAIL(m)  FIELD_SIZE_TEXT(m)
#define FIELD_SIZE_PHONE(m)  FIELD_SIZE_TEXT(m)
#define FIELD_SIZE_TOKEN(m)  FIELD_SIZE_TEXT(m)
#define FIELD_SIZE_URL(m)    FIELD_SIZE_TEXT(m)
#define FIELD_SIZE_SECRET(m) FIELD_SIZE_TEXT(m)

/*
 * Reads the members into the struct that the table describes. ERR_INVALID: all faults are added to
 * faults; the struct may be partly filled. ERR_MEMORY.
 */
MUST_CHECK enum err fields_read(const struct fields_source *from, const struct field table[],
                                void *to, struct faults *faults);

/* Whether a struct that fields_read() filled was given the field; true if it does not note that. */
bool field_was_given(const struct field *field, const void *from);

#endif
