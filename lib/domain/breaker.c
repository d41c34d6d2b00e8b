/* breaker - a circuit breaker as a pure machine. */
#include "domain/breaker.h"

static enum breaker_pass
probe(struct breaker *breaker, const struct breaker_limits *limits, int64_t now_ms)
{
	breaker->state = BREAKER_HALF_OPEN;
	breaker->probe_until_ms = now_ms + limits->lease_ms;
	return BREAKER_PROBE;
}

enum breaker_pass
breaker_ask(struct breaker *breaker, const struct breaker_limits *limits, int64_t now_ms)
{
	switch (breaker->state) {
	case BREAKER_CLOSED: return BREAKER_PASSED;
	case BREAKER_OPEN:
		if (now_ms >= breaker->open_until_ms)
			return probe(breaker, limits, now_ms);
		break;
	case BREAKER_HALF_OPEN:
		if (now_ms >= breaker->probe_until_ms)
			return probe(breaker, limits, now_ms);
		break;
	case BREAKER_STATE_MAX: break;
	}
	breaker->refused++;
	return BREAKER_REFUSED;
}

static void
open_it(struct breaker *breaker, const struct breaker_limits *limits, int64_t now_ms)
{
	breaker->state = BREAKER_OPEN;
	breaker->failures = 0;
	breaker->open_until_ms = now_ms + limits->open_ms;
	breaker->opened++;
}

void
breaker_report(struct breaker *breaker, const struct breaker_limits *limits, enum breaker_pass pass,
               bool success, int64_t now_ms)
{
	bool decides = pass == BREAKER_PROBE && breaker->state == BREAKER_HALF_OPEN;
	bool counts = pass == BREAKER_PASSED && breaker->state == BREAKER_CLOSED;
	if (success && (decides || counts)) {
		breaker->state = BREAKER_CLOSED;
		breaker->failures = 0;
	} else if (decides || (counts && ++breaker->failures >= limits->failures)) {
		open_it(breaker, limits, now_ms);
	}
}

const char *
breaker_state_name(enum breaker_state state)
{
	static const char *const names[BREAKER_STATE_MAX] = {
		[BREAKER_CLOSED] = "closed",
		[BREAKER_OPEN] = "open",
		[BREAKER_HALF_OPEN] = "half-open",
	};
	return (unsigned)state < BREAKER_STATE_MAX ? names[state] : "?";
}
