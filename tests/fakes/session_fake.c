/* SPDX-License-Identifier: MIT */
/* session_fake - the part of account_fake that knows sessions, tries and mails. */
#include "tests/fakes/account_fake.h"

#include <string.h>

void
account_fake_sessions_end(struct account_fake *fake, uint64_t account_id, uint64_t keep)
{
	for (size_t i = 0; i < fake->n_sessions; i++)
		if (fake->sessions[i].session.account_id == account_id &&
		    fake->sessions[i].session.id != keep)
			fake->sessions[i].session.id = 0;
}

/* ---- sessions ---- */

/* The account's session that was not used for longest, if it has too many. */
static void
surplus_end(struct account_fake *fake, uint64_t account_id)
{
	struct session *oldest = NULL;
	size_t n = 0;
	for (size_t i = 0; i < fake->n_sessions; i++) {
		struct session *session = &fake->sessions[i].session;
		if (!session->id || session->account_id != account_id)
			continue;
		n++;
		if (!oldest || session->seen_at < oldest->seen_at)
			oldest = session;
	}
	if (n > SESSIONS_MAX)
		oldest->id = 0;
}

static enum err
session_fake_begin(void *self, const struct new_session *new_session, struct session *ret_session)
{
	struct account_fake *fake = self;
	if (fake->fails != OK)
		return fake->fails;
	struct session_row_fake *row = &fake->sessions[fake->n_sessions++];
	row->session = new_session->session;
	row->session.id = fake->n_sessions;
	memcpy(row->refresh, new_session->refresh, sizeof(row->refresh));
	memcpy(row->cookie, new_session->cookie, sizeof(row->cookie));
	*ret_session = row->session;
	surplus_end(fake, row->session.account_id);
	audit_fake_add_own(&fake->audit, new_session->audit, row->session.account_id);
	return OK;
}

/* Gives a session that is alive, and notes its use. */
static enum err
session_take(struct account_fake *fake, struct session_row_fake *row, instant_t now,
             struct session *ret_session, struct account *ret_account)
{
	const struct account_row_fake *owner =
		row ? account_fake_find(fake, row->session.account_id) : NULL;
	if (!owner || !row->session.id || !session_is_alive(&row->session, &owner->account, now))
		return ERR_NOT_FOUND;
	if (session_is_to_touch(&row->session, now))
		row->session.seen_at = now;
	*ret_session = row->session;
	*ret_account = owner->account;
	return OK;
}

static enum err
session_fake_of_cookie(void *self, const char cookie[SECRET_HASH_TEXT], instant_t now,
                       struct session *ret_session, struct account *ret_account)
{
	struct account_fake *fake = self;
	for (size_t i = 0; fake->fails == OK && i < fake->n_sessions; i++)
		if (strcmp(fake->sessions[i].cookie, cookie) == 0)
			return session_take(fake, &fake->sessions[i], now, ret_session,
			                    ret_account);
	return fake->fails == OK ? ERR_NOT_FOUND : fake->fails;
}

/* The session of a token that was exchanged before ends. */
static enum err
reused_end(struct account_fake *fake, const char hash[SECRET_HASH_TEXT],
           const struct audit_entry *audit)
{
	for (size_t i = 0; i < fake->n_exchanged; i++) {
		struct session *session =
			&fake->sessions[fake->exchanged[i].session_id - 1].session;
		if (strcmp(fake->exchanged[i].hash, hash) != 0)
			continue;
		if (session->id)
			audit_fake_add_own(&fake->audit, audit, session->account_id);
		session->id = 0;
		return ERR_FORBIDDEN;
	}
	return ERR_NOT_FOUND;
}

static enum err
session_fake_refresh(void *self, const char from[SECRET_HASH_TEXT], const char to[SECRET_HASH_TEXT],
                     instant_t now, const struct audit_entry *audit, struct session *ret_session,
                     struct account *ret_account)
{
	struct account_fake *fake = self;
	for (size_t i = 0; fake->fails == OK && i < fake->n_sessions; i++) {
		struct session_row_fake *row = &fake->sessions[i];
		if (strcmp(row->refresh, from) != 0)
			continue;
		enum err err = session_take(fake, row, now, ret_session, ret_account);
		if (err != OK)
			return err;
		fake->exchanged[fake->n_exchanged].session_id = row->session.id;
		memcpy(fake->exchanged[fake->n_exchanged++].hash, from, SECRET_HASH_TEXT);
		memcpy(row->refresh, to, SECRET_HASH_TEXT);
		return OK;
	}
	return fake->fails == OK ? reused_end(fake, from, audit) : fake->fails;
}

static enum err
session_fake_list(void *self, const struct account *account, instant_t now,
                  void (*visit)(void *arg, const struct session *session), void *arg)
{
	struct account_fake *fake = self;
	const struct session *found[ACCOUNT_FAKE_MAX];
	size_t n = 0;
	for (size_t i = 0; i < fake->n_sessions; i++) {
		const struct session *session = &fake->sessions[i].session;
		size_t at = n;
		if (!session->id || session->account_id != account->id ||
		    !session_is_alive(session, account, now))
			continue;
		for (; at > 0 && found[at - 1]->seen_at <= session->seen_at; at--)
			found[at] = found[at - 1];
		found[at] = session;
		n++;
	}
	for (size_t i = 0; fake->fails == OK && i < n; i++)
		visit(arg, found[i]);
	return fake->fails;
}

