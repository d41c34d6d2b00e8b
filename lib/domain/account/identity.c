/* SPDX-License-Identifier: MIT */
#include "domain/account/identity.h"

#include <string.h>

static const char *const result_names[EXTERNAL_RESULT_MAX] = {
	[EXTERNAL_SIGNED_IN] = "signed-in",
	[EXTERNAL_LINKED] = "linked",
	[EXTERNAL_NONE] = "none",
	[EXTERNAL_STALE] = "stale",
	[EXTERNAL_REFUSED] = "refused",
	[EXTERNAL_AWAY] = "away",
	[EXTERNAL_INVALID] = "invalid",
	[EXTERNAL_NO_EMAIL] = "no-email",
	[EXTERNAL_EMAIL_TAKEN] = "email-taken",
	[EXTERNAL_TAKEN] = "taken",
	[EXTERNAL_FULL] = "full",
	[EXTERNAL_NEEDS_FACTOR] = "needs-factor",
};

const char *
external_result_name(unsigned result)
{
	return result < EXTERNAL_RESULT_MAX ? result_names[result] : "";
}

enum identity_way
identity_way(const struct identity_claims *claims, bool email_has_account)
{
	if (!*claims->email)
		return IDENTITY_NO_EMAIL;
	return email_has_account ? IDENTITY_EMAIL_TAKEN : IDENTITY_MAKE;
}

bool
identity_may_sign_in(const struct account *account)
{
	return !account->is_operator && !account->second_factor;
}

bool
identity_may_go(uint64_t identities, bool has_password)
{
	return has_password || identities > 1;
}

void
identity_account_begin(struct account *account, const struct identity_claims *claims, instant_t now)
{
	memcpy(account->email, claims->email, sizeof(account->email));
	memcpy(account->name, claims->name, sizeof(account->name));
	account_begin(account, ROLE_GUEST, now);
	account->verified = true;
}
