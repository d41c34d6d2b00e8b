/* SPDX-License-Identifier: MIT */
/* rooms_list - prints the open rooms of a host. */
#include "base/mem.h"
#include "tools/cli/cli.h"

#include <inttypes.h>
#include <stdio.h>

#define PAGE_SIZE 100

static void
room_print(void *arg, const struct room *room)
{
	(void)arg;
	char price[MONEY_TEXT];
	printf("%8" PRIu64 "  %16s  %6u  \"%s\"%s%s\n", room->id,
	       money_format(room->price, room->currency, price), room->capacity, room->name,
	       *room->city ? ", " : "", room->city);
}

int
rooms_list(const struct app *app, const struct cli_arguments *arguments)
{
	struct room_search search = {.of_host = true,
	                             .host_id = arguments->host_id,
	                             .paging = {.size = PAGE_SIZE, .sort = ROOM_SORT_ID}};
	uint64_t total = 0;
	printf("      id             price  guests\n");
	do {
		enum err err =
			app->rooms->search(app->rooms->self, &search, room_print, NULL, &total);
		if (err != OK)
			return cli_failed(err);
		search.paging.page++;
	} while ((uint64_t)search.paging.page * PAGE_SIZE < total);
	printf("%" PRIu64 " room%s of host %" PRIu64 "\n", total, total == 1 ? "" : "s",
	       arguments->host_id);
	return EXIT_SUCCESS;
}
