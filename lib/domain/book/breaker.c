/* SPDX-License-Identifier: MIT */
/* breaker - a circuit breaker as a pure machine. */
#include "domain/book/breaker.h"

/* Tripped and not well yet: between open and half-open it goes to and fro. */
static bool
is_tripped(enum breaker_state state)
{
	return state == BREAKER_OPEN || state == BREAKER_HALF_OPEN;
}

static void
enter(struct breaker *breaker, enum breaker_state state, int64_t now_ms)
{
	if (breaker->state != state && !(is_tripped(breaker->state) && is_tripped(state)))
		breaker->since_ms = now_ms;
	breaker->state = state;
	breaker->failures = 0;
}

bool
breaker_refuses(const struct breaker *breaker, int64_t now_ms)
{
	switch (breaker->state) {
	case BREAKER_CLOSED: return false;
	case BREAKER_OPEN: return now_ms < breaker->open_until_ms;
	case BREAKER_HALF_OPEN: return now_ms < breaker->probe_until_ms;
	case BREAKER_FORCED: return true;
	case BREAKER_STATE_MAX: break;
	}
	return false;
}

enum breaker_permit
breaker_permit_call(struct breaker *breaker, const struct breaker_limits *limits, int64_t now_ms)
{
	if (breaker_refuses(breaker, now_ms)) {
		breaker->refused++;
		return BREAKER_REFUSED;
	}
	if (breaker->state == BREAKER_CLOSED)
		return BREAKER_PERMITTED;
	enter(breaker, BREAKER_HALF_OPEN, now_ms);
	breaker->probe_until_ms = now_ms + limits->lease_ms;
	return BREAKER_PROBE;
}

void
breaker_report(struct breaker *breaker, const struct breaker_limits *limits,
               enum breaker_permit permit, bool success, int64_t now_ms)
{
	bool decides = permit == BREAKER_PROBE && breaker->state == BREAKER_HALF_OPEN;
	bool counts = permit == BREAKER_PERMITTED && breaker->state == BREAKER_CLOSED;
	if (success && (decides || counts)) {
		enter(breaker, BREAKER_CLOSED, now_ms);
	} else if (decides || (counts && ++breaker->failures >= limits->failures)) {
		enter(breaker, BREAKER_OPEN, now_ms);
		breaker->open_until_ms = now_ms + limits->open_ms;
		breaker->opened++;
	}
}

void
breaker_recover(struct breaker *breaker, int64_t now_ms)
{
	if (breaker->state != BREAKER_FORCED)
		enter(breaker, BREAKER_CLOSED, now_ms);
}

enum breaker_state
breaker_state_now(const struct breaker *breaker, int64_t now_ms)
{
	bool is_over = breaker->state == BREAKER_OPEN && !breaker_refuses(breaker, now_ms);
	return is_over ? BREAKER_HALF_OPEN : breaker->state;
}

void
breaker_force(struct breaker *breaker, int64_t now_ms)
{
	enter(breaker, BREAKER_FORCED, now_ms);
}

void
breaker_reset(struct breaker *breaker, int64_t now_ms)
{
	enter(breaker, BREAKER_CLOSED, now_ms);
}

const char *
breaker_state_name(enum breaker_state state)
{
	static const char *const names[BREAKER_STATE_MAX] = {
		[BREAKER_CLOSED] = "closed",
		[BREAKER_OPEN] = "open",
		[BREAKER_HALF_OPEN] = "half-open",
		[BREAKER_FORCED] = "forced",
	};
	return (unsigned)state < BREAKER_STATE_MAX ? names[state] : "?";
}
