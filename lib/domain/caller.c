/* SPDX-License-Identifier: MIT */
#include "domain/caller.h"

const char *
role_name(enum role role)
{
	return role == ROLE_GUEST ? "guest" : role == ROLE_HOST ? "host" : "?";
}

bool
caller_owns(const struct caller *caller, uint64_t guest_id, uint64_t host_id)
{
	return ((caller->roles & ROLE_GUEST) && caller->id == guest_id) ||
	       ((caller->roles & ROLE_HOST) && caller->id == host_id);
}
