/* SPDX-License-Identifier: MIT */
#include "tests/fakes/account_fake.h"

#include <string.h>

struct account_row_fake *
account_fake_find(struct account_fake *fake, uint64_t id)
{
	for (size_t i = 0; id && i < fake->n_accounts; i++)
		if (fake->accounts[i].account.id == id)
			return &fake->accounts[i];
	return NULL;
}

struct account_row_fake *
account_fake_by_email(struct account_fake *fake, const char *email)
{
	for (size_t i = 0; i < fake->n_accounts; i++)
		if (strcmp(fake->accounts[i].account.email, email) == 0)
			return &fake->accounts[i];
	return NULL;
}

/* ---- keys ---- */

/* ret_account_id is filled on OK. */
static enum err
key_look_up(struct account_fake *fake, const struct idempotency *key, uint64_t *ret_account_id)
{
	for (size_t i = 0; *key->key && i < fake->n_keys; i++) {
		const struct idempotency *known = &fake->keys[i].key;
		if (strcmp(known->key, key->key) != 0 || strcmp(known->scope, key->scope) != 0)
			continue;
		*ret_account_id = fake->keys[i].account_id;
		return memcmp(known->fingerprint, key->fingerprint, sizeof(key->fingerprint)) == 0
		               ? OK
		               : ERR_KEY_REUSED;
	}
	return ERR_NOT_FOUND;
}

static void
key_add(struct account_fake *fake, const struct idempotency *key, uint64_t account_id)
{
	if (!*key->key)
		return;
	fake->keys[fake->n_keys].key = *key;
	fake->keys[fake->n_keys].account_id = account_id;
	fake->keys[fake->n_keys++].at = instant_now();
}

static enum err
account_fake_key_find(void *self, const struct idempotency *key)
{
	struct account_fake *fake = self;
	uint64_t id;
	return fake->fails == OK ? key_look_up(fake, key, &id) : fake->fails;
}

static enum err
account_fake_keys_purge(void *self, instant_t before, size_t max, size_t *ret_n)
{
	struct account_fake *fake = self;
	size_t n = 0;
	while (fake->fails == OK && n < max && n < fake->n_keys && fake->keys[n].at < before)
		n++;
	memmove(fake->keys, fake->keys + n, (fake->n_keys - n) * sizeof(*fake->keys));
	fake->n_keys -= n;
	*ret_n = n;
	return fake->fails;
}

/* ---- accounts ---- */

struct account_row_fake *
account_fake_row_add(struct account_fake *fake, const struct account *account)
{
	struct account_row_fake *row = &fake->accounts[fake->n_accounts++];
	if (fake->last_id < ACCOUNT_ID_FIRST)
		fake->last_id = ACCOUNT_ID_FIRST - 1;
	*row = (struct account_row_fake){.account = *account};
	if (!row->account.id)
		row->account.id = ++fake->last_id;
	return row;
}

static enum err
account_fake_add(void *self, const struct new_account *new_account, struct account *ret_account,
                 bool *ret_replayed)
{
	struct account_fake *fake = self;
	const struct account *account = &new_account->account;
	uint64_t id;
	enum err err = fake->fails;
	if (err == OK)
		err = key_look_up(fake, &new_account->key, &id);
	*ret_replayed = err == OK;
	if (err == OK)
		*ret_account = account_fake_find(fake, id)->account;
	if (err != ERR_NOT_FOUND)
		return err;
	if (account_fake_by_email(fake, account->email))
		return ERR_STATE_CONFLICT;
	if (account_fake_find(fake, account->id))
		return ERR_TAKEN;
	struct account_row_fake *row = account_fake_row_add(fake, account);
	memcpy(row->secrets.password, new_account->password, sizeof(row->secrets.password));
	key_add(fake, &new_account->key, row->account.id);
	account_fake_mail_ask(fake, row->account.id, ACCOUNT_MAIL_VERIFY, account->created_at);
	audit_fake_add_own(&fake->audit, new_account->audit, row->account.id);
	*ret_account = row->account;
	return OK;
}

