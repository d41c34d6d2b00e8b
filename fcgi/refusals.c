/* SPDX-License-Identifier: MIT */
#include "fcgi/refusals.h"

#include "base/clock.h"
#include "base/log.h"

#include <stdbool.h>

#define LOG_PAUSE_MS 1000 /* between two lines */

static const char *const names[REFUSAL_MAX] = {[REFUSED_MALFORMED] = "malformed",
                                               [REFUSED_TOO_LARGE] = "too-large",
                                               [REFUSED_TIMEOUT] = "timeout",
                                               [REFUSED_CLOSED] = "closed",
                                               [REFUSED_EVICTED] = "evicted"};

void
refusals_init(struct refusals *refusals)
{
	*refusals = (struct refusals){.logged_ms = -LOG_PAUSE_MS};
}

/* Whether this thread may write a line now. */
static bool
log_is_due(struct refusals *refusals)
{
	long long now_ms = monotonic_ms(), last_ms = atomic_load(&refusals->logged_ms);
	return now_ms - last_ms >= LOG_PAUSE_MS &&
	       atomic_compare_exchange_strong(&refusals->logged_ms, &last_ms, now_ms);
}

void
refusal_count(struct refusals *refusals, enum refusal refusal, const char *detail)
{
	atomic_fetch_add(&refusals->counts[refusal], 1);
	if (!log_is_due(refusals)) {
		atomic_fetch_add(&refusals->unlogged, 1);
		return;
	}
	LOG(LOG_WARN, "request-not-received", LOG_TEXT("reason", names[refusal]),
	    LOG_TEXT("detail", detail),
	    LOG_NUMBER("unlogged", atomic_exchange(&refusals->unlogged, 0)));
}

void
refusals_metrics(const struct refusals *refusals, struct metrics *to)
{
	for (int i = 0; i < REFUSAL_MAX; i++)
		METRIC(to, METRIC_REQUESTS_REFUSED, atomic_load(&refusals->counts[i]), names[i]);
}
