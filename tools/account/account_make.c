/* SPDX-License-Identifier: MIT */
/* account_make - the commands that make an account: add, and adopt. */
#include "tools/account/account_tool.h"

#include "app/account/account_audit.h"
#include "base/text.h"
#include "domain/characters.h"
#include "tools/common/command_actor.h"
#include "tools/common/tool.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

static void
second_factor_print(const struct second_factor_setup *setup)
{
	printf("second factor: %s\n", setup->key);
	for (size_t i = 0; i < RECOVERY_CODES; i++)
		printf("recovery code: %s\n", setup->recovery[i]);
}

/* ERR_INVALID: the e-mail or the name cannot be one. */
static enum err
account_fill(struct account *account, const char *email, const char *name)
{
	uint32_t character;
	if (!email_is_valid(email) ||
	    text_copy(account->email, sizeof(account->email), email) != OK)
		return ERR_INVALID;
	if (!name)
		return OK;
	if (characters_find_forbidden(name, false, &character) || characters_are_blank(name) ||
	    text_copy(account->name, sizeof(account->name), name) != OK)
		return ERR_INVALID;
	return OK;
}

static int
account_make(const struct app *app, const struct account_arguments *arguments, uint64_t id,
             const char *email)
{
	struct account_add request = {.account = {.id = id},
	                              .is_host = arguments->role == ROLE_HOST,
	                              .is_operator = arguments->role == ROLE_OPERATOR,
	                              .by = command_actor()};
	struct account_added added;
	enum err err = account_fill(&request.account, email, arguments->name);
	if (err == OK)
		err = account_add(app, &request, &added);
	if (err != OK)
		return account_failed(err, email);
	printf("account:       %" PRIu64 "\ne-mail:        %s\npassword:      %s\n",
	       added.account.id, added.account.email, added.password);
	if (added.has_second_factor)
		second_factor_print(&added.second_factor);
	return EXIT_SUCCESS;
}

int
account_add_command(const struct app *app, const struct account_arguments *arguments)
{
	return account_make(app, arguments, 0, arguments->words[0]);
}

int
account_adopt_command(const struct app *app, const struct account_arguments *arguments)
{
	uint64_t id;
	if (text_to_u64(arguments->words[0], ACCOUNT_ID_ADOPT_MAX, &id) != OK || id == 0) {
		fprintf(stderr, "%s: %s is not the number of a guest or a host\n",
		        options_typed_name("hotel-account"), arguments->words[0]);
		return WRONG_USAGE;
	}
	return account_make(app, arguments, id, arguments->words[1]);
}

static enum err
factor_remove(const struct app *app, uint64_t account_id, const struct audit_actor *by)
{
	const struct audit_entry off = account_audit_command(AUDIT_FACTOR_OFF, by, account_id);
	return app->accounts->second_factor_remove(app->accounts->self, account_id, 0, app->now(),
	                                           &off);
}

int
account_second_factor_command(const struct app *app, const struct account_arguments *arguments)
{
	const struct account_store *store = app->accounts;
	const struct audit_actor by = command_actor();
	const char *email = arguments->words[0];
	struct account account;
	struct account_secrets secrets;
	struct second_factor_setup setup;
	enum err err = store->find_by_email(store->self, email, &account, &secrets);
	if (err == OK && arguments->remove)
		err = factor_remove(app, account.id, &by);
	else if (err == OK)
		err = second_factor_give(app, account.id, &by, &setup);
	if (err == ERR_STATE_CONFLICT && arguments->remove) {
		fprintf(stderr, "%s: %s has no second factor\n",
		        options_typed_name("hotel-account"), email);
		return EXIT_REFUSED;
	}
	if (err != OK)
		return account_failed(err, email);
	if (arguments->remove)
		printf("the second factor of %s is removed\n", email);
	else
		second_factor_print(&setup);
	return EXIT_SUCCESS;
}