static enum err
row_take(struct account_fake *fake, const struct account_row_fake *row, struct account *ret_account,
         struct account_secrets *ret_secrets)
{
	if (fake->fails != OK || !row)
		return fake->fails != OK ? fake->fails : ERR_NOT_FOUND;
	*ret_account = row->account;
	if (ret_secrets)
		*ret_secrets = row->secrets;
	return OK;
}

static enum err
account_fake_get(void *self, uint64_t id, struct account *ret_account)
{
	return row_take(self, account_fake_find(self, id), ret_account, NULL);
}

static enum err
account_fake_find_with_secrets(void *self, uint64_t id, struct account *ret_account,
                               struct account_secrets *ret_secrets)
{
	return row_take(self, account_fake_find(self, id), ret_account, ret_secrets);
}

static enum err
account_fake_find_by_email(void *self, const char *email, struct account *ret_account,
                           struct account_secrets *ret_secrets)
{
	return row_take(self, account_fake_by_email(self, email), ret_account, ret_secrets);
}

static enum err
account_fake_change(void *self, const struct account_change *change, struct account *ret_account,
                    bool *ret_replayed)
{
	struct account_fake *fake = self;
	struct account_row_fake *row = account_fake_find(fake, change->id);
	uint64_t id;
	enum err err = fake->fails;
	if (err == OK)
		err = key_look_up(fake, &change->key, &id);
	*ret_replayed = err == OK;
	if (err == ERR_NOT_FOUND && row)
		err = precondition_check(&change->condition, row->account.version);
	if (err != OK)
		return err;
	if (!*ret_replayed && account_set_members(&row->account, change->members, &change->to))
		account_next_version(&row->account, change->now);
	if (!*ret_replayed)
		key_add(fake, &change->key, change->id);
	*ret_account = row->account;
	return OK;
}

static enum err
account_fake_role_set(void *self, uint64_t id, enum role role, bool has, instant_t now,
                      const struct audit_entry *audit, struct account *ret_account)
{
	struct account_fake *fake = self;
	struct account_row_fake *row = account_fake_find(fake, id);
	bool changed = false;
	if (fake->fails != OK || !row)
		return fake->fails != OK ? fake->fails : ERR_NOT_FOUND;
	enum err err = account_set_role(&row->account, role, has, &changed);
	if (err != OK)
		return err;
	if (changed)
		account_next_version(&row->account, now);
	if (changed && !has)
		account_fake_sessions_end(fake, id, 0);
	if (changed)
		audit_fake_add_own(&fake->audit, audit, id);
	*ret_account = row->account;
	return OK;
}

static bool
list_has(const struct account_list *list, const struct account *account)
{
	return account->id && (!list->role || (list->role == ROLE_HOST && account->is_host) ||
	                       (list->role == ROLE_OPERATOR && account->is_operator));
}

/* Whether a comes after b. */
static bool
is_after(const struct paging *paging, const struct account *a, const struct account *b)
{
	int64_t order = 0;
	if (paging->sort == ACCOUNT_SORT_EMAIL)
		order = strcmp(a->email, b->email);
	if (paging->sort == ACCOUNT_SORT_CREATED_AT)
		order = a->created_at - b->created_at;
	if (order == 0)
		order = a->id > b->id ? 1 : -1;
	return paging->descending ? order < 0 : order > 0;
}

static enum err
account_fake_list(void *self, const struct account_list *list,
                  void (*visit)(void *arg, const struct account *account), void *arg,
                  uint64_t *ret_total)
{
	struct account_fake *fake = self;
	const struct account *found[ACCOUNT_FAKE_MAX];
	size_t n = 0;
	for (size_t i = 0; i < fake->n_accounts; i++) {
		const struct account *account = &fake->accounts[i].account;
		size_t at = n;
		if (!list_has(list, account))
			continue;
		for (; at > 0 && is_after(&list->paging, found[at - 1], account); at--)
			found[at] = found[at - 1];
		found[at] = account;
		n++;
	}
	const size_t first = (size_t)list->paging.page * list->paging.size;
	for (size_t i = first; fake->fails == OK && i < n && i < first + list->paging.size; i++)
		visit(arg, found[i]);
	*ret_total = n;
	return fake->fails;
}

