/* SPDX-License-Identifier: MIT */
/* identity_fake - identities of foreign issuers, in memory. */
#include "tests/fakes/account_fake.h"

#include <string.h>

static struct identity *
find(struct account_fake *fake, const char *issuer, const char *subject)
{
	for (size_t i = 0; i < fake->n_identities; i++) {
		struct identity *identity = &fake->identities[i];
		if (account_fake_find(fake, identity->account_id) &&
		    strcmp(identity->issuer, issuer) == 0 &&
		    strcmp(identity->subject, subject) == 0)
			return identity;
	}
	return NULL;
}

static uint64_t
count(const struct account_fake *fake, uint64_t account_id)
{
	uint64_t n = 0;
	for (size_t i = 0; i < fake->n_identities; i++)
		n += fake->identities[i].account_id == account_id;
	return n;
}

static void
put(struct account_fake *fake, const struct identity *identity, uint64_t account_id)
{
	struct identity *row = &fake->identities[fake->n_identities++];
	*row = *identity;
	row->id = fake->n_identities;
	row->account_id = account_id;
}

static enum err
identity_fake_find(void *self, const char *issuer, const char *subject, struct account *ret_account)
{
	struct account_fake *fake = self;
	const struct identity *identity = find(fake, issuer, subject);
	if (fake->fails != OK || !identity)
		return fake->fails != OK ? fake->fails : ERR_NOT_FOUND;
	*ret_account = account_fake_find(fake, identity->account_id)->account;
	return OK;
}

static enum err
identity_fake_add(void *self, const struct new_account *new_account,
                  const struct identity *identity, struct account *ret_account)
{
	struct account_fake *fake = self;
	if (fake->fails != OK)
		return fake->fails;
	for (size_t i = 0; i < fake->n_accounts; i++)
		if (strcmp(fake->accounts[i].account.email, new_account->account.email) == 0)
			return ERR_STATE_CONFLICT;
	if (find(fake, identity->issuer, identity->subject))
		return ERR_TAKEN;
	struct account_row_fake *row = account_fake_row_add(fake, &new_account->account);
	put(fake, identity, row->account.id);
	audit_fake_add_own(&fake->audit, new_account->audit, row->account.id);
	*ret_account = row->account;
	return OK;
}

static enum err
identity_fake_link(void *self, const struct identity *identity, const struct audit_entry *audit)
{
	struct account_fake *fake = self;
	const struct identity *known = find(fake, identity->issuer, identity->subject);
	if (fake->fails != OK)
		return fake->fails;
	if (!account_fake_find(fake, identity->account_id))
		return ERR_NOT_FOUND;
	if (known)
		return known->account_id == identity->account_id ? OK : ERR_TAKEN;
	if (count(fake, identity->account_id) >= IDENTITIES_MAX)
		return ERR_TOO_MANY;
	put(fake, identity, identity->account_id);
	audit_fake_add_own(&fake->audit, audit, identity->account_id);
	return OK;
}

static enum err
identity_fake_list(void *self, uint64_t account_id,
                   void (*visit)(void *arg, const struct identity *identity), void *arg)
{
	struct account_fake *fake = self;
	for (size_t i = 0; fake->fails == OK && i < fake->n_identities; i++)
		if (fake->identities[i].account_id == account_id)
			visit(arg, &fake->identities[i]);
	return fake->fails;
}

static enum err
identity_fake_unlink(void *self, uint64_t id, uint64_t account_id, const struct audit_entry *audit)
{
	struct account_fake *fake = self;
	const struct account_row_fake *account = account_fake_find(fake, account_id);
	if (fake->fails != OK)
		return fake->fails;
	if (!account || !id || id > fake->n_identities ||
	    fake->identities[id - 1].account_id != account_id)
		return ERR_NOT_FOUND;
	if (!identity_may_go(count(fake, account_id), *account->secrets.password))
		return ERR_STATE_CONFLICT;
	fake->identities[id - 1].account_id = 0;
	audit_fake_add_own(&fake->audit, audit, account_id);
	return OK;
}

struct identity_store
identity_fake_port(struct account_fake *fake)
{
	return (struct identity_store){
		.self = fake,
		.find = identity_fake_find,
		.add = identity_fake_add,
		.link = identity_fake_link,
		.list = identity_fake_list,
		.unlink = identity_fake_unlink,
	};
}
