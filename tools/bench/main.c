/* SPDX-License-Identifier: MIT */
/*
 * hotel-bench - measures one thing: the limit of bare SQL, or what a system does under load.
 *
 * ./hotel bench runs it, one measurement after the other, and makes the table.
 */
#include "base/mem.h"
#include "base/text.h"
#include "tools/bench/load.h"
#include "tools/bench/respond.h"
#include "tools/bench/sql.h"
#include "tools/common/tool.h"

#include <stdio.h>
#include <string.h>
#include <sys/resource.h>

#define SPARE_FILES 64
#define HOST_SIZE   32

static const char help[] =
	"Usage: $0 sql [--threads N] [--merged N] [--seconds N]\n"
	"  or:  $0 http KIND --port PORT [--connections N] [--rate N] [--seconds N] [...]\n"
	"  or:  $0 respond --socket PATH --bytes N [--threads N]\n"
	"Measure bare SQL, or a system under load, and print the figures as JSON.\n"
	"\n"
	"sql makes bookings by bare SQL in a database of its own, which is dropped afterwards. "
	"Its\n"
	"settings come from the environment: HOTEL_DB_* of an administrator of MariaDB. http "
	"sends\n"
	"requests to 127.0.0.1; each connection sends the next one when it has the answer, or "
	"with\n"
	"--rate requests are sent at fixed times, and their latency counts from when they were "
	"due.\n"
	"\n"
	"respond is a FastCGI service that answers everything alike, from memory, until it is "
	"killed.\n"
	"\n"
	"Kinds of requests:\n"
	"  book       POST /books, three nights, other rooms and dates each time\n"
	"  search     GET /rooms of different dates, by price\n"
	"  filtered   the same with a number of guests and a highest price\n"
	"  own        GET /mypages of one guest after the other\n"
	"  malformed  POST /books with a body that is no JSON\n"
	"  path       GET of --path\n"
	"\n"
	"Options:\n"
	"  --seconds N      for how long; 10 if it is not given\n"
	"  --threads N      connections to MariaDB, one thread each; 32 if it is not given\n"
	"  --merged N       bookings of one transaction; 1 if it is not given\n"
	"  --port PORT      where nginx listens\n"
	"  --connections N  clients; 255 if it is not given\n"
	"  --rate N         requests a second of all together; 0, no fixed rate, if it is not "
	"given\n"
	"  --first N        begin with the Nth request; the last run printed it as \"next\"\n"
	"  --first-room ID  the first of the rooms; 1 if it is not given\n"
	"  --rooms N        how many rooms there are; 1000 if it is not given\n"
	"  --first-guest ID the first of the guests; 5000 if it is not given\n"
	"  --guests N       how many guests there are; 9973 if it is not given\n"
	"  --path PATH      of the kind path\n"
	"  --socket PATH    where respond listens\n"
	"  --bytes N        length of its answer\n"
	"  --version        print the version\n"
	"  --help           print this help\n"
	"\n"
	"Exit status:\n"
	"  0  measured, whatever the figures are\n"
	"  1  it could not be measured\n"
	"  2  wrong usage or settings\n"
	"\n"
	"Examples:\n"
	"  $0 sql --threads 32 --seconds 10\n"
	"  $0 http book --port 8080 --connections 255 --rooms 1000\n";

struct arguments {
	struct sql_plan sql;
	struct respond_plan respond;
	struct load_plan load;
	uint64_t port, seconds;
};

struct number {
	const char *option;
	uint64_t *value;
	uint64_t max;
};

static enum err
number_read(const struct number *numbers, size_t n, const char *option, const char *value)
{
	for (size_t i = 0; i < n; i++)
		if (strcmp(numbers[i].option, option) == 0)
			return text_to_u64(value, numbers[i].max, numbers[i].value);
	return ERR_INVALID;
}

