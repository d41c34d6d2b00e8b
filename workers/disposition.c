/* SPDX-License-Identifier: MIT */
#include "workers/disposition.h"

/* No default: a new outcome does not compile until its disposition is decided. */
enum disposition
disposition_of(enum err err)
{
	switch (err) {
	case OK:
	case ERR_NOT_MODIFIED: return DISPOSITION_ACK;

	/* A dependency is unavailable or busy, or this program is. */
	case ERR_PAY_UNAVAILABLE:
	case ERR_NOT_SENT:
	case ERR_UNKNOWN:
	case ERR_UNDECIDED:
	case ERR_UNAVAILABLE:
	case ERR_TIMEOUT:
	case ERR_CONFLICT:
	case ERR_TOO_MANY:
	case ERR_KEY_IN_PROGRESS:
	case ERR_UNAUTHORIZED:
	case ERR_FORBIDDEN:
	case ERR_CLOSED:
	case ERR_MEMORY:
	case ERR_SYSTEM: return DISPOSITION_PAUSE;

	/* The event cannot be applied, perhaps only at this moment. */
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
	case ERR_DUPLICATE:
	case ERR_UNCHANGED:
	case ERR_BUG: return DISPOSITION_RETRY_SINGLE;

	case ERR_MALFORMED:
	case ERR_POISON: return DISPOSITION_DEAD_LETTER;

	case ERR_MAX: break;
	}
	return DISPOSITION_RETRY_SINGLE;
}

static const char *const names[DISPOSITION_MAX] = {
	[DISPOSITION_ACK] = "ack",
	[DISPOSITION_PAUSE] = "pause",
	[DISPOSITION_RETRY_SINGLE] = "retry_single",
	[DISPOSITION_DEAD_LETTER] = "dead_letter",
};

const char *
disposition_name(enum disposition disposition)
{
	return (unsigned)disposition < DISPOSITION_MAX ? names[disposition] : "?";
}
