/* SPDX-License-Identifier: MIT */
/*
 * account_email - gives an account another e-mail, which counts when the link in a mail to it is opened.
 *
 * Whoever asks proves the password. Nobody learns whether the address has an account: its owner does, by mail.
 */
#include "app/account/account_audit.h"

#include <string.h>

enum err
account_email_ask(const struct app *app, const struct account_proof *proof,
                  const char email[EMAIL_SIZE], struct faults *faults, uint32_t *ret_wait_ms)
{
	const struct account_store *store = app->accounts;
	const struct audit_entry asked =
		account_audit_own(AUDIT_EMAIL_ASK, &proof->client, proof->account_id);
	struct email_change change = {
		.account_id = proof->account_id, .now = app->now(), .audit = &asked};
	struct account account;
	memcpy(change.email, email, sizeof(change.email));
	enum err err = account_prove(app, AUDIT_EMAIL_ASK, proof, faults, ret_wait_ms);
	if (err == OK)
		err = store->find(store->self, proof->account_id, &account);
	if (err == OK && strcmp(account.email, email) == 0) {
		faults_add(faults, "/email", "email.same", "this is the present e-mail");
		return ERR_INVALID;
	}
	if (err == OK)
		err = account_mail_try(app, email, &proof->client, ret_wait_ms);
	return err == OK ? store->email_ask(store->self, &change, ret_wait_ms) : err;
}

enum err
account_email_change(const struct app *app, const char *token, uint64_t keep_session,
                     const struct account_client *client, struct faults *faults)
{
	const struct account_store *store = app->accounts;
	const struct audit_entry changed = account_audit_own(AUDIT_EMAIL, client, 0);
	struct email_proof proof = {
		.keep_session = keep_session, .now = app->now(), .audit = &changed};
	struct account account;
	app->opaque_tokens->hash(app->opaque_tokens->self, token, proof.hash);
	enum err err = store->email_set(store->self, &proof, &account);
	return err == ERR_NOT_FOUND ? account_link_refuse(app, AUDIT_EMAIL, client, faults) : err;
}