static enum err
session_fake_end(void *self, uint64_t id, uint64_t account_id, const struct audit_entry *audit)
{
	struct account_fake *fake = self;
	for (size_t i = 0; fake->fails == OK && i < fake->n_sessions; i++) {
		struct session *session = &fake->sessions[i].session;
		if (session->id != id || session->account_id != account_id)
			continue;
		session->id = 0;
		audit_fake_add_own(&fake->audit, audit, account_id);
		return OK;
	}
	return fake->fails == OK ? ERR_NOT_FOUND : fake->fails;
}

static void
found_end(struct account_fake *fake, struct session *session, const struct audit_entry *audit)
{
	if (!session->id)
		return;
	session->id = 0;
	audit_fake_add_own(&fake->audit, audit, session->account_id);
}

static enum err
session_fake_end_by_refresh(void *self, const char refresh[SECRET_HASH_TEXT],
                            const struct audit_entry *audit)
{
	struct account_fake *fake = self;
	for (size_t i = 0; i < fake->n_sessions; i++)
		if (strcmp(fake->sessions[i].refresh, refresh) == 0)
			found_end(fake, &fake->sessions[i].session, audit);
	return fake->fails;
}

static enum err
session_fake_end_by_cookie(void *self, const char cookie[SECRET_HASH_TEXT],
                           const struct audit_entry *audit)
{
	struct account_fake *fake = self;
	for (size_t i = 0; i < fake->n_sessions; i++)
		if (strcmp(fake->sessions[i].cookie, cookie) == 0)
			found_end(fake, &fake->sessions[i].session, audit);
	return fake->fails;
}

static enum err
session_fake_end_others(void *self, uint64_t account_id, uint64_t keep_session,
                        const struct audit_entry *audit)
{
	struct account_fake *fake = self;
	account_fake_sessions_end(fake, account_id, keep_session);
	audit_fake_add_own(&fake->audit, audit, account_id);
	return fake->fails;
}

/* ---- tries ---- */

/* The record of a pair, or with "" of an address; made if there is none. */
static struct sign_in_record *
record_of(struct account_fake *fake, const char *email, const char *address)
{
	for (size_t i = 0; i < fake->n_tries; i++)
		if (strcmp(fake->tries[i].email, email) == 0 &&
		    strcmp(fake->tries[i].address, address) == 0)
			return &fake->tries[i].record;
	strcpy(fake->tries[fake->n_tries].email, email);
	strcpy(fake->tries[fake->n_tries].address, address);
	fake->tries[fake->n_tries].record = (struct sign_in_record){.failures = 0};
	return &fake->tries[fake->n_tries++].record;
}

static enum err
session_fake_try_begin(void *self, const char email[SECRET_HASH_TEXT], const char *address,
                       instant_t now, uint32_t *ret_wait_ms)
{
	struct account_fake *fake = self;
	struct sign_in_record *pair = record_of(fake, email, address);
	struct sign_in_record *alone = *address ? record_of(fake, "", address) : NULL;
	if (fake->fails != OK)
		return fake->fails;
	uint32_t wait_ms = sign_in_wait_ms(SIGN_IN_PAIR, pair, now);
	const uint32_t also_ms = alone ? sign_in_wait_ms(SIGN_IN_ADDRESS, alone, now) : 0;
	*ret_wait_ms = wait_ms > also_ms ? wait_ms : also_ms;
	if (*ret_wait_ms)
		return ERR_TOO_MANY;
	sign_in_count(pair, now);
	if (alone)
		sign_in_count(alone, now);
	return OK;
}

static enum err
session_fake_try_succeed(void *self, const char email[SECRET_HASH_TEXT], const char *address)
{
	struct account_fake *fake = self;
	struct sign_in_record *alone = *address ? record_of(fake, "", address) : NULL;
	*record_of(fake, email, address) = (struct sign_in_record){.failures = 0};
	if (alone && alone->failures)
		alone->failures--;
	return fake->fails;
}

/* ---- purging ---- */

static enum err
session_fake_purge(void *self, instant_t now, size_t max, size_t *ret_n)
{
	struct account_fake *fake = self;
	size_t ended = 0, tries = 0;
	for (size_t i = 0; i < fake->n_sessions && ended < max; i++) {
		struct session *session = &fake->sessions[i].session;
		const struct account_row_fake *owner = account_fake_find(fake, session->account_id);
		if (!session->id || (owner && session_is_alive(session, &owner->account, now)))
			continue;
		session->id = 0;
		ended++;
	}
	for (size_t i = 0; i < fake->n_tries && tries < max; i++) {
		struct sign_in_record *record = &fake->tries[i].record;
		if (!record->failures || now - record->last_at < SIGN_IN_FORGET_MS)
			continue;
		record->failures = 0;
		tries++;
	}
	*ret_n = ended + tries;
	return fake->fails;
}

struct session_store
session_fake_port(struct account_fake *fake)
{
	return (struct session_store){
		.self = fake,
		.begin = session_fake_begin,
		.of_cookie = session_fake_of_cookie,
		.refresh = session_fake_refresh,
		.list = session_fake_list,
		.end = session_fake_end,
		.end_by_refresh = session_fake_end_by_refresh,
		.end_by_cookie = session_fake_end_by_cookie,
		.end_others = session_fake_end_others,
		.try_begin = session_fake_try_begin,
		.try_succeed = session_fake_try_succeed,
		.purge = session_fake_purge,
	};
}
