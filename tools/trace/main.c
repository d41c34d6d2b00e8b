/* SPDX-License-Identifier: MIT */
/*
 * hotel-trace - prints the timeline of a booking: requests, holding, paying, outcomes, events, what
 * each consumer made of them, and notifications.
 */
#include "base/mem.h"
#include "composition/options.h"
#include "tools/common/tool.h"
#include "tools/trace/trace_print.h"

#include <stdio.h>
#include <string.h>

#define EXIT_NOT_FOUND   1
#define EXIT_UNAVAILABLE 3
#define TEXT_MAX         (4 * 1024 * 1024)
#define LOGS_MAX         16

static const char help[] =
	"Usage: $0 [--json] [--requests FILE]... BOOKING\n"
	"Print what happened to a booking, in the order of time.\n"
	"\n"
	"BOOKING is the id or the reference of a booking. Settings come from the environment:\n"
	"HOTEL_DB_* and HOTEL_AMQP_*.\n"
	"\n"
	"Options:\n"
	"  --json           print JSON\n"
	"  --requests FILE  add the requests that led to it from this log of nginx; repeatable\n"
	"  --version        print the version\n"
	"  --help           print this help\n"
	"\n"
	"Exit status:\n"
	"  0  printed\n"
	"  1  there is no such booking, or too little memory\n"
	"  2  wrong usage or settings\n"
	"  3  a server is unavailable, and what the others have is printed; or FILE is unreadable\n"
	"\n"
	"Examples:\n"
	"  $0 --json 42\n";

struct wanted {
	bool json;
	const char *booking;
	const char *logs[LOGS_MAX];
	size_t n_logs;
};

struct tracer {
	struct db *db;
	struct broker *broker;
	const char *reads; /* the source that is being read, for messages */
};

static enum err
arguments_read(int argc, char **argv, struct wanted *ret_wanted)
{
	struct wanted wanted = {.json = false};
	int at = 1;
	for (; at < argc - 1; at++) {
		if (strcmp(argv[at], "--json") == 0)
			wanted.json = true;
		else if (strcmp(argv[at], "--requests") == 0 && wanted.n_logs < LOGS_MAX)
			wanted.logs[wanted.n_logs++] = argv[++at];
		else
			return ERR_INVALID;
	}
	if (at != argc - 1 || argv[at][0] == '-')
		return ERR_INVALID;
	wanted.booking = argv[at];
	*ret_wanted = wanted;
	return OK;
}

/* Without the broker the other entries are complete; ret_missing names the missing source. */
static enum err
gather(struct tracer *tracer, const struct wanted *wanted, struct traced *ret_traced,
       struct timeline *timeline, const char **ret_missing)
{
	tracer->reads = "the databases";
	enum err err = trace_find(tracer->db, wanted->booking, ret_traced);
	if (err == OK)
		err = trace_data(tracer->db, ret_traced, timeline);
	if (err != OK)
		return err;
	err = trace_history(tracer->broker, ret_traced, timeline);
	if (err == ERR_MEMORY)
		return err;
	*ret_missing = err == OK ? NULL : "history";
	err = OK;
	for (size_t i = 0; err == OK && i < wanted->n_logs; i++) {
		tracer->reads = wanted->logs[i];
		err = trace_requests(wanted->logs[i], timeline);
	}
	timeline_sort(timeline);
	return err;
}

static int
fault_report(const struct tracer *tracer, const struct wanted *wanted, enum err err)
{
	if (err == ERR_NOT_FOUND) {
		fprintf(stderr, "there is no booking %s\n", wanted->booking);
		return EXIT_NOT_FOUND;
	}
	if (err == ERR_MEMORY) {
		fputs("hotel-trace: out of memory\n", stderr);
		return EXIT_FAILURE;
	}
	fprintf(stderr, "%s: cannot read %s: %s\n", options_typed_name("hotel-trace"),
	        tracer->reads,
	        err == ERR_UNAVAILABLE || err == ERR_TIMEOUT ? "MariaDB does not answer"
	                                                     : err_name(err));
	return EXIT_UNAVAILABLE;
}

static int
trace(struct tracer *tracer, const struct wanted *wanted)
{
	CLEANUP(buf_done) struct buf text = BUF_INIT(TEXT_MAX);
	CLEANUP(timeline_done) struct timeline timeline = {0};
	struct traced traced;
	const char *missing = NULL;
	enum err err = gather(tracer, wanted, &traced, &timeline, &missing);
	if (err == OK)
		err = (wanted->json ? trace_print_json : trace_print)(&traced, &timeline, missing,
		                                                      &text);
	if (err != OK)
		return fault_report(tracer, wanted, err);
	if (fputs(text.data, stdout) < 0)
		return EXIT_UNAVAILABLE;
	return missing ? EXIT_UNAVAILABLE : 0;
}

static int
work(const struct settings *settings, int argc, char **argv)
{
	struct tracer tracer = {.reads = "the databases"};
	struct wanted wanted;
	if (arguments_read(argc, argv, &wanted) != OK)
		return WRONG_USAGE;
	const struct broker_options options =
		broker_options(settings, "hotel-trace", BROKER_NO_STOP);
	const struct db_options database = db_options(settings);
	tracer.broker = broker_new(&options);
	enum err err = tracer.broker ? db_open(&database, NULL, &tracer.db) : ERR_MEMORY;
	int status = err == OK ? trace(&tracer, &wanted) : fault_report(&tracer, &wanted, err);
	broker_free(tracer.broker);
	db_close(tracer.db);
	return status;
}

int
main(int argc, char **argv)
{
	const struct tool tool = {.name = "hotel-trace", .help = help, .run = work};
	return tool_run(&tool, argc, argv);
}
