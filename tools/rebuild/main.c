/*
 * hotel-rebuild - the view mypage made anew from history and from what the owners know, beside the
 * one that serves, which it then replaces at once.
 */
#include "base/clock.h"
#include "base/mem.h"
#include "composition/options.h"
#include "config/settings.h"
#include "tools/common/tool.h"
#include "tools/rebuild/copy.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#define EXIT_REFUSED 1
#define EXIT_AWAY    3

static const char usage[] =
	"Usage: hotel-rebuild mypage [--force]\n"
	"\n"
	"Fills a copy of the view from history, and from what room, book and pay know, while\n"
	"the view serves, compares them row by row, and lets the copy take its place.\n"
	"--force: even if the view has what nobody else knows, or rows of a version differ.\n"
	"\n"
	"Settings come from the environment: HOTEL_AMQP_*, HOTEL_INTERNAL_*,\n"
	"HOTEL_SERVICE_TOKEN, and HOTEL_DB_* of a user who may change the schema.\n"
	"Exit codes: 0 done; 1 refused, nothing was changed; 2 wrong use; 3 a server is away.\n";

static void
progress(const char *source, uint64_t n)
{
	static int64_t told_ms;
	if (monotonic_ms() - told_ms < 1000)
		return;
	told_ms = monotonic_ms();
	fprintf(stderr, "%s: %" PRIu64 " so far\n", source, n);
}

static void
difference_print(const struct copy_difference *difference)
{
	printf("compared: %" PRIu64 " bookings\n", difference->rows);
	if (difference->behind)
		printf("the view has what neither history nor the owners know: %" PRIu64
		       " bookings or rooms\n",
		       difference->behind);
	if (difference->ahead)
		printf("the view was behind on %" PRIu64 " bookings or rooms\n", difference->ahead);
	if (difference->different)
		printf("of the same version, but different: %" PRIu64 "\n", difference->different);
	for (size_t i = 0; i < difference->n_examples; i++)
		printf("  book %" PRIu64 "\n", difference->examples[i]);
}

/* What a rebuild works with. */
struct rebuild {
	struct db *db;
	struct broker *broker;
	struct http_client *client;
	const char *silent; /* the context that did not answer, with ERR_NOT_SENT */
	bool force;
};

/* Without history the owners alone have to do. */
static enum err
history_read(struct rebuild *rebuild)
{
	uint64_t events = 0;
	enum err err = copy_fill(rebuild->db, rebuild->broker, progress, &events);
	if (err == OK || err == ERR_NOT_FOUND)
		printf("history: %" PRIu64 " events\n", events);
	return err == ERR_NOT_FOUND ? OK : err;
}

static enum err
owners_ask(struct rebuild *rebuild)
{
	uint64_t items = 0;
	enum err err =
		copy_complete(rebuild->db, rebuild->client, progress, &items, &rebuild->silent);
	if (err == OK)
		printf("owners: %" PRIu64 " rooms, bookings and payments\n", items);
	return err;
}

static enum err
fill(struct rebuild *rebuild, struct copy_difference *ret_difference)
{
	enum err err = copy_begin(rebuild->db);
	if (err == OK)
		err = history_read(rebuild);
	if (err == OK)
		err = owners_ask(rebuild);
	return err == OK ? copy_compare(rebuild->db, ret_difference) : err;
}

/* ERR_STATE_CONFLICT: the copy is not what it has to be, and the view stays. */
static enum err
rebuild_do(struct rebuild *rebuild)
{
	struct copy_difference difference;
	enum err err = fill(rebuild, &difference);
	if (err == OK) {
		difference_print(&difference);
		if ((difference.behind || difference.different) && !rebuild->force)
			err = ERR_STATE_CONFLICT;
	}
	if (err == OK)
		return copy_swap(rebuild->db);
	/* The first error is the one to be told; a copy that goes on being fed does no harm. */
	enum err ignored = copy_give_up(rebuild->db);
	(void)ignored;
	return err;
}

static void
report_away(enum err err, const struct rebuild *rebuild)
{
	const char *why = rebuild->broker ? broker_why(rebuild->broker) : "";
	if (err == ERR_NOT_SENT)
		fprintf(stderr,
		        "hotel-rebuild: %s does not tell what it knows; nothing was changed;"
		        " start it, then run it again: ./hotel start nginx %s\n",
		        rebuild->silent, rebuild->silent);
	else
		fprintf(stderr, "hotel-rebuild: %s%s%s; run it again\n", err_name(err),
		        *why ? ": " : "", why);
}

static int
report(enum err err, const struct rebuild *rebuild)
{
	if (err == OK) {
		printf("the rebuilt view serves\n");
		return 0;
	}
	if (err == ERR_STATE_CONFLICT) {
		fprintf(stderr, "nothing was changed; look at these rows, then: "
		                "./hotel rebuild mypage --force\n");
		return EXIT_REFUSED;
	}
	report_away(err, rebuild);
	return EXIT_AWAY;
}

static enum err
parts_open(const struct settings *settings, int never, struct rebuild *rebuild)
{
	struct broker_options options = broker_options(settings, "hotel-rebuild", never);
	rebuild->broker = never < 0 ? NULL : broker_new(&options);
	const struct db_options database = db_options(settings);
	const struct http_options internal = http_options(settings, "");
	enum err err = rebuild->broker ? http_start() : ERR_SYSTEM_HERE();
	if (err == OK)
		err = http_client_open(&internal, &rebuild->client);
	return err == OK ? db_open(&database, NULL, &rebuild->db) : err;
}

static int
work(const struct settings *settings, bool force)
{
	struct rebuild rebuild = {.force = force};
	int never = eventfd(0, EFD_CLOEXEC); /* nobody writes it: a signal ends this program */
	enum err err = parts_open(settings, never, &rebuild);
	if (err == OK)
		err = rebuild_do(&rebuild);
	int status = report(err, &rebuild);
	broker_free(rebuild.broker);
	http_client_close(rebuild.client);
	db_close(rebuild.db);
	if (never >= 0)
		close(never);
	return status;
}

static int
rebuild_run(const struct settings *settings, int argc, char **argv)
{
	bool force = argc == 3 && !strcmp(argv[2], "--force");
	if (argc < 2 || argc > 3 || strcmp(argv[1], "mypage") != 0 || (argc == 3 && !force))
		return EXIT_USAGE;
	return work(settings, force);
}

int
main(int argc, char **argv)
{
	const struct tool tool = {.name = "hotel-rebuild", .usage = usage, .run = rebuild_run};
	return tool_run(&tool, argc, argv);
}
