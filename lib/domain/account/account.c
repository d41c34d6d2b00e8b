/* SPDX-License-Identifier: MIT */
#include "domain/account/account.h"

#include <stdio.h>
#include <string.h>

void
account_begin(struct account *account, enum role role, instant_t now)
{
	const size_t local = strcspn(account->email, "@");
	if (!*account->name)
		snprintf(account->name, sizeof(account->name), "%.*s", (int)local, account->email);
	account->is_host = role == ROLE_HOST;
	account->is_operator = false;
	account->verified = false;
	account->second_factor = false;
	account->version = 1;
	account->created_at = account->updated_at = now;
}

void
account_next_version(struct account *account, instant_t now)
{
	account->version++;
	account->updated_at = now;
}

/* Whether the arrays differed. */
static bool
text_set(char *to, const char *from, size_t size)
{
	const bool differs = strcmp(to, from) != 0;
	memcpy(to, from, size);
	return differs;
}

bool
account_set_members(struct account *account, unsigned members, const struct account *to)
{
	bool differs = false;
	if (members & ACCOUNT_NAME)
		differs |= text_set(account->name, to->name, sizeof(account->name));
	if (members & ACCOUNT_LANGUAGE)
		differs |= text_set(account->language, to->language, sizeof(account->language));
	return differs;
}

enum err
account_set_role(struct account *account, enum role role, bool has, bool *ret_changed)
{
	bool *flag = role == ROLE_HOST       ? &account->is_host
	             : role == ROLE_OPERATOR ? &account->is_operator
	                                     : NULL;
	if (!flag)
		return ERR_INVALID;
	*ret_changed = *flag != has;
	*flag = has;
	return OK;
}

unsigned
account_roles(const struct account *account, bool with_second_factor)
{
	unsigned roles = ROLE_GUEST;
	if (account->is_host)
		roles |= ROLE_HOST;
	if (account->is_operator && with_second_factor)
		roles |= ROLE_OPERATOR;
	return roles;
}

void
account_set_email(struct account *account, const char email[EMAIL_SIZE])
{
	memmove(account->email, email, sizeof(account->email));
	account->verified = true;
}

bool
account_verify_by_reset(struct account *account)
{
	const bool removes = !account->verified && account->second_factor;
	account->verified = true;
	if (removes)
		account->second_factor = false;
	return removes;
}

enum password_fault
password_judge(const char *password, double guess_bits)
{
	size_t chars = 0;
	if (text_chars(password, strlen(password), &chars) != OK || chars < PASSWORD_CHARS_MIN)
		return PASSWORD_SHORT;
	if (chars > PASSWORD_CHARS_MAX)
		return PASSWORD_LONG;
	return guess_bits < PASSWORD_GUESS_BITS ? PASSWORD_COMMON : PASSWORD_FINE;
}
