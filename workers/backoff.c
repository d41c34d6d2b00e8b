/* backoff - pauses that double up to a limit. */
#include "workers/backoff.h"

#include "base/uuid.h"

uint32_t
backoff_next(struct backoff *backoff)
{
	uint32_t due = backoff->next_ms ? backoff->next_ms : backoff->least_ms, random;
	backoff->next_ms = due > backoff->most_ms / 2 ? backoff->most_ms : due * 2;
	if (random_bytes(&random, sizeof(random)) != OK)
		return due;
	return due - random % (due / 2 + 1);
}

void
backoff_reset(struct backoff *backoff)
{
	backoff->next_ms = 0;
}
