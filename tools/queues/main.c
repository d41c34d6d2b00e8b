/*
 * hotel-queues - what waits in the broker's queues, for backups: written out without taking it
 * away, and put into the queues of a restored instance.
 */
#include "base/buf.h"
#include "base/mem.h"
#include "composition/options.h"
#include "config/settings.h"
#include "tools/common/tool.h"
#include "tools/queues/queued.h"

#include <inttypes.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#define EXIT_REFUSED 1
#define EXIT_AWAY    3

static const char usage[] =
	"Usage: hotel-queues save > FILE\n"
	"       hotel-queues load < FILE\n"
	"\n"
	"save writes the events that wait for the workers, and the dead letters, once nobody\n"
	"consumes them any more; they stay where they are. load puts them into the queues.\n"
	"\n"
	"Settings come from the environment: HOTEL_AMQP_*.\n"
	"Exit codes: 0 done; 1 somebody goes on consuming, too many events wait, or the file is\n"
	"none of these; 2 wrong use; 3 the broker is away.\n";

static int
report(enum err err, const struct queued *queued)
{
	if (err == OK) {
		fprintf(stderr, "%" PRIu64 "\n", queued->events);
		return 0;
	}
	const char *why = *queued->why ? queued->why : broker_why(queued->broker);
	fprintf(stderr, "hotel-queues: %s%s%s\n", err_name(err), *why ? ": " : "", why);
	return err == ERR_UNAVAILABLE ? EXIT_AWAY : EXIT_REFUSED;
}

static int
work(const struct settings *settings, bool save)
{
	int never = eventfd(0, EFD_CLOEXEC); /* nobody writes it: a signal ends this program */
	struct broker_options options = broker_options(settings, "hotel-queues", never);
	struct queued queued = {.broker = never < 0 ? NULL : broker_new(&options),
	                        .file = save ? stdout : stdin};
	int status = EXIT_AWAY;
	if (queued.broker)
		status = report(save ? queued_save(&queued) : queued_load(&queued), &queued);
	else
		fputs("hotel-queues: out of memory or descriptors\n", stderr);
	broker_free(queued.broker);
	if (never >= 0)
		close(never);
	return status;
}

static int
queues(const struct settings *settings, int argc, char **argv)
{
	const bool save = argc == 2 && !strcmp(argv[1], "save");
	if (!save && (argc != 2 || strcmp(argv[1], "load") != 0))
		return EXIT_USAGE;
	return work(settings, save);
}

int
main(int argc, char **argv)
{
	const struct tool tool = {.name = "hotel-queues", .usage = usage, .run = queues};
	return tool_run(&tool, argc, argv);
}
