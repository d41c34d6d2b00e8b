/* SPDX-License-Identifier: MIT */
/*
 * account_erase - deletes an account, and has the other contexts erase what they have of it.
 *
 * The account is gone with one transaction, which notes its number. What follows is repeated until nothing is
 * left, so it does not matter where it is interrupted.
 */
#include "app/account/account.h"

#include "app/account/account_audit.h"
#include "domain/token.h"

#define ROUNDS_MAX 100 /* of calls for one account, before others have their turn */

enum err
account_erase(const struct app *app, const struct audit_entry *audit, const struct origin *origin,
              struct account_ties *ret_ties)
{
	const uint64_t id = audit->subject_id;
	const struct account_contexts *contexts = app->account_contexts;
	*ret_ties = (struct account_ties){.n_books = 0};
	enum err err = contexts->ties(contexts->self, id, origin, ret_ties);
	if (err == OK && (ret_ties->books_total || ret_ties->rooms_total))
		err = ERR_STATE_CONFLICT;
	return err == OK ? app->accounts->erase(app->accounts->self, id, app->now(), audit) : err;
}

enum err
account_erase_again(const struct app *app, const struct erased *erased,
                    const struct audit_actor *by)
{
	const struct account_store *accounts = app->accounts;
	const uint64_t id = erased->account_id;
	const struct audit_entry entry = account_audit_command(AUDIT_ERASURE, by, id);
	struct account account;
	enum err err = accounts->find(accounts->self, id, &account);
	if (err == OK && !erased_is_account(erased, id, account.created_at))
		err = ERR_NOT_FOUND;
	return err == OK ? accounts->erase(accounts->self, id, app->now(), &entry) : err;
}

/* ret_left: bookings may be left. */
static enum err
traces_erase(const struct app *app, uint64_t account_id, bool *ret_left)
{
	const struct account_contexts *contexts = app->account_contexts;
	const struct origin origin = {.request_id = ""};
	bool more = true;
	uint64_t standing = 0;
	enum err err = contexts->recipient_erase(contexts->self, account_id, &origin);
	for (int i = 0; err == OK && more && i < ROUNDS_MAX; i++)
		err = contexts->books_erase(contexts->self, account_id, &origin, &more, &standing);
	*ret_left = more || standing;
	return err;
}

/* Until its access tokens have ended, somebody may still act for the account. */
static bool
tokens_have_ended(const struct app *app, const struct account_erasure *erasure)
{
	return app->now() - erasure->begun_at >
	       (TOKEN_ACCESS_LIFE_S + TOKEN_LEEWAY_S) * INT64_C(1000);
}

enum err
account_erase_due(const struct app *app, bool *ret_more)
{
	const struct account_store *accounts = app->accounts;
	const instant_t now = app->now();
	struct account_erasure erasure;
	bool left = true;
	enum err err = accounts->erasure_claim(accounts->self, now, now + ACCOUNT_ERASURE_PAUSE_MS,
	                                       &erasure);
	*ret_more = err == OK;
	if (err != OK)
		return err == ERR_NOT_FOUND ? OK : err;
	err = traces_erase(app, erasure.account_id, &left);
	if (err != OK || left || !tokens_have_ended(app, &erasure))
		return err;
	return accounts->erasure_finish(accounts->self, erasure.account_id);
}
