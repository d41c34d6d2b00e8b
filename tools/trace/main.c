/*
 * hotel-trace - what happened to a booking, in order: requests, holding, paying, settling, events,
 * what each consumer made of them, and who was told.
 */
#include "base/mem.h"
#include "composition/options.h"
#include "config/settings.h"
#include "tools/common/tool.h"
#include "tools/trace/trace_print.h"

#include <stdio.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#define EXIT_NOT_FOUND 1
#define EXIT_AWAY      3
#define TEXT_MAX       (4 * 1024 * 1024)
#define LOGS_MAX       16

static const char usage[] =
	"Usage: hotel-trace [--json] [--requests FILE]... BOOK\n"
	"\n"
	"BOOK is the number or the reference of a booking. FILE is a log of nginx's requests.\n"
	"\n"
	"Settings come from the environment: HOTEL_DB_* and HOTEL_AMQP_*.\n"
	"Exit codes: 0 told; 1 there is no such booking; 2 wrong use; 3 a server is away: what "
	"the\n"
	"others know is told.\n";

struct wanted {
	bool json;
	const char *book;
	const char *logs[LOGS_MAX];
	size_t n_logs;
};

struct tracer {
	struct db *db;
	struct broker *broker;
	int never; /* an eventfd that nobody writes: this program is ended by a signal */
};

static enum err
arguments_read(int argc, char **argv, struct wanted *ret_wanted)
{
	struct wanted wanted = {.json = false};
	int at = 1;
	for (; at < argc - 1; at++) {
		if (!strcmp(argv[at], "--json"))
			wanted.json = true;
		else if (!strcmp(argv[at], "--requests") && wanted.n_logs < LOGS_MAX)
			wanted.logs[wanted.n_logs++] = argv[++at];
		else
			return ERR_INVALID;
	}
	if (at != argc - 1 || argv[at][0] == '-')
		return ERR_INVALID;
	wanted.book = argv[at];
	*ret_wanted = wanted;
	return OK;
}

static enum err
tracer_open(const struct settings *settings, struct tracer *tracer)
{
	tracer->never = eventfd(0, EFD_CLOEXEC);
	if (tracer->never < 0)
		return ERR_SYSTEM_HERE();
	struct broker_options options = broker_options(settings, "hotel-trace", tracer->never);
	tracer->broker = broker_new(&options);
	const struct db_options database = db_options(settings);
	return tracer->broker ? db_open(&database, NULL, &tracer->db) : ERR_MEMORY;
}

static void
tracer_close(struct tracer *tracer)
{
	broker_free(tracer->broker);
	db_close(tracer->db);
	if (tracer->never >= 0)
		close(tracer->never);
}

/* Without the broker the rest is told all the same: ret_missing names what is not. */
static enum err
gather(struct tracer *tracer, const struct wanted *wanted, struct traced *ret_traced,
       struct steps *steps, const char **ret_missing)
{
	enum err err = trace_find(tracer->db, wanted->book, ret_traced);
	if (err == OK)
		err = trace_data(tracer->db, ret_traced, steps);
	if (err != OK)
		return err;
	err = trace_history(tracer->broker, ret_traced, steps);
	if (err == ERR_MEMORY)
		return err;
	*ret_missing = err == OK ? NULL : "history";
	err = OK;
	for (size_t i = 0; err == OK && i < wanted->n_logs; i++)
		err = trace_requests(wanted->logs[i], steps);
	steps_sort(steps);
	return err;
}

static int
fault_report(const struct wanted *wanted, enum err err)
{
	if (err == ERR_NOT_FOUND) {
		fprintf(stderr, "there is no book %s\n", wanted->book);
		return EXIT_NOT_FOUND;
	}
	fprintf(stderr, "hotel-trace: cannot tell: %s\n", err_name(err));
	return EXIT_AWAY;
}

static int
trace(struct tracer *tracer, const struct wanted *wanted)
{
	CLEANUP(buf_done) struct buf text = BUF_INIT(TEXT_MAX);
	CLEANUP(steps_done) struct steps steps = {0};
	struct traced traced;
	const char *missing = NULL;
	enum err err = gather(tracer, wanted, &traced, &steps, &missing);
	if (err == OK)
		err = (wanted->json ? trace_print_json : trace_print)(&traced, &steps, missing,
		                                                      &text);
	if (err != OK)
		return fault_report(wanted, err);
	if (fputs(text.data, stdout) < 0)
		return EXIT_AWAY;
	return missing ? EXIT_AWAY : 0;
}

static int
work(const struct settings *settings, int argc, char **argv)
{
	struct tracer tracer = {.never = -1};
	struct wanted wanted;
	if (arguments_read(argc, argv, &wanted) != OK)
		return EXIT_USAGE;
	enum err err = tracer_open(settings, &tracer);
	int status = err == OK ? trace(&tracer, &wanted) : fault_report(&wanted, err);
	tracer_close(&tracer);
	return status;
}

int
main(int argc, char **argv)
{
	const struct tool tool = {.name = "hotel-trace", .usage = usage, .run = work};
	return tool_run(&tool, argc, argv);
}
