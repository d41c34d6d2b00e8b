/* SPDX-License-Identifier: MIT */
#include "domain/account/one_time_token.h"

static const char *const kind_names[ACCOUNT_MAIL_KIND_MAX] = {
	[ACCOUNT_MAIL_VERIFY] = "verify", [ACCOUNT_MAIL_RESET] = "reset"};

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
	if (sent == 0)
		return true;
	return sent < ACCOUNT_MAIL_DAY_MAX && now - last_at >= ACCOUNT_MAIL_PAUSE_S * INT64_C(1000);
}
