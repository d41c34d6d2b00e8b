/* SPDX-License-Identifier: MIT */
/* account_leave - the command that deletes an account. */
#include "app/account/account_audit.h"
#include "base/mem.h"
#include "tools/account/account_tool.h"
#include "tools/common/command_actor.h"
#include "tools/common/tool.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

static void
ties_print(const struct account_ties *ties, const char *email)
{
	fprintf(stderr,
	        "%s: %s has %" PRIu64 " bookings to come or to pay and %" PRIu64
	        " open rooms; cancel and delete them first\n",
	        options_typed_name("hotel-account"), email, ties->books_total, ties->rooms_total);
	for (size_t i = 0; i < ties->n_books; i++)
		fprintf(stderr, "  booking %" PRIu64 " (%s), %s\n", ties->books[i].id,
		        ties->books[i].reference, book_status_name(ties->books[i].status));
	for (size_t i = 0; i < ties->n_rooms; i++)
		fprintf(stderr, "  room %" PRIu64 " %s\n", ties->rooms[i].id, ties->rooms[i].name);
}

int
account_erase_command(const struct app *app, const struct account_arguments *arguments)
{
	const char *email = arguments->words[0];
	const struct origin origin = {.caller = {.roles = ROLE_OPERATOR}, .request_id = ""};
	CLEANUP(free_p) struct account_ties *ties = calloc(1, sizeof(*ties));
	struct account account;
	struct account_secrets secrets;
	const struct audit_actor by = command_actor();
	struct audit_entry by_command;
	if (!ties)
		return account_failed(ERR_MEMORY, email);
	enum err err = app->accounts->find_by_email(app->accounts->self, email, &account, &secrets);
	if (err == OK) {
		by_command = account_audit_command(AUDIT_ERASURE, &by, account.id);
		err = account_erase(app, &by_command, &origin, ties);
	}
	if (err == ERR_STATE_CONFLICT) {
		ties_print(ties, email);
		return EXIT_REFUSED;
	}
	if (err != OK)
		return account_failed(err, email);
	printf("account %" PRIu64 " is deleted; its contacts are being erased\n", account.id);
	return EXIT_SUCCESS;
}
