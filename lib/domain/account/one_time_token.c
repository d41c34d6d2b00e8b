/* SPDX-License-Identifier: MIT */
#include "domain/account/one_time_token.h"

static const char *const kind_names[ACCOUNT_MAIL_KIND_MAX] = {
	[ACCOUNT_MAIL_VERIFY] = "verify",     [ACCOUNT_MAIL_RESET] = "reset",
	[ACCOUNT_MAIL_EMAIL] = "email",       [ACCOUNT_MAIL_NOTICE] = "email-notice",
	[ACCOUNT_MAIL_TAKEN] = "email-taken",
};

const char *
account_mail_kind_name(enum account_mail_kind kind)
{
	return (unsigned)kind < ACCOUNT_MAIL_KIND_MAX ? kind_names[kind] : "?";
}

bool
one_time_token_is_alive(instant_t created_at, instant_t now)
{
	return now - created_at < ONE_TIME_TOKEN_LIFE_S * INT64_C(1000);
}

bool
account_mail_is_allowed(uint64_t sent, instant_t last_at, instant_t now)
{
	return account_mail_wait_ms(sent, last_at, now) == 0;
}

uint32_t
account_mail_wait_ms(uint64_t sent, instant_t last_at, instant_t now)
{
	const instant_t pause_ms = sent >= ACCOUNT_MAIL_DAY_MAX
	                                   ? ACCOUNT_MAIL_DAY_MS
	                                   : ACCOUNT_MAIL_PAUSE_S * INT64_C(1000);
	if (sent == 0 || now - last_at >= pause_ms)
		return 0;
	return (uint32_t)(pause_ms - (now > last_at ? now - last_at : 0));
}
