/* SPDX-License-Identifier: MIT */
/*
 * texts - the texts of an input in the one form in which they are compared, counted and stored.
 */
#ifndef ADAPTERS_JSON_TEXTS_H
#define ADAPTERS_JSON_TEXTS_H

#include "base/err.h"

struct json_object;

/*
 * Composes the texts among an object's members (normal form C), and makes each line break in them one
 * LF: forms send CR LF, and some systems decompose what is typed. Called where an input is read, so
 * that lengths, fingerprints and comparisons see one form. ERR_MEMORY: some texts may be as they were.
 */
MUST_CHECK enum err texts_normalize(struct json_object *object);

#endif
