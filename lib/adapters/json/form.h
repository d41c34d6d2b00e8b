/* SPDX-License-Identifier: MIT */
/*
 * form - application/x-www-form-urlencoded, of bodies and of queries.
 */
#ifndef ADAPTERS_JSON_FORM_H
#define ADAPTERS_JSON_FORM_H

#include "base/err.h"

#include <json-c/json_object.h>
#include <stddef.h>

#define FORM_FIELDS_MAX 100

/*
 * Reads n bytes of name=value pairs into an object whose members are all texts, so that a form and
 * a JSON body are read by the same field tables. ERR_MALFORMED: a % without two hexadecimal digits,
 * a NUL, not UTF-8, a duplicate name, more than FORM_FIELDS_MAX names; ret_why then says what, as a
 * constant text for people. ERR_MEMORY.
 */
MUST_CHECK enum err form_read(const char *text, size_t n, struct json_object **ret_fields,
                              const char **ret_why);

#endif
