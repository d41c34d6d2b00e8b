/* SPDX-License-Identifier: MIT */
/* rooms_list - prints the open rooms of a host, as a table or as JSON. */
#include "adapters/json/json.h"
#include "adapters/json/view.h"
#include "base/mem.h"
#include "tools/cli/cli.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#define PAGE_SIZE 100
#define TEXT_MAX  (256u * 1024 * 1024)

static void
room_print(void *arg, const struct room *room, struct stay stay)
{
	(void)stay;
	(void)arg;
	char price[MONEY_TEXT];
	printf("%8" PRIu64 "  %16s  %6u  \"%s\"%s%s\n", room->id,
	       money_format(room->price, room->currency, price), room->capacity, room->name,
	       *room->city ? ", " : "", room->city);
}

static void
room_gather(void *arg, const struct room *room, struct stay stay)
{
	(void)stay;
	struct json_object **list = arg, *view;
	json_append(list, room_view(room, &view) == OK ? view : NULL);
}

static int
print_json(struct json_object *list)
{
	CLEANUP(buf_done) struct buf text = BUF_INIT(TEXT_MAX);
	if (!list || json_write(list, &text) != OK)
		return cli_failed(ERR_MEMORY);
	return puts(text.data) < 0 ? EXIT_FAILURE : EXIT_SUCCESS;
}

int
rooms_list(const struct app *app, const struct cli_arguments *arguments)
{
	struct room_search search = {.of_host = true,
	                             .host_id = arguments->host_id,
	                             .paging = {.size = PAGE_SIZE, .sort = ROOM_SORT_ID}};
	uint64_t total = 0;
	CLEANUP(json_p) struct json_object *list = json_new_array();
	if (!arguments->json)
		printf("      id             price  guests\n");
	do {
		enum err err = app->rooms->search(app->rooms->self, &search,
		                                  arguments->json ? room_gather : room_print, &list,
		                                  &total);
		if (err != OK)
			return cli_failed(err);
		search.paging.page++;
	} while ((uint64_t)search.paging.page * PAGE_SIZE < total);
	if (arguments->json)
		return print_json(list);
	printf("%" PRIu64 " room%s of host %" PRIu64 "\n", total, total == 1 ? "" : "s",
	       arguments->host_id);
	return EXIT_SUCCESS;
}
