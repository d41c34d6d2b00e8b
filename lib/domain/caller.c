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
	case ROLE_KEY_HOLDER: return "key";
	}
	return "?";
}

static bool
holds_key(const struct caller *caller, const struct parties *parties)
{
	return (caller->roles & ROLE_KEY_HOLDER) && parties->book_id &&
	       caller->key_book_id == parties->book_id &&
	       caller->key_version == parties->key_version;
}

bool
caller_owns(const struct caller *caller, const struct parties *parties)
{
	return ((caller->roles & ROLE_GUEST) && caller->id == parties->guest_id) ||
	       ((caller->roles & ROLE_HOST) && caller->id == parties->host_id) ||
	       (caller->roles & ROLE_OPERATOR) || holds_key(caller, parties);
}

enum ownership
caller_ownership(const struct caller *caller, uint64_t book_id)
{
	const bool has_key = caller->roles & ROLE_KEY_HOLDER;
	if (caller->roles & ROLE_OPERATOR)
		return OWNED_BY_ANYBODY;
	if (caller->roles & ROLE_HOST)
		return OWNED_BY_HOST;
	if ((caller->roles & ROLE_GUEST) && has_key && book_id == caller->key_book_id)
		return OWNED_BY_GUEST_OR_KEY_HOLDER;
	if (caller->roles & ROLE_GUEST)
		return OWNED_BY_GUEST;
	return OWNED_BY_KEY_HOLDER;
}

bool
caller_lists(const struct caller *caller, uint64_t book_id, const struct parties *parties)
{
	switch (caller_ownership(caller, book_id)) {
	case OWNED_BY_GUEST: return parties->guest_id == caller->id;
	case OWNED_BY_HOST: return parties->host_id == caller->id;
	case OWNED_BY_KEY_HOLDER: return holds_key(caller, parties);
	case OWNED_BY_GUEST_OR_KEY_HOLDER:
		return parties->guest_id == caller->id || holds_key(caller, parties);
	case OWNED_BY_ANYBODY: return true;
	case OWNERSHIP_MAX: break;
	}
	return false;
}

uint64_t
caller_owner_id(const struct caller *caller, enum ownership ownership)
{
	return ownership == OWNED_BY_KEY_HOLDER ? caller->key_book_id : caller->id;
}
