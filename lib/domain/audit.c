/* SPDX-License-Identifier: MIT */
#include "domain/audit.h"

#include <string.h>

static const char *const what_names[AUDIT_WHAT_MAX] = {
	[AUDIT_SIGN_IN] = "sign-in",
	[AUDIT_SIGN_OUT] = "sign-out",
	[AUDIT_SESSION_END] = "session-ended",
	[AUDIT_TOKEN_REUSE] = "token-reused",
	[AUDIT_PASSWORD] = "password-changed",
	[AUDIT_RESET] = "password-reset",
	[AUDIT_EMAIL_ASK] = "email-asked",
	[AUDIT_EMAIL] = "email-changed",
	[AUDIT_FACTOR_ON] = "second-factor-on",
	[AUDIT_FACTOR_OFF] = "second-factor-off",
	[AUDIT_ACCOUNT] = "account-made",
	[AUDIT_LINK] = "sign-in-linked",
	[AUDIT_UNLINK] = "sign-in-unlinked",
	[AUDIT_ERASURE] = "account-deleted",
	[AUDIT_ROLE_GIVEN] = "role-given",
	[AUDIT_ROLE_TAKEN] = "role-taken",
	[AUDIT_CANCEL] = "booking-cancelled",
	[AUDIT_OPERATOR_READ] = "operator-read",
	[AUDIT_REFUSAL] = "refused",
	[AUDIT_KEY] = "key-rotated",
	[AUDIT_SECRET] = "secret-rotated",
};

static const char *const outcome_names[AUDIT_OUTCOME_MAX] = {
	[AUDIT_DONE] = "done", [AUDIT_REFUSED] = "refused", [AUDIT_LIMITED] = "limited"};

static const char *const role_names_of_audit[AUDIT_ROLE_MAX] = {
	[AUDIT_NOBODY] = "nobody",  [AUDIT_ACCOUNT_OWNER] = "account", [AUDIT_GUEST] = "guest",
	[AUDIT_HOST] = "host",      [AUDIT_OPERATOR] = "operator",     [AUDIT_SERVICE] = "service",
	[AUDIT_KEY_HOLDER] = "key", [AUDIT_COMMAND] = "command",
};

static const char *const subject_names[AUDIT_SUBJECT_MAX] = {
	[AUDIT_ABOUT_NOTHING] = "",
	[AUDIT_ABOUT_ACCOUNT] = "account",
	[AUDIT_ABOUT_SESSION] = "session",
	[AUDIT_ABOUT_ROOM] = "room",
	[AUDIT_ABOUT_BOOKING] = "booking",
	[AUDIT_ABOUT_PAYMENT] = "payment",
	[AUDIT_ABOUT_NOTIFICATION] = "notification",
};

const char *
audit_what_name(unsigned what)
{
	return what < AUDIT_WHAT_MAX ? what_names[what] : "?";
}

const char *
audit_outcome_name(unsigned outcome)
{
	return outcome < AUDIT_OUTCOME_MAX ? outcome_names[outcome] : "?";
}

const char *
audit_role_name(unsigned role)
{
	return role < AUDIT_ROLE_MAX ? role_names_of_audit[role] : "?";
}

const char *
audit_subject_name(unsigned subject)
{
	return subject < AUDIT_SUBJECT_MAX ? subject_names[subject] : "?";
}

/* ---- who ---- */

/* The strongest of the roles. */
static enum audit_role
role_of(const struct caller *caller)
{
	if (caller->roles & ROLE_OPERATOR)
		return AUDIT_OPERATOR;
	if (caller->roles & ROLE_SERVICE)
		return AUDIT_SERVICE;
	if (caller->roles & ROLE_HOST)
		return AUDIT_HOST;
	if ((caller->roles & ROLE_GUEST) && (caller->id || !(caller->roles & ROLE_KEY_HOLDER)))
		return AUDIT_GUEST;
	return (caller->roles & ROLE_KEY_HOLDER) ? AUDIT_KEY_HOLDER : AUDIT_NOBODY;
}

void
audit_actor_of(const struct origin *origin, struct audit_actor *ret_actor)
{
	*ret_actor =
		(struct audit_actor){.id = origin->caller.id, .role = role_of(&origin->caller)};
	memcpy(ret_actor->address, origin->address, sizeof(ret_actor->address));
	memcpy(ret_actor->request_id, origin->request_id, sizeof(ret_actor->request_id));
}

void
audit_entry_own(struct audit_entry *entry, uint64_t account_id)
{
	if (!entry->subject_id && entry->subject == AUDIT_ABOUT_ACCOUNT)
		entry->subject_id = account_id;
	if (!entry->by.id && entry->by.role == AUDIT_ACCOUNT_OWNER)
		entry->by.id = account_id;
}

bool
audit_outcome_of_proof(enum err err, enum audit_outcome *ret_outcome)
{
	if (err == ERR_TOO_MANY)
		*ret_outcome = AUDIT_LIMITED;
	else if (err == ERR_UNAUTHORIZED || err == ERR_INVALID)
		*ret_outcome = AUDIT_REFUSED;
	else
		return false;
	return true;
}

/* ---- requests ---- */

/* An operator who names somebody acts as that one. */
static bool
is_operator_read(const struct audit_request *request)
{
	const struct caller *shown = &request->shown, *acts = &request->acts;
	return request->reads && !request->open && (shown->roles & ROLE_OPERATOR) &&
	       ((acts->roles & ROLE_OPERATOR) || acts->id != shown->id);
}

bool
audit_of_request(const struct audit_request *request, enum err outcome,
                 struct audit_entry *ret_entry)
{
	const bool is_success = outcome == OK || outcome == ERR_NOT_MODIFIED;
	const bool is_refusal =
		outcome == ERR_FORBIDDEN ||
		(outcome == ERR_UNAUTHORIZED && request->has_credentials && !request->proves);
	if (!is_refusal && !(is_success && is_operator_read(request)))
		return false;
	*ret_entry = (struct audit_entry){
		.what = is_refusal ? AUDIT_REFUSAL : AUDIT_OPERATOR_READ,
		.outcome = is_refusal ? AUDIT_REFUSED : AUDIT_DONE,
		.by = {.id = request->shown.id, .role = role_of(&request->shown)}};
	return true;
}

/* ---- how many ---- */

bool
audit_pace_take(struct audit_pace *pace, enum audit_what what, instant_t now, uint32_t *ret_missed)
{
	const uint32_t max = what == AUDIT_OPERATOR_READ ? AUDIT_READS_MAX : AUDIT_REFUSALS_MAX;
	const int64_t window = now / (AUDIT_PACE_S * INT64_C(1000));
	if (pace->window != window) {
		pace->window = window;
		pace->written = 0;
	}
	if (pace->written >= max) {
		if (pace->missed < UINT32_MAX)
			pace->missed++;
		return false;
	}
	pace->written++;
	*ret_missed = pace->missed;
	pace->missed = 0;
	return true;
}

void
audit_pace_give_back(struct audit_pace *pace, uint32_t missed)
{
	const uint32_t room = UINT32_MAX - pace->missed;
	pace->missed += missed < room ? missed + 1 : room;
}
