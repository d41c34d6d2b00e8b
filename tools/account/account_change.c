/* SPDX-License-Identifier: MIT */
/* account_change - the commands that change an account: role, and password. */
#include "app/account/account_audit.h"
#include "tools/account/account_tool.h"
#include "tools/common/command_actor.h"
#include "tools/common/tool.h"

#include <stdio.h>
#include <stdlib.h>

static enum err
account_find(const struct app *app, const char *email, struct account *ret_account)
{
	struct account_secrets secrets;
	return app->accounts->find_by_email(app->accounts->self, email, ret_account, &secrets);
}

int
account_role_command(const struct app *app, const struct account_arguments *arguments)
{
	const char *email = arguments->words[0];
	const struct audit_actor by = command_actor();
	struct account account;
	struct audit_entry entry;
	enum role role;
	if (!role_read(arguments->words[1], &role))
		return WRONG_USAGE;
	enum err err = account_find(app, email, &account);
	if (err == OK) {
		entry = account_audit_role(role, !arguments->remove, &by, account.id);
		err = app->accounts->role_set(app->accounts->self, account.id, role,
		                              !arguments->remove, app->now(), &entry, &account);
	}
	if (err != OK)
		return account_failed(err, email);
	printf("%s is %s %s\n", email, arguments->remove ? "no longer" : "now",
	       role == ROLE_HOST ? "a host" : "an operator");
	if (account.is_operator && !account.second_factor)
		printf("give a second factor, too; without it nobody acts as an operator\n");
	return EXIT_SUCCESS;
}

int
account_password_command(const struct app *app, const struct account_arguments *arguments)
{
	const char *email = arguments->words[0];
	struct account account;
	const struct audit_actor by = command_actor();
	char password[OPAQUE_TOKEN_TEXT];
	enum err err = account_find(app, email, &account);
	if (err == OK)
		err = account_password_replace(app, account.id, &by, password);
	if (err != OK)
		return account_failed(err, email);
	printf("password: %s\n", password);
	return EXIT_SUCCESS;
}
