/* SPDX-License-Identifier: MIT */
#include "adapters/unicode/unicode.h"

#include <stdint.h>
#include <stdlib.h>
#include <uninorm.h>

static enum err
normalize(uninorm_t form, const char *text, size_t n, char **ret_text, size_t *ret_n)
{
	size_t length = 0;
	uint8_t *made = u8_normalize(form, (const uint8_t *)text, n, NULL, &length);
	char *whole = made || n == 0 ? realloc(made, length + 1) : NULL;
	if (!whole) {
		free(made);
		return ERR_MEMORY;
	}
	whole[length] = '\0';
	*ret_text = whole;
	*ret_n = length;
	return OK;
}

enum err
unicode_compose(const char *text, size_t n, char **ret_text, size_t *ret_n)
{
	return normalize(UNINORM_NFC, text, n, ret_text, ret_n);
}

enum err
unicode_decompose(const char *text, size_t n, char **ret_text, size_t *ret_n)
{
	return normalize(UNINORM_NFD, text, n, ret_text, ret_n);
}
