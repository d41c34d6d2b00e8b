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

enum language
notification_language(uint64_t recipient_id, enum language chosen, enum language asked,
                      enum language fallback)
{
	if (recipient_is_somebody(recipient_id) && chosen < LANGUAGE_MAX)
		return chosen;
	return asked < LANGUAGE_MAX ? asked : fallback;
}

void
webhook_secret(const unsigned char random[WEBHOOK_SECRET_BYTES], char ret_secret[SECRET_SIZE])
{
	char text[BASE64_SIZE(WEBHOOK_SECRET_BYTES)];
	snprintf(ret_secret, SECRET_SIZE, WEBHOOK_SECRET_BEGIN "%s",
	         base64_write(random, WEBHOOK_SECRET_BYTES, text));
}
