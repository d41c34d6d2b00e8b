/* SPDX-License-Identifier: MIT */
/* book - the state table of a booking, and the rules of a change. */
#include "domain/book/book.h"

#include <string.h>

#define NOT_ALLOWED BOOK_STATUS_MAX

/* docs/states.md draws this; a unit test walks every pair. */
static const enum book_status next_status[BOOK_STATUS_MAX][BOOK_ACTION_MAX] = {
	[BOOK_REQUESTED] =
		{
			[BOOK_APPROVE] = BOOK_BOOKED,
			[BOOK_DECLINE] = BOOK_REJECTED,
			[BOOK_DEFER] = BOOK_PAYMENT_PENDING,
			[BOOK_EXPIRE] = BOOK_EXPIRED,
			[BOOK_CANCEL] = BOOK_CANCELED,
		},
	[BOOK_PAYMENT_PENDING] =
		{
			[BOOK_APPROVE] = BOOK_BOOKED,
			[BOOK_DECLINE] = BOOK_REJECTED,
			[BOOK_DEFER] = NOT_ALLOWED,
			[BOOK_EXPIRE] = BOOK_EXPIRED,
			[BOOK_CANCEL] = BOOK_CANCELED,
		},
	[BOOK_BOOKED] =
		{
			[BOOK_APPROVE] = NOT_ALLOWED,
			[BOOK_DECLINE] = NOT_ALLOWED,
			[BOOK_DEFER] = NOT_ALLOWED,
			[BOOK_EXPIRE] = NOT_ALLOWED,
			[BOOK_CANCEL] = BOOK_CANCELED,
		},
#define FINAL                                                                   \
	{                                                                       \
		NOT_ALLOWED, NOT_ALLOWED, NOT_ALLOWED, NOT_ALLOWED, NOT_ALLOWED \
	}
	[BOOK_REJECTED] = FINAL,
	[BOOK_EXPIRED] = FINAL,
	[BOOK_CANCELED] = FINAL,
#undef FINAL
};

enum err
book_next(enum book_status status, enum book_action action, enum book_status *ret_next)
{
	if ((unsigned)status >= BOOK_STATUS_MAX || (unsigned)action >= BOOK_ACTION_MAX)
		return ERR_BUG_HERE();
	if (next_status[status][action] == NOT_ALLOWED)
		return ERR_STATE_CONFLICT;
	*ret_next = next_status[status][action];
	return OK;
}

bool
book_holds_nights(enum book_status status)
{
	return status == BOOK_REQUESTED || status == BOOK_PAYMENT_PENDING || status == BOOK_BOOKED;
}

bool
book_releases_nights(enum book_action action)
{
	return action != BOOK_APPROVE && action != BOOK_DEFER;
}

void
book_begin(struct book *book, instant_t now, uint32_t hold_s)
{
	book->status = BOOK_REQUESTED;
	book->version = 1;
	book->key_version = BOOK_KEY_FIRST;
	book->erased = false;
	book->pay_id = 0;
	book->pay_until = now + (instant_t)hold_s * 1000;
	book->created_at = book->updated_at = now;
}

enum err
book_check_change(const struct book *book, const struct precondition *condition,
                  enum book_action action)
{
	enum book_status next;
	enum err err = precondition_check(condition, book->version);
	return err == OK ? book_next(book->status, action, &next) : err;
}

enum err
book_transit(struct book *book, enum book_action action, uint64_t pay_id, instant_t now)
{
	enum err err = book_next(book->status, action, &book->status);
	if (err != OK)
		return err;
	book->version++;
	book->updated_at = now;
	if (pay_id)
		book->pay_id = pay_id;
	return OK;
}

bool
book_is_claimable(const struct book *book, const struct claimant *claimant)
{
	return book->guest_id == 0 && claimant->account_id != 0 && *claimant->email &&
	       strcmp(book->contact.email, claimant->email) == 0;
}

enum err
book_check_claim(const struct book *book, const struct claimant *claimant,
                 const struct precondition *condition, bool *ret_own)
{
	const bool is_own = claimant->account_id != 0 && book->guest_id == claimant->account_id;
	if (!is_own && !book_is_claimable(book, claimant))
		return ERR_NOT_FOUND;
	*ret_own = is_own;
	return precondition_check(condition, book->version);
}

const char *
contact_mailing_name(unsigned mailing)
{
	static const char *const names[MAILING_MAX] = {
		[MAILING_ALL] = "all", [MAILING_FEW] = "few", [MAILING_NONE] = "none"};
	return mailing < MAILING_MAX ? names[mailing] : "?";
}

enum contact_mailing
contact_mailing(const struct contact *contact, const struct caller *caller,
                const char *verified_email)
{
	const bool is_own = caller->id && strcmp(contact->email, verified_email) == 0;
	return !caller->proven || !*contact->email || is_own ? MAILING_ALL : MAILING_FEW;
}

void
book_claim_by(struct book *book, uint64_t account_id, instant_t now)
{
	book->contact.mailing = MAILING_ALL; /* only a verified e-mail claims */
	book->guest_id = account_id;
	book->key_version++;
	book->version++;
	book->updated_at = now;
}

