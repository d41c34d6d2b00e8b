/* SPDX-License-Identifier: MIT */
/*
 * caller - the identity that a request acts under, what it owns, and the origin of a change.
 *
 * Every use case has a caller. Without accounts (HOTEL_AUTH=off) the request itself names it.
 */
#ifndef DOMAIN_CALLER_H
#define DOMAIN_CALLER_H

#include "base/uuid.h"

#include <stdbool.h>
#include <stdint.h>

enum role { ROLE_GUEST = 1, ROLE_HOST = 2, ROLE_OPERATOR = 4, ROLE_SERVICE = 8 };

/* "guest", "host", "operator", "service"; "?" for others. */
const char *role_name(enum role role);

struct caller {
	uint64_t id;
	unsigned roles; /* enum role, or-ed: the capacities the caller acts in */
};

/* Whether the caller owns what belongs to this guest and this host, in a role the caller acts in.
 */
bool caller_owns(const struct caller *caller, uint64_t guest_id, uint64_t host_id);

/* Where a change comes from: the caller, the request and the causing event. Logs and events
 * contain it. */
struct origin {
	struct caller caller;
	char request_id[65];          /* "" if there was no request */
	char traceparent[56];         /* W3C Trace Context; "" if none */
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
