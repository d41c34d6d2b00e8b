/* SPDX-License-Identifier: MIT */
#include "domain/precondition.h"

#include <string.h>

bool
version_set_has(const struct version_set *set, uint64_t version)
{
	if (set->any)
		return true;
	for (unsigned i = 0; i < set->n; i++)
		if (set->version[i] == version)
			return true;
	return false;
}

bool
precondition_given(const struct precondition *condition)
{
	return condition->if_match.given || condition->if_none_match.given;
}

enum err
precondition_check(const struct precondition *condition, uint64_t version)
{
	if (condition->if_match.given && !version_set_has(&condition->if_match, version))
		return ERR_VERSION_CONFLICT;
	return version_set_has(&condition->if_none_match, version) ? ERR_VERSION_CONFLICT : OK;
}

/* FNV-1a. It tells states apart; it protects against nobody. */
#define FNV_BASIS UINT64_C(0xcbf29ce484222325)
#define FNV_PRIME UINT64_C(0x100000001b3)

uint64_t
tag_add(uint64_t tag, const void *value, size_t size)
{
	const unsigned char *bytes = value;
	for (size_t i = 0; i < size; i++)
		tag = (tag ^ FNV_BASIS ^ bytes[i]) * FNV_PRIME;
	return tag;
}

/* With its end, so that "ab","c" and "a","bc" differ. */
uint64_t
tag_add_text(uint64_t tag, const char *text)
{
	return tag_add(tag, text, strlen(text) + 1);
}

uint64_t
tag_end(uint64_t tag)
{
	return tag % VERSION_MAX + 1;
}
