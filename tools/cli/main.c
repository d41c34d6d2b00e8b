/* hotel-cli - the use cases for people at a terminal, a second way in beside HTTP. */
#include "adapters/mariadb/room/room_store.h"
#include "base/mem.h"
#include "base/text.h"
#include "composition/composition.h"
#include "tools/cli/cli.h"

#include <stdio.h>
#include <string.h>

#define FAULTS_TEXT_MAX (64 * 1024)

extern char **environ;

static const char usage[] =
	"Usage: hotel-cli rooms import FILE [--host ID] [--dry-run]\n"
	"       hotel-cli rooms list [--host ID]\n"
	"\n"
	"import registers the rooms of a CSV file, all of them or none. Its first line names the\n"
	"columns: price, and name, description, city, capacity as far as wanted. --dry-run tells\n"
	"what would be done. The same file again within a day registers nothing twice.\n"
	"--host says whose rooms they are; 0, nobody in particular, if it is not given.\n"
	"\n"
	"Settings come from the environment: HOTEL_DB_* of room, HOTEL_CURRENCY.\n"
	"Exit codes: 0 done; 1 the file has faults, all named, nothing was done; 2 wrong use;\n"
	"75 the database is away: ask again, nothing happens twice.\n";

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
	const bool is_away = err == ERR_UNAVAILABLE || err == ERR_TIMEOUT || err == ERR_CONFLICT ||
	                     err == ERR_UNKNOWN;
	fprintf(stderr, "hotel-cli: %s%s\n", err_name(err),
	        is_away ? ": the database is away; ask again, nothing happens twice" : "");
	return is_away ? EXIT_AWAY : EXIT_FAILURE;
}

/* ---- the composition ---- */

struct parts {
	struct composition base;
	struct room_store rooms;
};

static enum err
parts_open(const struct settings *settings, struct parts **ret_parts)
{
	struct composition *base;
	enum err err = composition_new(sizeof(struct parts), settings, &base);
	if (err != OK)
		return err;
	struct parts *parts = (struct parts *)base;
	parts->rooms = room_store_mariadb(base->db);
	base->app.rooms = &parts->rooms;
	*ret_parts = parts;
	return OK;
}

static int
command_run(size_t command, const struct cli_arguments *arguments)
{
	CLEANUP(buf_done) struct buf faults = BUF_INIT(FAULTS_TEXT_MAX);
	struct settings settings;
	struct parts *parts;
	enum err err = settings_read(environ, &settings, &faults);
	if (err != OK) {
		fprintf(stderr, "%s", faults.data ? faults.data : "out of memory\n");
		return EXIT_USAGE;
	}
	err = parts_open(&settings, &parts);
	if (err != OK)
		return cli_failed(err);
	int status = commands[command].run(&parts->base.app, arguments);
	composition_close(&parts->base.app);
	return status;
}

/* ---- arguments ---- */

/* What stands behind the verb. Whether it is right. */
static bool
arguments_read(int argc, char **argv, bool takes_file, struct cli_arguments *ret_arguments)
{
	struct cli_arguments *to = ret_arguments;
	for (int i = 0; i < argc; i++) {
		if (strcmp(argv[i], "--dry-run") == 0 && takes_file)
			to->dry_run = true;
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

int
main(int argc, char **argv)
{
	struct cli_arguments arguments = {.file = NULL};
	if (argc == 2 && strcmp(argv[1], "--help") == 0)
		return fputs(usage, stdout) < 0;
	if (argc == 2 && strcmp(argv[1], "--version") == 0)
		return puts("hotel-cli " HOTEL_VERSION) < 0;
	for (size_t i = 0; argc > 2 && i < ARRAY_SIZE(commands); i++) {
		if (strcmp(argv[1], commands[i].subject) != 0 ||
		    strcmp(argv[2], commands[i].verb) != 0)
			continue;
		if (!arguments_read(argc - 3, argv + 3, commands[i].takes_file, &arguments))
			break;
		return command_run(i, &arguments);
	}
	fputs(usage, stderr);
	return EXIT_USAGE;
}
