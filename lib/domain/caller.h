/*
 * caller - who asks, and what may be traced back to that.
 *
 * Every use case carries a caller. With accounts it comes from a token; with HOTEL_AUTH=off it is
 * who the request says.
 */
#ifndef DOMAIN_CALLER_H
#define DOMAIN_CALLER_H

#include "base/uuid.h"

#include <stdint.h>

enum role { ROLE_GUEST = 1, ROLE_HOST = 2, ROLE_OPERATOR = 4, ROLE_SERVICE = 8 };

struct caller {
	uint64_t id;
	unsigned roles; /* enum role, or-ed: the capacities the caller acts in */
};

/* The caller's place in a chain of causes; it travels into logs and events. */
struct origin {
	struct caller caller;
	char request_id[65];          /* "" if there was no request */
	char traceparent[56];         /* W3C Trace Context; "" if none */
	char causation_id[UUID_TEXT]; /* the event that led to this; "" if none */
};

/*
 * An Idempotency-Key with what it is bound to. key "" stands for none. The key's row commits with
 * the effect, so a key without an effect does not exist.
 */
struct idempotency {
	char key[256];
	char scope[160];               /* caller and path */
	unsigned char fingerprint[32]; /* of the request, so that another one is told apart */
};

#endif
