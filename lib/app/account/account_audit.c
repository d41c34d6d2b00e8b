/* SPDX-License-Identifier: MIT */
#include "app/account/account_audit.h"

#include <stdio.h>
#include <string.h>

_Static_assert(AUDIT_EMAIL_SIZE == SECRET_HASH_TEXT,
               "the hash that counts tries is the one written");

struct audit_entry
account_audit_own(enum audit_what what, const struct account_client *client, uint64_t account_id)
{
	struct audit_entry entry = {.what = what,
	                            .by = {.id = account_id, .role = AUDIT_ACCOUNT_OWNER},
	                            .subject = AUDIT_ABOUT_ACCOUNT,
	                            .subject_id = account_id};
	memcpy(entry.by.address, client->from, sizeof(entry.by.address));
	memcpy(entry.by.request_id, client->request_id, sizeof(entry.by.request_id));
	return entry;
}

struct audit_entry
account_audit_command(enum audit_what what, const struct audit_actor *by, uint64_t account_id)
{
	return (struct audit_entry){
		.what = what, .by = *by, .subject = AUDIT_ABOUT_ACCOUNT, .subject_id = account_id};
}

struct audit_entry
account_audit_role(enum role role, bool has, const struct audit_actor *by, uint64_t account_id)
{
	struct audit_entry entry =
		account_audit_command(has ? AUDIT_ROLE_GIVEN : AUDIT_ROLE_TAKEN, by, account_id);
	snprintf(entry.detail, sizeof(entry.detail), "%s", role_name(role));
	return entry;
}

void
account_audit_refusal(const struct app *app, enum err err, struct audit_entry entry)
{
	if (!audit_outcome_of_proof(err, &entry.outcome))
		return;
	enum err written = audit_note(app, &entry);
	(void)written;
}
