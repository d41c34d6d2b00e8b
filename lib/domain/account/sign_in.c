/* SPDX-License-Identifier: MIT */
#include "domain/account/sign_in.h"

static const uint32_t free_failures[SIGN_IN_SCOPE_MAX] = {
	[SIGN_IN_PAIR] = SIGN_IN_PAIR_FREE, [SIGN_IN_ADDRESS] = SIGN_IN_ADDRESS_FREE};

uint32_t
sign_in_pause_ms(enum sign_in_scope scope, uint32_t failures)
{
	uint32_t pause_ms = SIGN_IN_PAUSE_MS;
	if (failures < free_failures[scope])
		return 0;
	for (uint32_t n = failures - free_failures[scope]; n > 0 && pause_ms < SIGN_IN_PAUSE_MAX_MS;
	     n--)
		pause_ms *= 2;
	return pause_ms < SIGN_IN_PAUSE_MAX_MS ? pause_ms : SIGN_IN_PAUSE_MAX_MS;
}

static bool
is_forgotten(const struct sign_in_record *record, instant_t now)
{
	return now - record->last_at >= SIGN_IN_FORGET_MS;
}

uint32_t
sign_in_wait_ms(enum sign_in_scope scope, const struct sign_in_record *record, instant_t now)
{
	const instant_t next_at = record->last_at + sign_in_pause_ms(scope, record->failures);
	if (record->failures == 0 || is_forgotten(record, now) || next_at <= now)
		return 0;
	return (uint32_t)(next_at - now);
}

void
sign_in_count(struct sign_in_record *record, instant_t now)
{
	record->failures = is_forgotten(record, now) ? 1 : record->failures + 1;
	record->last_at = now;
}
