/* SPDX-License-Identifier: MIT */
#include "domain/alarm/delivery.h"

#include "base/backoff.h"

#include <stdio.h>
#include <string.h>

#define REJECTED_ATTEMPTS 8u /* before a delivery that the other side refuses has failed */

static const char *const channel_names[CHANNEL_MAX] = {
	[CHANNEL_INBOX] = "inbox",
	[CHANNEL_EMAIL] = "email",
	[CHANNEL_WEBHOOK] = "webhook",
};

static const char *const delivery_state_names[DELIVERY_STATE_MAX] = {
	[DELIVERY_WAITING] = "waiting",
	[DELIVERY_DELIVERED] = "delivered",
	[DELIVERY_FAILED] = "failed",
};

const char *
channel_name(enum channel channel)
{
	return (unsigned)channel < CHANNEL_MAX ? channel_names[channel] : "?";
}

const char *
delivery_state_name(enum delivery_state state)
{
	return (unsigned)state < DELIVERY_STATE_MAX ? delivery_state_names[state] : "?";
}

/* ---- targets ---- */

enum delivery_target
delivery_target(enum channel channel, enum role role, uint64_t book_id,
                const struct delivery_addresses *addresses, char ret_target[URL_SIZE])
{
	const bool has_contact = role == ROLE_GUEST && book_id;
	const char *email = *addresses->email ? addresses->email
	                    : has_contact     ? addresses->contact_email
	                                      : "";
	const char *target = channel == CHANNEL_WEBHOOK ? addresses->webhook_url : email;
	ret_target[0] = '\0';
	if (channel == CHANNEL_EMAIL && !addresses->by_email)
		return TARGET_NONE;
	if (*target) {
		memcpy(ret_target, target, strlen(target) + 1);
		return TARGET_KNOWN;
	}
	return channel == CHANNEL_EMAIL && has_contact && !addresses->contact_known ? TARGET_LATER
	                                                                            : TARGET_NONE;
}

void
delivery_destination(enum channel channel, const char *target, uint64_t notification_id,
                     char ret_destination[DESTINATION_SIZE])
{
	if (channel == CHANNEL_EMAIL)
		email_destination(notification_id, ret_destination);
	else
		webhook_destination(target, ret_destination);
}

/* ---- attempts ---- */

struct attempt_result
attempt_result(enum attempt_outcome outcome, const char *reason)
{
	struct attempt_result result = {.outcome = outcome};
	snprintf(result.reason, REASON_SIZE, "%s", reason);
	return result;
}

struct attempt_result
attempt_result_status(enum attempt_outcome outcome, const char *word, long status)
{
	struct attempt_result result = {.outcome = outcome};
	snprintf(result.reason, REASON_SIZE, "%s-%ld", word, status);
	return result;
}

uint32_t
retry_pause_ms(const struct retry_policy *policy, uint32_t attempts, uint32_t random)
{
	const uint32_t pause_ms = backoff_ms(policy->first_ms, policy->max_ms, attempts);
	return pause_ms - random % (pause_ms / 2 + 1);
}

bool
retry_is_allowed(const struct retry_policy *policy, enum attempt_outcome outcome, uint32_t attempts,
                 uint64_t age_s, uint32_t pause_ms)
{
	switch (outcome) {
	case ATTEMPT_RETRY:
	case ATTEMPT_UNREACHABLE: break;
	case ATTEMPT_REJECTED:
		if (attempts >= REJECTED_ATTEMPTS)
			return false;
		break;
	case ATTEMPT_DELIVERED:
	case ATTEMPT_PERMANENT:
	case ATTEMPT_MAX: return false;
	}
	return age_s + pause_ms / 1000 < policy->for_s;
}

/* ---- asking for another delivery ---- */

enum err
redelivery_decide(const struct redelivery_facts *facts, enum redelivery_step *ret_step)
{
	const bool waits = facts->exists && facts->state == DELIVERY_WAITING;
	if (facts->target != TARGET_KNOWN)
		return ERR_INVALID;
	if (!facts->event_kept)
		return ERR_STATE_CONFLICT;
	if (facts->exists && !waits && facts->asked_recently)
		return ERR_TOO_MANY;
	if (!facts->exists)
		*ret_step = REDELIVERY_ADD;
	else if (!waits)
		*ret_step = REDELIVERY_RESTART;
	else
		*ret_step = facts->leased ? REDELIVERY_NOTHING : REDELIVERY_SEND_NOW;
	return OK;
}
