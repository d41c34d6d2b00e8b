/* SPDX-License-Identifier: MIT */
#include "domain/alarm/mail_permit.h"

static enum address_standing
contact_standing(const struct address_facts *facts)
{
	if (facts->contact_confirmed || facts->contact_mailing == MAILING_ALL)
		return ADDRESS_CONFIRMED;
	return facts->contact_mailing == MAILING_NONE ? ADDRESS_LIMITED : ADDRESS_UNCONFIRMED;
}

enum address_standing
address_standing(const char *target, const struct address_facts *facts)
{
	const bool is_own = *facts->own_email && email_is_same(target, facts->own_email);
	const bool is_contact =
		*facts->contact_email && email_is_same(target, facts->contact_email);
	if (is_own && !facts->own_unconfirmed)
		return ADDRESS_CONFIRMED;
	return is_contact ? contact_standing(facts) : ADDRESS_UNCONFIRMED;
}

const char *
mail_refusal_name(enum mail_refusal refusal)
{
	static const char *const names[MAIL_REFUSAL_MAX] = {[MAIL_PERMITTED] = "",
	                                                    [MAIL_UNCONFIRMED] = "unconfirmed",
	                                                    [MAIL_SENDER_LIMIT] = "sender-limit",
	                                                    [MAIL_ADDRESS_LIMIT] = "address-limit"};
	return (unsigned)refusal < MAIL_REFUSAL_MAX ? names[refusal] : "?";
}

bool
mail_is_needed(enum role role, enum event_type event)
{
	const bool is_of_book = event_kinds[event].aggregate == AGGREGATE_BOOK &&
	                        event != EVENT_BOOK_CLAIMED && event != EVENT_BOOK_ERASED;
	return role == ROLE_GUEST && (is_of_book || event == EVENT_PAYMENT_CANCELED);
}

enum mail_refusal
mail_permit(enum address_standing standing, enum role role, enum event_type event, uint64_t sent)
{
	if (standing == ADDRESS_CONFIRMED)
		return MAIL_PERMITTED;
	if (!mail_is_needed(role, event))
		return MAIL_UNCONFIRMED;
	if (standing == ADDRESS_LIMITED)
		return MAIL_SENDER_LIMIT;
	return sent < MAIL_UNCONFIRMED_DAY_MAX ? MAIL_PERMITTED : MAIL_ADDRESS_LIMIT;
}
