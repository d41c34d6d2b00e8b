/* SPDX-License-Identifier: MIT */
#include "domain/caller.h"

const char *const role_names[] = {"guest", "host", NULL};

enum role
role_at(unsigned index)
{
	return index == 0 ? ROLE_GUEST : ROLE_HOST;
}

const char *
role_name(enum role role)
{
	return role == ROLE_GUEST ? role_names[0] : role == ROLE_HOST ? role_names[1] : "?";
}

bool
caller_owns(const struct caller *caller, uint64_t guest_id, uint64_t host_id)
{
	return ((caller->roles & ROLE_GUEST) && caller->id == guest_id) ||
	       ((caller->roles & ROLE_HOST) && caller->id == host_id);
}
