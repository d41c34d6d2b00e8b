/* SPDX-License-Identifier: MIT */
#include "adapters/unicode/unicode.h"

#include "base/mem.h"
#include "base/text.h"

#include <idn2.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
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

/* Of a fullwidth solidus libidn2 makes "/", which would end the host and begin a path. */
static bool
is_domain_name(const char *ascii)
{
	return !ascii[strspn(ascii, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
	                            "0123456789_.-")];
}

/* Replaces the n bytes at `start` by the domain name that they are in ASCII. */
static enum err
host_to_ascii(char **text, size_t start, size_t n)
{
	CLEANUP(free_p) char *host = strndup(*text + start, n);
	char *ascii = NULL;
	if (!host)
		return ERR_MEMORY;
	if (text_is_ascii(host))
		return OK;
	const int code = idn2_to_ascii_8z(host, &ascii, IDN2_NFC_INPUT | IDN2_NONTRANSITIONAL);
	if (code == IDN2_MALLOC)
		return ERR_MEMORY;
	if (code != IDN2_OK)
		return OK; /* the check of the format will refuse it */
	if (!is_domain_name(ascii)) {
		idn2_free(ascii);
		return OK; /* as above */
	}
	const size_t size = strlen(*text) + strlen(ascii) + 1;
	char *made = malloc(size);
	if (made) {
		snprintf(made, size, "%.*s%s%s", (int)start, *text, ascii, *text + start + n);
		free(*text);
		*text = made;
	}
	idn2_free(ascii);
	return made ? OK : ERR_MEMORY;
}

enum err
unicode_email_to_ascii(char **text)
{
	const char *at = strrchr(*text, '@');
	return at ? host_to_ascii(text, (size_t)(at + 1 - *text), strlen(at + 1)) : OK;
}

enum err
unicode_url_to_ascii(char **text)
{
	const char *slashes = strstr(*text, "://");
	if (!slashes)
		return OK;
	return host_to_ascii(text, (size_t)(slashes + 3 - *text), strcspn(slashes + 3, ":/?#@"));
}