/* ---- passwords and tokens ---- */

static void
password_put(struct account_fake *fake, struct account_row_fake *row,
             const char password[PASSWORD_HASH_SIZE], uint64_t keep, instant_t now)
{
	memcpy(row->secrets.password, password, PASSWORD_HASH_SIZE);
	row->next_email[0] = row->next_hash[0] = '\0';
	account_next_version(&row->account, now);
	account_fake_sessions_end(fake, row->account.id, keep);
}

static enum err
account_fake_password_set(void *self, const struct password_change *change)
{
	struct account_fake *fake = self;
	struct account_row_fake *row = account_fake_find(fake, change->account_id);
	if (fake->fails != OK || !row)
		return fake->fails != OK ? fake->fails : ERR_NOT_FOUND;
	password_put(fake, row, change->password, change->keep_session, change->now);
	audit_fake_add_own(&fake->audit, change->audit, change->account_id);
	return OK;
}

static enum err
account_fake_token_put(void *self, const struct account *account, enum account_mail_kind kind,
                       const char hash[SECRET_HASH_TEXT], instant_t now)
{
	struct account_fake *fake = self;
	const uint64_t account_id = account->id;
	const struct account_row_fake *row = account_fake_find(fake, account_id);
	if (!row || strcmp(row->account.email, account->email) != 0)
		return ERR_NOT_FOUND;
	for (size_t i = 0; i < fake->n_tokens; i++)
		if (fake->tokens[i].account_id == account_id && fake->tokens[i].kind == kind)
			fake->tokens[i].hash[0] = '\0';
	fake->tokens[fake->n_tokens].account_id = account_id;
	fake->tokens[fake->n_tokens].kind = kind;
	fake->tokens[fake->n_tokens].created_at = now;
	memcpy(fake->tokens[fake->n_tokens++].hash, hash, SECRET_HASH_TEXT);
	return fake->fails;
}

/* The account of a token that counts. NULL: it does not. */
static struct account_row_fake *
token_take(struct account_fake *fake, enum account_mail_kind kind,
           const char hash[SECRET_HASH_TEXT], instant_t now, bool use)
{
	for (size_t i = 0; i < fake->n_tokens; i++) {
		if (strcmp(fake->tokens[i].hash, hash) != 0 || fake->tokens[i].kind != kind ||
		    !one_time_token_is_alive(fake->tokens[i].created_at, now))
			continue;
		if (use)
			fake->tokens[i].hash[0] = '\0';
		return account_fake_find(fake, fake->tokens[i].account_id);
	}
	return NULL;
}

static enum err
account_fake_verify(void *self, const char hash[SECRET_HASH_TEXT], instant_t now,
                    struct account *ret_account)
{
	struct account_fake *fake = self;
	struct account_row_fake *row = token_take(fake, ACCOUNT_MAIL_VERIFY, hash, now, true);
	if (fake->fails == OK && row && !row->account.verified) {
		row->account.verified = true;
		account_next_version(&row->account, now);
	}
	return row_take(fake, row, ret_account, NULL);
}

static enum err
account_fake_reset_find(void *self, const char hash[SECRET_HASH_TEXT], instant_t now,
                        struct account *ret_account)
{
	return row_take(self, token_take(self, ACCOUNT_MAIL_RESET, hash, now, false), ret_account,
	                NULL);
}

static void
second_factor_forget(struct account_row_fake *row)
{
	row->account.second_factor = false;
	row->otp_step = 0;
	row->secrets.otp = (struct otp_stored){.seal = ""};
	memset(row->recovery, 0, sizeof(row->recovery));
}

static enum err
account_fake_reset(void *self, const char hash[SECRET_HASH_TEXT],
                   const char password[PASSWORD_HASH_SIZE], instant_t now,
                   const struct audit_entry *audit, struct account *ret_account)
{
	struct account_fake *fake = self;
	struct account_row_fake *row = token_take(fake, ACCOUNT_MAIL_RESET, hash, now, true);
	if (row && account_verify_by_reset(&row->account))
		second_factor_forget(row);
	if (row) {
		password_put(fake, row, password, 0, now);
		audit_fake_add_own(&fake->audit, audit, row->account.id);
	}
	return row_take(fake, row, ret_account, NULL);
}

