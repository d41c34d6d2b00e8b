/* SPDX-License-Identifier: MIT */
/*
 * test - what every unit test includes: cmocka, in the order it wants.
 *
 * A test's name is a sentence about what holds.
 */
#ifndef TESTS_UNIT_TEST_H
#define TESTS_UNIT_TEST_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* in this order */
#include <cmocka.h>

#include "base/err.h"

/* That a call ends in an outcome, shown by name when it does not. */
#define assert_err(call, expected) assert_string_equal(err_name(call), err_name(expected))
#define assert_ok(call)            assert_err(call, OK)

/* A condition on one version; its file includes domain/precondition.h. */
#define IF_MATCH(v) ((struct precondition){.if_match = {.given = true, .n = 1, .version = {(v)}}})
#define IF_NONE_MATCH(v) \
	((struct precondition){.if_none_match = {.given = true, .n = 1, .version = {(v)}}})
#define IF_MATCH_ANY      ((struct precondition){.if_match = {.given = true, .any = true}})
#define IF_NONE_MATCH_ANY ((struct precondition){.if_none_match = {.given = true, .any = true}})

#endif
