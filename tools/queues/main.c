/* SPDX-License-Identifier: MIT */
/*
 * hotel-queues - saves the messages in the broker's queues for a backup, without removing them, and
 * loads them into the queues of a restored instance.
 */
#include "base/mem.h"
#include "composition/options.h"
#include "tools/common/tool.h"
#include "tools/queues/earlier_queues.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define EXIT_REFUSED     1
#define EXIT_UNAVAILABLE 3

static const char help[] =
	"Usage: $0 save > FILE\n"
	"  or:  $0 load [--erased EVENTS] < FILE\n"
	"  or:  $0 earlier\n"
	"Save the messages in the broker's queues to a file, or load them into the queues.\n"
	"\n"
	"save waits until no consumer is connected; the messages stay in their queues. It saves\n"
	"dead letters as well. earlier lists the queues that an earlier version has left, each\n"
	"with \"empty\", or with \"used\" if it has messages or consumers. Settings come from\n"
	"the environment: HOTEL_AMQP_*.\n"
	"\n"
	"Options:\n"
	"  --erased EVENTS  load what is about the bookings of these events, those of "
	"hotel-erased,\n"
	"                   without their contacts\n"
	"  --version        print the version\n"
	"  --help           print this help\n"
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

/* load --erased EVENTS: reads it. */
static enum err
erased_read_if_given(int argc, char **argv, struct queue_backup *backup)
{
	enum err err = argc == 4 ? erased_ids_read(argv[3], &backup->erased) : OK;
	if (err != OK)
		snprintf(backup->why, sizeof(backup->why), "cannot read the events in %.100s",
		         argv[3]);
	return err;
}

static int
queues(const struct settings *settings, int argc, char **argv)
{
	static const struct {
		const char *name;
		enum err (*run)(struct queue_backup *backup);
	} commands[] = {{"save", queue_backup_save},
	                {"load", queue_backup_load},
	                {"earlier", earlier_queues_list}};
	size_t i = 0;
	const bool has_erased =
		argc == 4 && strcmp(argv[1], "load") == 0 && strcmp(argv[2], "--erased") == 0;
	while (argc > 1 && i < ARRAY_SIZE(commands) && strcmp(argv[1], commands[i].name) != 0)
		i++;
	if ((argc != 2 && !has_erased) || i == ARRAY_SIZE(commands))
		return WRONG_USAGE;
	const struct broker_options options =
		broker_options(settings, "hotel-queues", BROKER_NO_STOP);
	struct queue_backup backup = {.broker = broker_new(&options),
	                              .file = strcmp(argv[1], "load") == 0 ? stdin : stdout};
	if (!backup.broker) {
		fputs("hotel-queues: out of memory\n", stderr);
		return EXIT_REFUSED;
	}
	enum err err = erased_read_if_given(argc, argv, &backup);
	if (err == OK)
		err = commands[i].run(&backup);
	int status = report(err, &backup);
	erased_ids_done(&backup.erased);
	broker_free(backup.broker);
	return status;
}

int
main(int argc, char **argv)
{
	const struct tool tool = {.name = "hotel-queues", .help = help, .run = queues};
	return tool_run(&tool, argc, argv);
}
