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
	[CHANNEL_CONTACT] = "contact",
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
channel_shown(enum channel channel)
{
	return channel_name(channel == CHANNEL_CONTACT ? CHANNEL_EMAIL : channel);
}

bool
channel_is_mail(enum channel channel)
{
	return channel == CHANNEL_EMAIL || channel == CHANNEL_CONTACT;
}

const char *
delivery_state_name(enum delivery_state state)
{
	return (unsigned)state < DELIVERY_STATE_MAX ? delivery_state_names[state] : "?";
}

/* ---- targets ---- */

bool
recipient_is_somebody(uint64_t recipient_id)
{
	return recipient_id != 0;
}

/* The address in the settings; "": there is none, or it does not count. */
static const char *
own_email(const struct delivery_subject *subject, const struct delivery_addresses *addresses)
{
	return recipient_is_somebody(subject->recipient_id) ? addresses->email : "";
}

/* A host's mails never go to the contact of a booking. */
static bool
has_contact(const struct delivery_subject *subject)
{
	return subject->role == ROLE_GUEST && subject->book_id;
}

bool
contact_is_dropped(enum channel channel, const struct delivery_addresses *addresses)
{
	return !*addresses->contact_email ||
	       (channel == CHANNEL_CONTACT &&
	        email_is_same(addresses->contact_email, addresses->email));
}

static enum delivery_target
contact_target(enum channel channel, const struct delivery_addresses *addresses,
               const char **ret_target)
{
	if (!addresses->contact_known)
		return TARGET_LATER;
	if (contact_is_dropped(channel, addresses))
		return TARGET_NONE;
	*ret_target = addresses->contact_email;
	return TARGET_KNOWN;
}

static enum delivery_target
email_target(enum channel channel, const struct delivery_subject *subject,
             const struct delivery_addresses *addresses, const char **ret_target)
{
	const char *own = own_email(subject, addresses);
	const bool to_contact = (channel == CHANNEL_CONTACT) == (*own != '\0');
	if (!addresses->by_email)
		return TARGET_NONE;
	if (to_contact)
		return has_contact(subject) ? contact_target(channel, addresses, ret_target)
		                            : TARGET_NONE;
	*ret_target = own;
	return *own ? TARGET_KNOWN : TARGET_NONE;
}

enum delivery_target
delivery_target(enum channel channel, const struct delivery_subject *subject,
                const struct delivery_addresses *addresses, char ret_target[URL_SIZE])
{
	const char *target = "";
	enum delivery_target found = TARGET_NONE;
	if (channel_is_mail(channel)) {
		found = email_target(channel, subject, addresses, &target);
	} else if (recipient_is_somebody(subject->recipient_id) && *addresses->webhook_url) {
		target = addresses->webhook_url;
		found = TARGET_KNOWN;
	}
	memcpy(ret_target, target, strlen(target) + 1);
	return found;
}

void
delivery_destination(enum channel channel, const char *target, uint64_t notification_id,
                     char ret_destination[DESTINATION_SIZE])
{
	if (channel_is_mail(channel))
		email_destination(channel_name(channel), notification_id, ret_destination);
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
