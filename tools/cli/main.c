/* SPDX-License-Identifier: MIT */
/* hotel-cli - use cases on the command line: a second way in beside HTTP. */
#include "base/mem.h"
#include "base/text.h"
#include "composition/composition.h"
#include "composition/room_index.h"
#include "tools/cli/cli.h"
#include "tools/common/tool.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char help[] =
	"Usage: $0 rooms import FILE [--host ID] [--dry-run]\n"
	"  or:  $0 rooms list [--host ID] [--json]\n"
	"Register rooms from a CSV file, or list the rooms of a host.\n"
	"\n"
	"import registers the rooms of a CSV file: all of them or none. The first line names the\n"
	"columns: price (in the currency's smallest unit) or amount (such as 45.00), and "
	"optionally\n"
	"name, description, city and capacity. Importing the same file again within a day "
	"registers\n"
	"nothing twice. Settings come from the environment: HOTEL_DB_* of room, HOTEL_CURRENCY.\n"
	"\n"
	"Options:\n"
	"  --host ID  the host of the rooms (default: 0, the anonymous host)\n"
	"  --dry-run  only print what would be registered\n"
	"  --json     print an array of rooms, each with the members of GET /rooms/{id}\n"
	"  --version  print the version\n"
	"  --help     print this help\n"
	"\n"
	"Exit status:\n"
	"  0   done\n"
	"  1   the file has faults; all are printed and nothing was registered\n"
	"  2   wrong usage or settings\n"
	"  75  the database is unavailable; try again, nothing happens twice\n"
	"\n"
	"Examples:\n"
	"  $0 rooms import rooms.csv --host 7 --dry-run\n";

static const struct {
	const char *subject, *verb;
	bool takes_file;
	int (*run)(const struct app *app, const struct cli_arguments *arguments);
} commands[] = {
	{"rooms", "import", true, rooms_import},
	{"rooms", "list", false, rooms_list},
};

int
cli_failed(enum err err)
{
	const bool is_unavailable = err == ERR_UNAVAILABLE || err == ERR_TIMEOUT ||
	                            err == ERR_CONFLICT || err == ERR_UNKNOWN;
	fprintf(stderr, "%s: %s\n", options_typed_name("hotel-cli"),
	        is_unavailable ? "the database does not answer; try again, nothing happens twice"
	                       : err_name(err));
	return is_unavailable ? EXIT_TRY_AGAIN : EXIT_FAILURE;
}

/* Reads the arguments after the verb. Whether they are right. */
static bool
arguments_read(int argc, char **argv, bool takes_file, struct cli_arguments *ret_arguments)
{
	struct cli_arguments *to = ret_arguments;
	for (int i = 0; i < argc; i++) {
		if (strcmp(argv[i], "--dry-run") == 0 && takes_file)
			to->dry_run = true;
		else if (strcmp(argv[i], "--json") == 0 && !takes_file)
			to->json = true;
		else if (strcmp(argv[i], "--host") == 0 && i + 1 < argc) {
			if (text_to_u64(argv[++i], INT64_MAX, &to->host_id) != OK)
				return false;
		} else if (takes_file && !to->file && strncmp(argv[i], "--", 2) != 0)
			to->file = argv[i];
		else
			return false;
	}
	return !takes_file || to->file;
}

static int
run(const struct settings *settings, int argc, char **argv)
{
	struct cli_arguments arguments = {.file = NULL};
	for (size_t i = 0; argc > 2 && i < ARRAY_SIZE(commands); i++) {
		if (strcmp(argv[1], commands[i].subject) != 0 ||
		    strcmp(argv[2], commands[i].verb) != 0)
			continue;
		if (!arguments_read(argc - 3, argv + 3, commands[i].takes_file, &arguments))
			return WRONG_USAGE;
		struct app *app = NULL;
		enum err err = composition_open(settings, STORE_ROOMS, &app);
		if (err == OK)
			err = composition_note_room_changes(app);
		if (err != OK) {
			composition_close(app);
			return cli_failed(err);
		}
		int status = commands[i].run(app, &arguments);
		composition_close(app);
		return status;
	}
	return WRONG_USAGE;
}

int
main(int argc, char **argv)
{
	const struct tool tool = {.name = "hotel-cli", .help = help, .run = run};
	return tool_run(&tool, argc, argv);
}
