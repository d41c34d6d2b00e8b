/* SPDX-License-Identifier: MIT */
/*
 * caller - the identity that a request acts under, what it owns, and the origin of a change.
 *
 * Every use case has a caller. Without accounts (HOTEL_AUTH=off) the request itself names it.
 */
#ifndef DOMAIN_CALLER_H
#define DOMAIN_CALLER_H

#include "base/address.h"
#include "base/uuid.h"

#include <stdbool.h>
#include <stdint.h>

enum role {
	ROLE_GUEST = 1,
	ROLE_HOST = 2,
	ROLE_OPERATOR = 4, /* reads what belongs to anybody */
	ROLE_SERVICE = 8,
	ROLE_KEY_HOLDER = 16 /* has shown the key of one booking */
};

/* The roles that a request can name, "guest" and "host", NULL at the end; and the one at an index. */
extern const char *const role_names[];
enum role role_at(unsigned index);

/* "guest", "host", "operator", "service", "key"; "?" for others. */
const char *role_name(enum role role);

struct caller {
	uint64_t id;          /* of the account, or as the request says; 0: nobody in particular */
	unsigned roles;       /* enum role, or-ed: the capacities the caller acts in; 0: none */
	bool proven;          /* by credentials; otherwise the request says who it is */
	uint64_t key_book_id; /* of ROLE_KEY_HOLDER: the booking whose key was shown, */
	uint32_t key_version; /* and which of its keys */
};

/* Whom a booking, or something about one, belongs to: its parties. */
struct parties {
	uint64_t guest_id, host_id;
	uint64_t book_id;     /* 0: it is about no booking */
	uint32_t key_version; /* of the booking's key that counts now */
};

/* The one rule of ownership: whether the caller may see what belongs to these parties, in a role the
 * caller acts in. */
bool caller_owns(const struct caller *caller, const struct parties *parties);

/* Whose things a list shows to a caller: those of one owner, as caller_owns() has it. */
enum ownership {
	OWNED_BY_GUEST,
	OWNED_BY_HOST,
	OWNED_BY_KEY_HOLDER,
	OWNED_BY_GUEST_OR_KEY_HOLDER,
	OWNED_BY_ANYBODY,
	OWNERSHIP_MAX
};

/* With both a guest's account and a booking's key, either counts where the list is about that booking
 * (book_id; 0: about any): the booking may have been claimed, and its key count no longer. A caller
 * without roles holds the key of no booking. */
enum ownership caller_ownership(const struct caller *caller, uint64_t book_id);

/* Whether such a list shows what belongs to these parties. */
bool caller_lists(const struct caller *caller, uint64_t book_id, const struct parties *parties);

/* The number that the owner of such a list has: of the caller, or of the booking. With
 * OWNED_BY_GUEST_OR_KEY_HOLDER it is the caller's, and key_book_id is the booking's. */
uint64_t caller_owner_id(const struct caller *caller, enum ownership ownership);

/* Where a change comes from: the caller, the request and the causing event. Logs and events
 * contain it. */
struct origin {
	struct caller caller;
	char address
		[ADDRESS_SIZE]; /* that the request came from; neither logs nor events have it */
	char request_id[65];    /* "" if there was no request */
	char traceparent[56];   /* W3C Trace Context; "" if none */
	char causation_id[UUID_TEXT]; /* the event that led to this; "" if none */
};

/*
 * An Idempotency-Key and what it is bound to; key "" stands for none. The key's row commits with
 * the effect, so a key without an effect does not exist.
 */
struct idempotency {
	char key[256];
	char scope[160];               /* caller and path */
	unsigned char fingerprint[32]; /* of the request: detects a key reused for another */
};

#endif
