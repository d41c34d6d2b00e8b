/* verdict - what an outcome means for the event that was being applied. */
#include "workers/disposition.h"

/* Without a default: an outcome that nobody decided about does not compile. */
enum verdict
verdict_of(enum err err)
{
	switch (err) {
	case OK:
	case ERR_NOT_MODIFIED: return VERDICT_ACK;

	/* A part is down or busy, or we are. */
	case ERR_PAY_UNAVAILABLE:
	case ERR_NOT_SENT:
	case ERR_UNKNOWN:
	case ERR_UNAVAILABLE:
	case ERR_TIMEOUT:
	case ERR_CONFLICT:
	case ERR_TOO_MANY:
	case ERR_KEY_IN_PROGRESS:
	case ERR_UNAUTHORIZED:
	case ERR_FORBIDDEN:
	case ERR_CLOSED:
	case ERR_MEMORY:
	case ERR_SYSTEM: return VERDICT_PAUSE;

	/* The event asks for what cannot be; perhaps only at this moment. */
	case ERR_INVALID:
	case ERR_TOO_LARGE:
	case ERR_MEDIA_TYPE:
	case ERR_METHOD:
	case ERR_NOT_FOUND:
	case ERR_DECLINED:
	case ERR_TAKEN:
	case ERR_PRICE_CHANGED:
	case ERR_HAS_BOOKINGS:
	case ERR_STATE_CONFLICT:
	case ERR_VERSION_CONFLICT:
	case ERR_KEY_REUSED:
	case ERR_BUG: return VERDICT_ALONE;

	case ERR_MALFORMED:
	case ERR_POISON: return VERDICT_DEAD;

	case ERR_MAX: break;
	}
	return VERDICT_ALONE;
}

static const char *const names[VERDICT_MAX] = {
	[VERDICT_ACK] = "ack",
	[VERDICT_PAUSE] = "pause",
	[VERDICT_ALONE] = "alone",
	[VERDICT_DEAD] = "dead",
};

const char *
verdict_name(enum verdict verdict)
{
	return (unsigned)verdict < VERDICT_MAX ? names[verdict] : "?";
}
