/* SPDX-License-Identifier: MIT */
/* account_email_fake - another e-mail of an account of account_fake. */
#include "tests/fakes/account_fake.h"

#include <string.h>

enum err
account_fake_email_ask(void *self, const struct email_change *change, uint32_t *ret_wait_ms)
{
	struct account_fake *fake = self;
	struct account_row_fake *row = account_fake_find(fake, change->account_id);
	const struct account_row_fake *owner = account_fake_by_email(fake, change->email);
	const instant_t now = change->now;
	if (fake->fails != OK || !row)
		return fake->fails != OK ? fake->fails : ERR_NOT_FOUND;
	*ret_wait_ms = account_fake_mail_wait_ms(fake, change->account_id, ACCOUNT_MAIL_EMAIL, now);
	if (*ret_wait_ms)
		return ERR_TOO_MANY;
	account_fake_mail_put(fake, change->account_id, ACCOUNT_MAIL_EMAIL, change->email, now,
	                      owner ? 0 : now);
	account_fake_mail_put(fake, change->account_id, ACCOUNT_MAIL_NOTICE, row->account.email,
	                      now, now);
	if (owner)
		account_fake_mail_ask(fake, owner->account.id, ACCOUNT_MAIL_TAKEN, now);
	row->next_email[0] = row->next_hash[0] = '\0';
	row->next_at = now;
	if (!owner)
		memcpy(row->next_email, change->email, sizeof(row->next_email));
	audit_fake_add_own(&fake->audit, change->audit, change->account_id);
	return OK;
}

enum err
account_fake_email_token_put(void *self, uint64_t account_id, const char email[EMAIL_SIZE],
                             const char hash[SECRET_HASH_TEXT], instant_t now)
{
	struct account_fake *fake = self;
	struct account_row_fake *row = account_fake_find(fake, account_id);
	if (fake->fails != OK || !row || !*email || strcmp(row->next_email, email) != 0)
		return fake->fails != OK ? fake->fails : ERR_NOT_FOUND;
	memcpy(row->next_hash, hash, SECRET_HASH_TEXT);
	row->next_at = now;
	return OK;
}

static struct account_row_fake *
find_by_next_hash(struct account_fake *fake, const struct email_proof *proof)
{
	for (size_t i = 0; i < fake->n_accounts; i++) {
		struct account_row_fake *row = &fake->accounts[i];
		if (row->account.id && *row->next_hash && strcmp(row->next_hash, proof->hash) == 0)
			return one_time_token_is_alive(row->next_at, proof->now) ? row : NULL;
	}
	return NULL;
}

enum err
account_fake_email_set(void *self, const struct email_proof *proof, struct account *ret_account)
{
	struct account_fake *fake = self;
	struct account_row_fake *row = find_by_next_hash(fake, proof);
	if (fake->fails != OK || !row)
		return fake->fails != OK ? fake->fails : ERR_NOT_FOUND;
	if (account_fake_by_email(fake, row->next_email))
		return ERR_STATE_CONFLICT;
	account_set_email(&row->account, row->next_email);
	account_next_version(&row->account, proof->now);
	row->next_email[0] = row->next_hash[0] = '\0';
	for (size_t i = 0; i < fake->n_tokens; i++)
		if (fake->tokens[i].account_id == row->account.id)
			fake->tokens[i].hash[0] = '\0';
	account_fake_sessions_end(fake, row->account.id, proof->keep_session);
	audit_fake_add_own(&fake->audit, proof->audit, row->account.id);
	*ret_account = row->account;
	return OK;
}
