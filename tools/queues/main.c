/* SPDX-License-Identifier: MIT */
/*
 * hotel-queues - saves the messages in the broker's queues for a backup, without removing them, and
 * loads them into the queues of a restored instance.
 */
#include "composition/options.h"
#include "tools/common/tool.h"
#include "tools/queues/queue_backup.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define EXIT_REFUSED     1
#define EXIT_UNAVAILABLE 3

static const char help[] =
	"Usage: $0 save > FILE\n"
	"  or:  $0 load < FILE\n"
	"Save the messages in the broker's queues to a file, or load them into the queues.\n"
	"\n"
	"save waits until no consumer is connected; the messages stay in their queues. It saves\n"
	"dead letters as well. Settings come from the environment: HOTEL_AMQP_*.\n"
	"\n"
	"Options:\n"
	"  --version  print the version\n"
	"  --help     print this help\n"
	"\n"
	"Exit status:\n"
	"  0  done; the number of messages is on stderr\n"
	"  1  a consumer stays connected, too many messages wait, or FILE is not a queue backup\n"
	"  2  wrong usage or settings\n"
	"  3  the broker is unavailable\n"
	"\n"
	"Examples:\n"
	"  $0 save > queues.json\n";

static int
report(enum err err, const struct queue_backup *backup)
{
	if (err == OK) {
		fprintf(stderr, "%" PRIu64 "\n", backup->events);
		return EXIT_SUCCESS;
	}
	const char *why = *backup->why ? backup->why : broker_why(backup->broker);
	fprintf(stderr, "hotel-queues: %s%s%s\n", err_name(err), *why ? ": " : "", why);
	return err == ERR_UNAVAILABLE ? EXIT_UNAVAILABLE : EXIT_REFUSED;
}

static int
queues(const struct settings *settings, int argc, char **argv)
{
	const bool save = argc == 2 && strcmp(argv[1], "save") == 0;
	if (!save && (argc != 2 || strcmp(argv[1], "load") != 0))
		return WRONG_USAGE;
	const struct broker_options options =
		broker_options(settings, "hotel-queues", BROKER_NO_STOP);
	struct queue_backup backup = {.broker = broker_new(&options),
	                              .file = save ? stdout : stdin};
	if (!backup.broker) {
		fputs("hotel-queues: out of memory\n", stderr);
		return EXIT_REFUSED;
	}
	enum err err = save ? queue_backup_save(&backup) : queue_backup_load(&backup);
	int status = report(err, &backup);
	broker_free(backup.broker);
	return status;
}

int
main(int argc, char **argv)
{
	const struct tool tool = {.name = "hotel-queues", .help = help, .run = queues};
	return tool_run(&tool, argc, argv);
}
