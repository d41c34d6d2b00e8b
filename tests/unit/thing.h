/* SPDX-License-Identifier: MIT */
/*
 * thing - a struct with a field of every kind, read from bodies, for the tests of fields.
 */
#ifndef TESTS_UNIT_THING_H
#define TESTS_UNIT_THING_H

#include "tests/unit/test.h"

#include "adapters/json/json.h"
#include "base/day.h"
#include "base/money.h"
#include "base/text.h"
#include "fcgi/request.h"

enum colour { RED, GREEN };

struct thing {
	uint64_t id;
	money_t price;
	uint32_t number;
	day_t date;
	bool flag;
	enum colour colour;
	char text[TEXT_SIZE(5)];
	char lines[TEXT_SIZE(50)];
	char email[255];
	char phone[33];
	char token[9];
	char url[513];
	unsigned given;
	bool has_text;
};

extern const struct field fields[];
extern const char *currency; /* of amounts */
extern struct thing thing;   /* what was read last */
extern struct faults faults;

enum err read_from(struct json_object *from, bool lenient, const struct field table[]);
enum err read_json(const char *text);
enum err read_form(const char *text);

/* Asserts that a JSON body has exactly this fault. */
void assert_fault(const char *text, const char *pointer, const char *code);

/* The tests of texts, addresses and numbers of telephones; returns how many failed. */
int text_tests(void);

#endif
