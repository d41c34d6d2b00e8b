/* SPDX-License-Identifier: MIT */
/*
 * breaker - a circuit breaker as a pure state machine: closed -> open -> half-open -> closed or
 * open.
 *
 * A failure says that nobody can be served at the other side, not that one call was refused there.
 * After `failures` failures in a row it opens. `open_ms` later one call may pass as a probe. The
 * probe has a lease: if its process dies, another may probe when the lease has expired. An operator
 * may force the breaker open: then no call passes, not even a probe, until the operator closes it.
 * The pattern is Michael Nygard's ("Release It!", chapter Stability Patterns). All times are of
 * monotonic_ms().
 */
#ifndef DOMAIN_BOOK_BREAKER_H
#define DOMAIN_BOOK_BREAKER_H

#include <stdbool.h>
#include <stdint.h>

enum breaker_state {
	BREAKER_CLOSED,
	BREAKER_OPEN,
	BREAKER_HALF_OPEN,
	BREAKER_FORCED, /* open until the operator closes it */
	BREAKER_STATE_MAX
};

enum breaker_permit {
	BREAKER_REFUSED,   /* do not call */
	BREAKER_PERMITTED, /* call and report */
	BREAKER_PROBE,     /* call and report: the outcome decides */
};

struct breaker_limits {
	uint32_t failures; /* in a row, at least 1 */
	uint32_t open_ms;  /* how long it stays open before a probe */
	uint32_t lease_ms; /* how long a probe may take before another may pass */
};

struct breaker {
	enum breaker_state state;
	uint32_t failures;        /* in a row, while closed */
	int64_t since_ms;         /* when it was closed, tripped (open or half-open) or forced */
	int64_t open_until_ms;    /* while open */
	int64_t probe_until_ms;   /* while half-open: when the probe's lease expires */
	uint64_t opened, refused; /* since the breaker was made, for metrics */
};

/* Whether a call may be made now. */
enum breaker_permit breaker_permit_call(struct breaker *breaker,
                                        const struct breaker_limits *limits, int64_t now_ms);

/* Reports the outcome of a call that passed. Calls that began before it opened are ignored. */
void breaker_report(struct breaker *breaker, const struct breaker_limits *limits,
                    enum breaker_permit permit, bool success, int64_t now_ms);

/* The other side answered a caller that another breaker let through: closes this one if it has opened,
 * and forgets its failures. While it is forced, it stays so. */
void breaker_recover(struct breaker *breaker, int64_t now_ms);

/* The state as it is now: one whose open time is over is half-open, as the next call is a probe. */
enum breaker_state breaker_state_now(const struct breaker *breaker, int64_t now_ms);

/* Whether a call would be refused now. */
bool breaker_refuses(const struct breaker *breaker, int64_t now_ms);

/* For the operator, in any state: forces it open until breaker_reset(); closes it with a failure
 * count of 0. While it is forced, calls that began before are ignored. */
void breaker_force(struct breaker *breaker, int64_t now_ms);
void breaker_reset(struct breaker *breaker, int64_t now_ms);

/* "closed", "open", "half-open", "forced". */
const char *breaker_state_name(enum breaker_state state);

#endif
