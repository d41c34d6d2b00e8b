/* SPDX-License-Identifier: MIT */
#include "domain/account/second_factor.h"

#include <string.h>

#define GROUP_CHARS 6

bool
otp_code_is_formed(const char *text)
{
	return strlen(text) == OTP_CODE_DIGITS && strspn(text, "0123456789") == OTP_CODE_DIGITS;
}

void
second_factor_code_tidy(char *code)
{
	char *to = code;
	for (const char *from = code; *from; from++) {
		if (*from == ' ' || *from == '-')
			continue;
		*to++ = *from >= 'A' && *from <= 'Z' ? (char)(*from - 'A' + 'a') : *from;
	}
	*to = '\0';
}

/* Writes n bytes, a multiple of five, in base32; the text gets no NUL. */
static void
base32_write(const unsigned char *bytes, size_t n, const char alphabet[32], char *text)
{
	for (size_t bit = 0; bit < n * 8; bit += 5) {
		const size_t at = bit / 8;
		const unsigned pair = (unsigned)bytes[at] << 8 | (at + 1 < n ? bytes[at + 1] : 0u);
		*text++ = alphabet[pair >> (11 - bit % 8) & 31];
	}
}

char *
recovery_code_write(const unsigned char bytes[RECOVERY_BYTES], char text[RECOVERY_TEXT])
{
	static const char alphabet[] = "abcdefghijklmnopqrstuvwxyz234567";
	char plain[RECOVERY_BYTES * 8 / 5];
	char *to = text;
	base32_write(bytes, RECOVERY_BYTES, alphabet, plain);
	for (size_t i = 0; i < sizeof(plain); i++) {
		if (i > 0 && i % GROUP_CHARS == 0)
			*to++ = '-';
		*to++ = plain[i];
	}
	*to = '\0';
	return text;
}

char *
otp_key_write(const unsigned char bytes[OTP_KEY_BYTES], char text[OTP_KEY_TEXT])
{
	static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
	base32_write(bytes, OTP_KEY_BYTES, alphabet, text);
	text[OTP_KEY_TEXT - 1] = '\0';
	return text;
}
