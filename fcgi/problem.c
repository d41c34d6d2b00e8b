/* problem - what every outcome means on the wire: the only place where statuses are decided. */
#include "fcgi/problem.h"

#define PROBLEM(number, name, sentence) \
	((struct problem){.status = (number), .slug = (name), .title = (sentence)})
#define LATER(number, name, sentence) \
	((struct problem){            \
		.status = (number), .slug = (name), .title = (sentence), .retry_after = true})

struct problem
problem_of(enum err err)
{
	switch (err) {
	case OK: return PROBLEM(200, "", "");
	case ERR_NOT_MODIFIED: return PROBLEM(304, "", "");

	case ERR_MALFORMED: return PROBLEM(400, "malformed", "The request cannot be parsed");
	case ERR_UNAUTHORIZED:
		return PROBLEM(401, "unauthorized", "The request does not say who sends it");
	case ERR_DECLINED: return PROBLEM(402, "payment-declined", "The payment was declined");
	case ERR_FORBIDDEN: return PROBLEM(403, "forbidden", "The caller may not do this");
	case ERR_NOT_FOUND: return PROBLEM(404, "not-found", "There is no such thing");
	case ERR_METHOD:
		return PROBLEM(405, "method-not-allowed", "This cannot be done with this resource");
	case ERR_TAKEN: return PROBLEM(409, "room-taken", "A night of the stay is taken");
	case ERR_PRICE_CHANGED:
		return PROBLEM(409, "price-changed", "The price is not the one that was shown");
	case ERR_HAS_BOOKINGS:
		return PROBLEM(409, "room-has-bookings", "The room has bookings in the future");
	case ERR_STATE_CONFLICT:
		return PROBLEM(409, "state-conflict", "The state does not allow this");
	case ERR_KEY_IN_PROGRESS:
		return LATER(409, "idempotency-in-progress",
		             "The same request is still being worked on");
	case ERR_VERSION_CONFLICT:
		return PROBLEM(412, "version-conflict", "It was changed in the meantime");
	case ERR_TOO_LARGE: return PROBLEM(413, "too-large", "The request is too large");
	case ERR_MEDIA_TYPE:
		return PROBLEM(415, "unsupported-media-type", "This content type is not read here");
	case ERR_INVALID:
		return PROBLEM(422, "validation", "The request has fields that cannot be accepted");
	case ERR_KEY_REUSED:
		return PROBLEM(422, "idempotency-reused",
		               "The Idempotency-Key came before with another request");
	case ERR_TOO_MANY: return LATER(429, "too-many-requests", "The caller has reached a limit");

	case ERR_PAY_UNAVAILABLE:
		return LATER(503, "payment-unavailable", "Payments cannot be taken now");
	case ERR_NOT_SENT:
	case ERR_UNKNOWN:
	case ERR_UNAVAILABLE:
	case ERR_TIMEOUT:
	case ERR_CONFLICT:
	case ERR_CLOSED: return LATER(503, "unavailable", "This cannot be done right now");

	case ERR_DUPLICATE:
	case ERR_UNCHANGED:
	case ERR_POISON:
	case ERR_MEMORY:
	case ERR_SYSTEM:
	case ERR_BUG:
	case ERR_MAX: break;
	}
	return PROBLEM(500, "internal", "Something went wrong here");
}
