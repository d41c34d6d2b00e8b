/* SPDX-License-Identifier: MIT */
/*
 * account_export - what other contexts have of an account. They are asked with an access token of the account
 * itself: so they show what is its own, by the rule that they have anyway.
 */
#include "app/account/account.h"

enum err
account_export(const struct app *app, const struct account *account, const struct origin *origin,
               struct account_export *ret_export)
{
	const struct account_contexts *contexts = app->account_contexts;
	const struct session session = {.account_id = account->id};
	char token[TOKEN_TEXT];
	*ret_export = (struct account_export){.more = false};
	for (int i = 0; i < SECTION_MAX; i++)
		ret_export->sections[i] = (struct buf)BUF_INIT(SECTION_BYTES_MAX);
	enum err err = account_token_issue(app, &session, account, token);
	for (int i = 0; err == OK && i < SECTION_MAX; i++) {
		bool more = false;
		err = contexts->section(contexts->self, (enum account_section)i, account->id, token,
		                        origin, &ret_export->sections[i], &more);
		ret_export->more |= more;
	}
	return err;
}

void
account_export_done(struct account_export *export)
{
	for (int i = 0; i < SECTION_MAX; i++)
		buf_done(&export->sections[i]);
}
