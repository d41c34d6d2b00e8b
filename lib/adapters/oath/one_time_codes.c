/* SPDX-License-Identifier: MIT */
#include "adapters/oath/one_time_codes.h"

#include "base/text.h"

#include <liboath/oath.h>

/* Every step of the window is compared, so that the time it takes says nothing. */
static enum err
one_time_codes_check(void *self, const unsigned char key[OTP_KEY_BYTES], const char *code,
                     instant_t now, uint64_t *ret_step)
{
	const int64_t step = now / 1000 / OTP_STEP_S;
	bool is_right = false;
	(void)self;
	for (int64_t i = step - OTP_WINDOW; i <= step + OTP_WINDOW; i++) {
		char expected[OTP_CODE_DIGITS + 1];
		if (oath_hotp_generate((const char *)key, OTP_KEY_BYTES, (uint64_t)i,
		                       OTP_CODE_DIGITS, false, OATH_HOTP_DYNAMIC_TRUNCATION,
		                       expected) != OATH_OK)
			return ERR_BUG_HERE();
		if (!text_equal_secret(code, expected))
			continue;
		is_right = true;
		*ret_step = (uint64_t)i;
	}
	return is_right ? OK : ERR_UNAUTHORIZED;
}

enum err
one_time_codes_open(struct one_time_codes *ret_codes)
{
	if (oath_init() != OATH_OK)
		return ERR_SYSTEM_CODE(0);
	*ret_codes = (struct one_time_codes){.check = one_time_codes_check};
	return OK;
}
