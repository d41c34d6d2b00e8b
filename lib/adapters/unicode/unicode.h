/* SPDX-License-Identifier: MIT */
/*
 * unicode - the normal forms of texts (UAX #15), in UTF-8, and domain names in other scripts.
 *
 * Canonically equivalent texts look the same but differ in their bytes: a Korean name that a Mac
 * sends decomposed has three characters for a syllable. Texts are composed where they come in.
 */
#ifndef ADAPTERS_UNICODE_UNICODE_H
#define ADAPTERS_UNICODE_UNICODE_H

#include "base/err.h"

#include <stddef.h>

/*
 * Makes an internationalized domain name ASCII (IDNA2008, "한국.kr" is "xn--3e0b707e.kr"): the one behind
 * the @ of an e-mail address, or the host of a URL. *text is from malloc and is replaced by another; it
 * stays where there is nothing to do or no such name. ERR_MEMORY.
 */
MUST_CHECK enum err unicode_email_to_ascii(char **text);
MUST_CHECK enum err unicode_url_to_ascii(char **text);

/* Each makes a copy of n bytes of UTF-8 (RFC 3629) in normal form, with a NUL after them, which the
 * caller frees. ERR_MEMORY. */
MUST_CHECK enum err unicode_compose(const char *text, size_t n, char **ret_text, size_t *ret_n);
MUST_CHECK enum err unicode_decompose(const char *text, size_t n, char **ret_text, size_t *ret_n);

#endif
