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
		return PROBLEM(401, "unauthorized", "The request has no valid credentials");
	case ERR_DECLINED: return PROBLEM(402, "payment-declined", "The payment was declined");
	case ERR_FORBIDDEN:
		return PROBLEM(403, "forbidden", "The caller is not allowed to do this");
	case ERR_NOT_FOUND: return PROBLEM(404, "not-found", "The resource does not exist");
	case ERR_METHOD:
		return PROBLEM(405, "method-not-allowed",
		               "The resource does not support this method");
	case ERR_TAKEN:
		return PROBLEM(409, "room-taken", "The room is taken on a night of the stay");
	case ERR_PRICE_CHANGED: return PROBLEM(409, "price-changed", "The price has changed");
	case ERR_HAS_BOOKINGS:
		return PROBLEM(409, "room-has-bookings", "The room has future bookings");
	case ERR_STATE_CONFLICT:
		return PROBLEM(409, "state-conflict", "The current state does not allow this");
	case ERR_KEY_IN_PROGRESS:
		return LATER(409, "idempotency-in-progress",
		             "The same request is still in progress");
	case ERR_VERSION_CONFLICT:
		return PROBLEM(412, "version-conflict", "The resource was changed in the meantime");
	case ERR_TOO_LARGE: return PROBLEM(413, "too-large", "The request is too large");
	case ERR_MEDIA_TYPE:
		return PROBLEM(415, "unsupported-media-type", "The content type is not supported");
	case ERR_INVALID: return PROBLEM(422, "validation", "The request has invalid fields");
	case ERR_KEY_REUSED:
		return PROBLEM(422, "idempotency-reused",
		               "The Idempotency-Key was used for another request");
	case ERR_TOO_MANY: return LATER(429, "too-many-requests", "The caller has reached a limit");

	case ERR_PAY_UNAVAILABLE:
		return LATER(503, "payment-unavailable", "Payments are unavailable");
	case ERR_NOT_SENT:
	case ERR_UNKNOWN:
	case ERR_UNAVAILABLE:
	case ERR_TIMEOUT:
	case ERR_CONFLICT:
	case ERR_CLOSED: return LATER(503, "unavailable", "The service is temporarily unavailable");

	case ERR_DUPLICATE:
	case ERR_UNCHANGED:
	case ERR_POISON:
	case ERR_MEMORY:
	case ERR_SYSTEM:
	case ERR_BUG:
	case ERR_MAX: break;
	}
	return PROBLEM(500, "internal", "The server made an error");
}