/* ---- the second factor ---- */

static enum err
account_fake_second_factor_offer(void *self, const struct second_factor_offer *offer)
{
	struct account_fake *fake = self;
	struct account_row_fake *row = account_fake_find(fake, offer->account_id);
	if (fake->fails != OK || !row)
		return fake->fails != OK ? fake->fails : ERR_NOT_FOUND;
	if (row->account.second_factor)
		return ERR_STATE_CONFLICT;
	row->otp_step = 0;
	row->secrets.otp = offer->otp;
	memcpy(row->recovery, offer->recovery, sizeof(row->recovery));
	account_next_version(&row->account, offer->now);
	return OK;
}

static enum err
account_fake_second_factor_confirm(void *self, uint64_t account_id, uint64_t step,
                                   uint64_t keep_session, instant_t now,
                                   const struct audit_entry *audit)
{
	struct account_fake *fake = self;
	struct account_row_fake *row = account_fake_find(fake, account_id);
	if (fake->fails != OK || !row)
		return fake->fails != OK ? fake->fails : ERR_NOT_FOUND;
	if (row->account.second_factor || !*row->secrets.otp.seal)
		return ERR_STATE_CONFLICT;
	row->account.second_factor = true;
	row->otp_step = step;
	account_next_version(&row->account, now);
	account_fake_sessions_end(fake, account_id, keep_session);
	audit_fake_add_own(&fake->audit, audit, account_id);
	return OK;
}

static enum err
account_fake_second_factor_remove(void *self, uint64_t account_id, uint64_t keep_session,
                                  instant_t now, const struct audit_entry *audit)
{
	struct account_fake *fake = self;
	struct account_row_fake *row = account_fake_find(fake, account_id);
	if (fake->fails != OK || !row)
		return fake->fails != OK ? fake->fails : ERR_NOT_FOUND;
	if (!row->account.second_factor)
		return ERR_STATE_CONFLICT;
	second_factor_forget(row);
	account_next_version(&row->account, now);
	account_fake_sessions_end(fake, account_id, keep_session);
	audit_fake_add_own(&fake->audit, audit, account_id);
	return OK;
}

static enum err
account_fake_otp_use(void *self, uint64_t account_id, uint64_t step)
{
	struct account_fake *fake = self;
	struct account_row_fake *row = account_fake_find(fake, account_id);
	if (fake->fails != OK || !row || step <= row->otp_step)
		return fake->fails != OK ? fake->fails : ERR_NOT_FOUND;
	row->otp_step = step;
	return OK;
}

static enum err
account_fake_recovery_use(void *self, uint64_t account_id, const char hash[SECRET_HASH_TEXT])
{
	struct account_fake *fake = self;
	struct account_row_fake *row = account_fake_find(fake, account_id);
	for (size_t i = 0; fake->fails == OK && row && i < RECOVERY_CODES; i++) {
		if (strcmp(row->recovery[i], hash) != 0)
			continue;
		row->recovery[i][0] = '\0';
		return OK;
	}
	return fake->fails != OK ? fake->fails : ERR_NOT_FOUND;
}

static enum err
account_fake_otp_list(void *self, const char *seal, uint64_t after, size_t max,
                      void (*visit)(void *arg, uint64_t account_id, const struct otp_stored *otp),
                      void *arg)
{
	struct account_fake *fake = self;
	for (size_t i = 0; fake->fails == OK && max && i < fake->n_accounts; i++) {
		const struct account_row_fake *row = &fake->accounts[i];
		if (row->account.id <= after || !*row->secrets.otp.seal ||
		    strcmp(row->secrets.otp.seal, seal) == 0)
			continue;
		visit(arg, row->account.id, &row->secrets.otp);
		max--;
	}
	return fake->fails;
}

static enum err
account_fake_otp_reseal(void *self, uint64_t account_id, const struct otp_stored *from,
                        const struct otp_stored *to)
{
	struct account_fake *fake = self;
	struct account_row_fake *row = account_fake_find(fake, account_id);
	if (fake->fails != OK)
		return fake->fails;
	if (!row || strcmp(row->secrets.otp.seal, from->seal) != 0 ||
	    strcmp(row->secrets.otp.sealed, from->sealed) != 0)
		return ERR_NOT_FOUND;
	row->secrets.otp = *to;
	return OK;
}

