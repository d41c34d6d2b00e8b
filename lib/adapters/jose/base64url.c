/* SPDX-License-Identifier: MIT */
#include "adapters/jose/base64url.h"

#include <sodium.h>

#define VARIANT sodium_base64_VARIANT_URLSAFE_NO_PADDING

void
base64url_write(const void *bytes, size_t n, char *text)
{
	sodium_bin2base64(text, sodium_base64_encoded_len(n, VARIANT), bytes, n, VARIANT);
}

enum err
base64url_read(const char *text, size_t len, void *bytes, size_t max, size_t *ret_n)
{
	const char *end = NULL;
	if (sodium_base642bin(bytes, max, text, len, NULL, ret_n, &end, VARIANT) != 0 ||
	    end != text + len)
		return ERR_MALFORMED;
	return OK;
}
