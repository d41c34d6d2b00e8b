/* SPDX-License-Identifier: MIT */
#include "fcgi/problem.h"

#include "base/mem.h"

#define AGAIN                                                                                     \
	"Send the request again after the time in Retry-After, with the same Idempotency-Key if " \
	"it "                                                                                     \
	"had one."
#define LOGGED "The error has been logged under the X-Request-Id of this response."

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
		return PROBLEM(412, "version-conflict",
		               "The resource does not have the version that was asked for");
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
	case ERR_UNDECIDED:
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

/* The fault and the cure, where the title does not say enough. */
static const char *const cures[ERR_MAX] = {
	[ERR_MALFORMED] = "The request cannot be parsed. Correct its syntax.",
	[ERR_UNAUTHORIZED] =
		"Send an access token, or the booking's key, as Authorization: Bearer.",
	[ERR_DECLINED] = "The payment was declined. Book again with another means of payment.",
	[ERR_NOT_FOUND] =
		"The resource does not exist or belongs to another caller. Check the path and "
		"the caller.",
	[ERR_METHOD] = "Use one of the methods in Allow.",
	[ERR_TAKEN] = "The room is taken on a night of the stay. Choose other dates.",
	[ERR_PRICE_CHANGED] = "The price has changed. Leave price out to accept the new one.",
	[ERR_HAS_BOOKINGS] = "The room has future bookings. Cancel them first.",
	[ERR_STATE_CONFLICT] =
		"The state of the resource does not allow this. Read it to see its state.",
	[ERR_KEY_IN_PROGRESS] = "Send the request again after the time in Retry-After.",
	[ERR_VERSION_CONFLICT] =
		"The resource is not in a version that If-Match names, or is in one that "
		"If-None-Match names. Nothing was done. Read it again, and send its ETag in "
		"If-Match.",
	[ERR_TOO_LARGE] = "The body of a request may have at most 64 KiB. Send less.",
	[ERR_INVALID] = "Correct the fields that are listed in errors.",
	[ERR_KEY_REUSED] = "The Idempotency-Key was used for another request. Use a new key.",
	[ERR_TOO_MANY] = "Send the request again after the time in Retry-After.",
	[ERR_PAY_UNAVAILABLE] = "Payments are unavailable and no nights are held. Try again later.",
	[ERR_NOT_SENT] = AGAIN,
	[ERR_UNKNOWN] = AGAIN,
	[ERR_UNDECIDED] = AGAIN,
	[ERR_UNAVAILABLE] = AGAIN,
	[ERR_TIMEOUT] = AGAIN,
	[ERR_CONFLICT] = AGAIN,
	[ERR_CLOSED] = AGAIN,
	[ERR_MEMORY] = LOGGED,
	[ERR_SYSTEM] = LOGGED,
	[ERR_BUG] = LOGGED,
	[ERR_POISON] = LOGGED,
};

const char *
problem_detail(enum err err)
{
	return err < ERR_MAX && cures[err] ? cures[err] : problem_of(err).title;
}

const char *
status_reason(int status)
{
	static const struct {
		int status;
		const char *reason;
	} reasons[] = {
		{200, "OK"},
		{201, "Created"},
		{202, "Accepted"},
		{204, "No Content"},
		{303, "See Other"},
		{304, "Not Modified"},
		{400, "Bad Request"},
		{401, "Unauthorized"},
		{402, "Payment Required"},
		{403, "Forbidden"},
		{404, "Not Found"},
		{405, "Method Not Allowed"},
		{409, "Conflict"},
		{412, "Precondition Failed"},
		{413, "Content Too Large"},
		{415, "Unsupported Media Type"},
		{422, "Unprocessable Content"},
		{429, "Too Many Requests"},
		{500, "Internal Server Error"},
		{503, "Service Unavailable"},
	};
	for (size_t i = 0; i < ARRAY_SIZE(reasons); i++)
		if (reasons[i].status == status)
			return reasons[i].reason;
	return "Unknown";
}
