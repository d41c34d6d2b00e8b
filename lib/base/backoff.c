/* SPDX-License-Identifier: MIT */
#include "base/backoff.h"

#include "base/uuid.h"

uint32_t
backoff_ms(uint32_t first_ms, uint32_t most_ms, uint32_t failures)
{
	uint32_t ms = first_ms;
	for (uint32_t i = 1; i < failures && ms < most_ms; i++)
		ms = ms > most_ms / 2 ? most_ms : ms * 2;
	return ms < most_ms ? ms : most_ms;
}

uint32_t
backoff_jitter(uint32_t ms)
{
	return ms - random_u32() % (ms / 2 + 1);
}

uint32_t
backoff_next(struct backoff *backoff)
{
	if (backoff->failures < UINT32_MAX)
		backoff->failures++;
	return backoff_jitter(backoff_ms(backoff->least_ms, backoff->most_ms, backoff->failures));
}

void
backoff_reset(struct backoff *backoff)
{
	backoff->failures = 0;
}
