/* SPDX-License-Identifier: MIT */
/* account_list - prints the accounts, as a table or as JSON. */
#include "adapters/json/json.h"
#include "adapters/json/view.h"
#include "base/mem.h"
#include "tools/account/account_tool.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#define PAGE_SIZE 100
#define TEXT_MAX  (256u * 1024 * 1024)

static void
account_print(void *arg, const struct account *account)
{
	(void)arg;
	printf("%8" PRIu64 "  %-8s  %-8s  %-6s  %s\n", account->id,
	       account->is_operator ? "operator"
	       : account->is_host   ? "host"
	                            : "guest",
	       account->verified ? "verified" : "-", account->second_factor ? "yes" : "-",
	       account->email);
}

static void
account_gather(void *arg, const struct account *account)
{
	struct json_object **list = arg, *view;
	json_append(list, account_view(account, &view) == OK ? view : NULL);
}

static int
print_json(struct json_object *list)
{
	CLEANUP(buf_done) struct buf text = BUF_INIT(TEXT_MAX);
	if (!list || json_write(list, &text) != OK)
		return account_failed(ERR_MEMORY, "");
	return puts(text.data) < 0 ? EXIT_FAILURE : EXIT_SUCCESS;
}

int
account_list_command(const struct app *app, const struct account_arguments *arguments)
{
	struct account_list query = {.role = arguments->role == ROLE_GUEST ? 0 : arguments->role,
	                             .paging = {.size = PAGE_SIZE, .sort = ACCOUNT_SORT_ID}};
	uint64_t total = 0;
	CLEANUP(json_p) struct json_object *list = json_new_array();
	if (!arguments->json)
		printf("      id  role      e-mail    factor  \n");
	do {
		enum err err = app->accounts->list(app->accounts->self, &query,
		                                   arguments->json ? account_gather : account_print,
		                                   &list, &total);
		if (err != OK)
			return account_failed(err, "");
		query.paging.page++;
	} while ((uint64_t)query.paging.page * PAGE_SIZE < total);
	if (arguments->json)
		return print_json(list);
	printf("%" PRIu64 " account%s\n", total, total == 1 ? "" : "s");
	return EXIT_SUCCESS;
}
