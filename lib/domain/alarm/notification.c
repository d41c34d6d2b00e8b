/* SPDX-License-Identifier: MIT */
#include "domain/alarm/notification.h"

#include "base/base64.h"

#include <stdio.h>

static const char *const language_names[LANGUAGE_MAX] = {
	[LANGUAGE_KO] = "ko",
	[LANGUAGE_EN] = "en",
};

const char *
language_name(enum language language)
{
	return (unsigned)language < LANGUAGE_MAX ? language_names[language] : "?";
}

void
webhook_secret(const unsigned char random[WEBHOOK_SECRET_BYTES], char ret_secret[SECRET_SIZE])
{
	char text[BASE64_SIZE(WEBHOOK_SECRET_BYTES)];
	snprintf(ret_secret, SECRET_SIZE, WEBHOOK_SECRET_BEGIN "%s",
	         base64_write(random, WEBHOOK_SECRET_BYTES, text));
}
