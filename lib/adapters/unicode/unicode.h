/* SPDX-License-Identifier: MIT */
/*
 * unicode - the normal forms of texts (UAX #15), in UTF-8.
 *
 * Canonically equivalent texts look the same but differ in their bytes: a Korean name that a Mac
 * sends decomposed has three characters for a syllable. Texts are composed where they come in.
 */
#ifndef ADAPTERS_UNICODE_UNICODE_H
#define ADAPTERS_UNICODE_UNICODE_H

#include "base/err.h"

#include <stddef.h>

/* Each makes a copy of n bytes of UTF-8 (RFC 3629) in normal form, with a NUL after them, which the
 * caller frees. ERR_MEMORY. */
MUST_CHECK enum err unicode_compose(const char *text, size_t n, char **ret_text, size_t *ret_n);
MUST_CHECK enum err unicode_decompose(const char *text, size_t n, char **ret_text, size_t *ret_n);

#endif
