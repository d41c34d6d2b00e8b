/* SPDX-License-Identifier: MIT */
#include "base/err.h"

static err_hook *place_hook;

static const char *const names[ERR_MAX] = {
	[OK] = "ok",
	[ERR_MALFORMED] = "malformed",
	[ERR_INVALID] = "invalid",
	[ERR_TOO_LARGE] = "too-large",
	[ERR_MEDIA_TYPE] = "media-type",
	[ERR_METHOD] = "method",
	[ERR_UNAUTHORIZED] = "unauthorized",
	[ERR_FORBIDDEN] = "forbidden",
	[ERR_NOT_FOUND] = "not-found",
	[ERR_DECLINED] = "declined",
	[ERR_TAKEN] = "room-taken",
	[ERR_PRICE_CHANGED] = "price-changed",
	[ERR_HAS_BOOKINGS] = "room-has-bookings",
	[ERR_STATE_CONFLICT] = "state-conflict",
	[ERR_VERSION_CONFLICT] = "version-conflict",
	[ERR_NOT_MODIFIED] = "not-modified",
	[ERR_KEY_IN_PROGRESS] = "key-in-progress",
	[ERR_KEY_REUSED] = "key-reused",
	[ERR_TOO_MANY] = "too-many",
	[ERR_PAY_UNAVAILABLE] = "pay-unavailable",
	[ERR_NOT_SENT] = "not-sent",
	[ERR_UNKNOWN] = "unknown-outcome",
	[ERR_UNDECIDED] = "undecided",
	[ERR_UNAVAILABLE] = "unavailable",
	[ERR_TIMEOUT] = "timeout",
	[ERR_CONFLICT] = "conflict",
	[ERR_DUPLICATE] = "duplicate-key",
	[ERR_UNCHANGED] = "row-unchanged",
	[ERR_CLOSED] = "closed",
	[ERR_POISON] = "poison",
	[ERR_MEMORY] = "memory",
	[ERR_SYSTEM] = "system",
	[ERR_BUG] = "bug",
};

const char *
err_name(enum err err)
{
	if ((unsigned)err >= ERR_MAX)
		return "not-an-outcome";
	return names[err];
}

void
err_hook_set(err_hook *hook)
{
	place_hook = hook;
}

void
err_note(enum err err, const char *file, int line, const char *statement, int code)
{
	const int saved = errno;
	if (place_hook)
		place_hook(&(struct err_place){err, file, line, statement, code});
	errno = saved;
}