/* ---- erasing ---- */

static enum err
account_fake_erase(void *self, uint64_t id, instant_t now, const struct audit_entry *audit)
{
	struct account_fake *fake = self;
	struct account_row_fake *row = account_fake_find(fake, id);
	if (fake->fails != OK || !row)
		return fake->fails != OK ? fake->fails : ERR_NOT_FOUND;
	const struct erased erased = {
		.kind = ERASED_ACCOUNT, .account_id = id, .created_at = row->account.created_at};
	erased_notes_fake_add(&fake->erased, &erased);
	*row = (struct account_row_fake){.account = {.id = 0}};
	account_fake_sessions_end(fake, id, 0);
	for (size_t i = 0; i < fake->n_tokens; i++)
		if (fake->tokens[i].account_id == id)
			fake->tokens[i].hash[0] = '\0';
	for (size_t i = 0; i < fake->n_mails; i++)
		if (fake->mails[i].job.account.id == id)
			fake->mails[i].due_at = 0;
	for (size_t i = 0; i < fake->n_keys; i++)
		if (fake->keys[i].account_id == id)
			fake->keys[i].key.key[0] = '\0';
	fake->erasures[fake->n_erasures].erasure =
		(struct account_erasure){.account_id = id, .begun_at = now};
	fake->erasures[fake->n_erasures++].due_at = now;
	audit_fake_add_own(&fake->audit, audit, id);
	return OK;
}

static enum err
account_fake_erasure_claim(void *self, instant_t now, instant_t until,
                           struct account_erasure *ret_erasure)
{
	struct account_fake *fake = self;
	size_t next = fake->n_erasures;
	for (size_t i = 0; i < fake->n_erasures; i++)
		if (fake->erasures[i].erasure.account_id && fake->erasures[i].due_at <= now &&
		    (next == fake->n_erasures ||
		     fake->erasures[i].due_at < fake->erasures[next].due_at))
			next = i;
	if (fake->fails != OK || next == fake->n_erasures)
		return fake->fails != OK ? fake->fails : ERR_NOT_FOUND;
	fake->erasures[next].due_at = until;
	*ret_erasure = fake->erasures[next].erasure;
	return OK;
}

static enum err
account_fake_erasure_finish(void *self, uint64_t account_id)
{
	struct account_fake *fake = self;
	for (size_t i = 0; fake->fails == OK && i < fake->n_erasures; i++)
		if (fake->erasures[i].erasure.account_id == account_id)
			fake->erasures[i].erasure.account_id = 0;
	return fake->fails;
}

struct account_store
account_fake_port(struct account_fake *fake)
{
	return (struct account_store){
		.self = fake,
		.add = account_fake_add,
		.find = account_fake_get,
		.find_with_secrets = account_fake_find_with_secrets,
		.find_by_email = account_fake_find_by_email,
		.change = account_fake_change,
		.role_set = account_fake_role_set,
		.list = account_fake_list,
		.password_set = account_fake_password_set,
		.email_ask = account_fake_email_ask,
		.email_token_put = account_fake_email_token_put,
		.email_set = account_fake_email_set,
		.token_put = account_fake_token_put,
		.verify = account_fake_verify,
		.reset_find = account_fake_reset_find,
		.reset = account_fake_reset,
		.second_factor_offer = account_fake_second_factor_offer,
		.second_factor_confirm = account_fake_second_factor_confirm,
		.second_factor_remove = account_fake_second_factor_remove,
		.otp_use = account_fake_otp_use,
		.recovery_use = account_fake_recovery_use,
		.otp_list = account_fake_otp_list,
		.otp_reseal = account_fake_otp_reseal,
		.erase = account_fake_erase,
		.erasure_claim = account_fake_erasure_claim,
		.erasure_finish = account_fake_erasure_finish,
		.key_find = account_fake_key_find,
		.keys_purge = account_fake_keys_purge,
	};
}
