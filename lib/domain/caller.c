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
	switch (role) {
	case ROLE_GUEST: return "guest";
	case ROLE_HOST: return "host";
	case ROLE_OPERATOR: return "operator";
	case ROLE_SERVICE: return "service";
	}
	return "?";
}

bool
caller_owns(const struct caller *caller, uint64_t guest_id, uint64_t host_id)
{
	return ((caller->roles & ROLE_GUEST) && caller->id == guest_id) ||
	       ((caller->roles & ROLE_HOST) && caller->id == host_id);
}