enum err
book_check_erase(const struct book *book, day_t today, bool again)
{
	const bool is_over = book->status == BOOK_BOOKED && book->stay.end <= today;
	return again || is_over || !book_holds_nights(book->status) ? OK : ERR_STATE_CONFLICT;
}

bool
book_needs_token(enum book_status status)
{
	return status == BOOK_REQUESTED || status == BOOK_PAYMENT_PENDING;
}

void
book_erase(struct book *book, instant_t now)
{
	if (book->erased)
		return;
	book->contact = (struct contact){.name = ""};
	book->erased = true;
	book->key_version++;
	book->version++;
	book->updated_at = now;
}

bool
contact_is_empty(const struct contact *contact)
{
	return !*contact->name && !*contact->email && !*contact->phone;
}

bool
book_guest_limit_reached(const struct unpaid_counts *counts, uint32_t limit)
{
	return counts->of_guest >= limit || counts->of_client >= limit ||
	       counts->of_email >= limit || counts->of_phone >= limit;
}

/* FNV-1a. */
uint64_t
book_count_lock(const char *counted)
{
	uint32_t hash = UINT32_C(2166136261);
	for (; *counted; counted++)
		hash = (hash ^ (unsigned char)*counted) * UINT32_C(16777619);
	return (UINT64_C(1) << 63) + hash % COUNT_LOCKS;
}

enum contact_mailing
contact_mailing_within(enum contact_mailing mailing, uint64_t mailings)
{
	return mailing == MAILING_FEW && mailings >= MAILINGS_DAY_MAX ? MAILING_NONE : mailing;
}

bool
book_limit_reached(uint64_t unpaid, uint32_t limit)
{
	return limit && unpaid >= limit;
}

enum book_action
book_action_within(enum book_action action, uint64_t pending, uint32_t limit)
{
	return action == BOOK_DEFER && book_limit_reached(pending, limit) ? BOOK_EXPIRE : action;
}

/* The holder of a booking's key acts as its guest. */
static unsigned
actor_roles(const struct caller *caller)
{
	const unsigned roles = caller->roles & ~(unsigned)ROLE_KEY_HOLDER;
	return caller->roles & ROLE_KEY_HOLDER ? roles | ROLE_GUEST : roles;
}

enum err
book_step_of(const struct book *book, enum book_status from, const char *why,
             const struct origin *origin, struct book_step *ret_step)
{
	*ret_step = (struct book_step){
		.version = book->version,
		.at = book->updated_at,
		.from = from,
		.to = book->status,
		.by = {.id = origin->caller.id, .roles = actor_roles(&origin->caller)}};
	enum err err = text_copy(ret_step->why, sizeof(ret_step->why), why);
	return err == OK ? text_copy(ret_step->request_id, sizeof(ret_step->request_id),
	                             origin->request_id)
	                 : err;
}

void
contact_check(const struct contact *contact, struct faults *faults)
{
	if (!*contact->name)
		faults_add(faults, "/name", "required",
		           "a booking without an account needs the name of who comes");
	if (!*contact->email && !*contact->phone)
		faults_add(faults, "/email", "required",
		           "a booking without an account needs an e-mail address or a telephone "
		           "number");
}

struct holder
holder_of_book(const struct book *book)
{
	return (struct holder){
		.book_id = book->id, .guest_id = book->guest_id, .key_version = book->key_version};
}

struct parties
book_parties(const struct book *book)
{
	return (struct parties){.guest_id = book->guest_id,
	                        .host_id = book->host_id,
	                        .book_id = book->id,
	                        .key_version = book->key_version};
}

bool
book_belongs_to(const struct book *book, const struct caller *caller)
{
	const struct parties parties = book_parties(book);
	return caller_owns(caller, &parties);
}

bool
book_cancel_in_time(const struct book *book, const struct caller *caller, day_t today)
{
	bool is_host = (caller->roles & ROLE_HOST) && caller->id == book->host_id;
	bool was_past = book->stay.start < day_at(book->created_at);
	return is_host || today < book->stay.start || was_past;
}

/* 31 signs, 32 places. */
static const char letters[] = "23456789ABCDEFGHJKMNPQRSTUVWXYZ2";

void
book_reference(const unsigned char random[8], char ret_reference[REFERENCE_SIZE])
{
	for (int i = 0; i < REFERENCE_SIZE - 1; i++)
		ret_reference[i] = letters[random[i] % 32];
	ret_reference[REFERENCE_SIZE - 1] = '\0';
}

bool
book_reference_is_valid(const char *text)
{
	return strlen(text) == REFERENCE_SIZE - 1 && strspn(text, letters) == REFERENCE_SIZE - 1;
}

bool
book_audit(const struct book *book, enum book_action action, const struct origin *origin,
           struct audit_entry *ret_entry)
{
	if (action != BOOK_CANCEL || !origin->caller.roles)
		return false;
	*ret_entry = (struct audit_entry){.what = AUDIT_CANCEL,
	                                  .outcome = AUDIT_DONE,
	                                  .subject = AUDIT_ABOUT_BOOKING,
	                                  .subject_id = book->id};
	audit_actor_of(origin, &ret_entry->by);
	return true;
}