static enum err
arguments_read(int argc, char **argv, int from, struct arguments *to)
{
	struct request_plan *requests = &to->load.requests;
	const struct number numbers[] = {
		{"--seconds", &to->seconds, LOAD_SECONDS_MAX},
		{"--threads", &to->sql.threads, SQL_THREADS_MAX},
		{"--merged", &to->sql.merged, SQL_MERGED_MAX},
		{"--bytes", &to->respond.bytes, RESPOND_BYTES_MAX},
		{"--port", &to->port, UINT16_MAX},
		{"--connections", &to->load.connections, LOAD_CONNECTIONS_MAX},
		{"--rate", &to->load.rate, LOAD_RATE_MAX},
		{"--first", &to->load.first, INT64_MAX},
		{"--first-room", &requests->first_room, INT64_MAX},
		{"--rooms", &requests->rooms, INT64_MAX},
		{"--first-guest", &requests->first_guest, INT64_MAX},
		{"--guests", &requests->guests, INT64_MAX},
	};
	enum err err = OK;
	for (int i = from; err == OK && i < argc; i += 2) {
		if (i + 1 == argc)
			return ERR_INVALID;
		if (strcmp(argv[i], "--path") == 0)
			requests->path = argv[i + 1];
		else if (strcmp(argv[i], "--socket") == 0)
			to->respond.socket = argv[i + 1];
		else
			err = number_read(numbers, ARRAY_SIZE(numbers), argv[i], argv[i + 1]);
	}
	to->respond.threads = to->sql.threads;
	to->load.seconds = to->sql.seconds = to->seconds;
	to->load.port = (uint16_t)to->port;
	return err;
}

static int
exit_status(const char *what, enum err err)
{
	if (err != OK)
		fprintf(stderr, "hotel-bench: %s: %s\n", what,
		        err == ERR_UNAVAILABLE ? "the server does not answer" : err_name(err));
	return err == OK ? EXIT_SUCCESS : EXIT_FAILURE;
}

static int
sql(const struct settings *settings, const struct sql_plan *plan)
{
	CLEANUP(free_p) struct sql_result *result = calloc(1, sizeof(*result));
	if (!plan->threads || !plan->merged || !plan->seconds)
		return WRONG_USAGE;
	enum err err = result ? sql_run(settings, plan, result) : ERR_MEMORY;
	if (err == OK)
		err = sql_report(plan, result);
	return exit_status("bare SQL", err);
}

static int
respond(const struct respond_plan *plan)
{
	if (!plan->socket || !plan->bytes || !plan->threads)
		return WRONG_USAGE;
	return exit_status("respond", respond_run(plan));
}

/* Each connection is a file. */
static enum err
files_allow(uint64_t connections)
{
	struct rlimit limit;
	if (getrlimit(RLIMIT_NOFILE, &limit) != 0)
		return ERR_SYSTEM_HERE();
	const rlim_t needed = connections + SPARE_FILES;
	if (limit.rlim_cur >= needed)
		return OK;
	limit.rlim_cur = needed < limit.rlim_max ? needed : limit.rlim_max;
	return setrlimit(RLIMIT_NOFILE, &limit) == 0 ? OK : ERR_SYSTEM_HERE();
}

static int
http(const struct settings *settings, struct load_plan *plan)
{
	CLEANUP(load_result_done) struct load_result result = {0};
	const struct request_plan *requests = &plan->requests;
	char host[HOST_SIZE];
	if (!plan->port || !plan->connections || !plan->seconds || !requests->rooms ||
	    !requests->guests || (requests->kind == REQUEST_PATH && !requests->path))
		return WRONG_USAGE;
	snprintf(host, sizeof(host), "127.0.0.1:%u", plan->port);
	plan->requests.host = host;
	enum err err = timezone_use(settings->timezone);
	plan->requests.today = day_at(instant_now());
	if (err == OK)
		err = files_allow(plan->connections);
	if (err == OK)
		err = load_run(plan, &result);
	if (err == OK)
		err = load_report(plan, &result);
	plan->requests.host = NULL; /* it is on this stack */
	return exit_status("requests", err);
}

static int
run(const struct settings *settings, int argc, char **argv)
{
	struct arguments arguments = {
		.seconds = 10,
		.sql = {.threads = 32, .merged = 1},
		.load = {.connections = 255,
	                 .requests = {.first_room = 1,
	                              .rooms = 1000,
	                              .first_guest = 5000,
	                              .guests = 9973}},
	};
	if (argc < 2)
		return WRONG_USAGE;
	if (strcmp(argv[1], "sql") == 0 && arguments_read(argc, argv, 2, &arguments) == OK)
		return sql(settings, &arguments.sql);
	if (strcmp(argv[1], "respond") == 0 && arguments_read(argc, argv, 2, &arguments) == OK)
		return respond(&arguments.respond);
	if (strcmp(argv[1], "http") == 0 && argc > 2 &&
	    request_kind_parse(argv[2], &arguments.load.requests.kind) == OK &&
	    arguments_read(argc, argv, 3, &arguments) == OK)
		return http(settings, &arguments.load);
	return WRONG_USAGE;
}

int
main(int argc, char **argv)
{
	const struct tool tool = {.name = "hotel-bench", .help = help, .run = run};
	return tool_run(&tool, argc, argv);
}
