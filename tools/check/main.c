/* SPDX-License-Identifier: MIT */
/*
 * hotel-check - checks the invariants over all databases and the broker.
 *
 * It checks once, or with --wait until all invariants hold or the time is over: while requests and
 * events are in flight some of them are broken for a moment.
 */
#include "adapters/mariadb/db.h"
#include "base/clock.h"
#include "base/mem.h"
#include "base/text.h"
#include "composition/options.h"
#include "tools/check/databases.h"
#include "tools/check/history.h"
#include "tools/check/queues.h"
#include "tools/common/tool.h"

#include <stdio.h>
#include <string.h>

#define EXIT_VIOLATED 1
#define EXIT_UNKNOWN  2
#define TEXT_MAX      (1024 * 1024)
#define WAIT_MAX_S    86400
#define PAUSE_MS      200

static const char help[] =
	"Usage: $0 [--history-since INSTANT] [--wait SECONDS]\n"
	"Check the invariants over all databases and the broker.\n"
	"\n"
	"Finds what must never be: a night that belongs to two bookings, money without a booking,\n"
	"a booking without money, lost or duplicate events. Settings come from the environment:\n"
	"HOTEL_DB_* and HOTEL_AMQP_*.\n"
	"\n"
	"Options:\n"
	"  --wait SECONDS           repeat the check until all is well, for SECONDS at most\n"
	"  --history-since INSTANT  ignore changes before INSTANT, which history need not have\n"
	"                           (2027-05-05T00:00:00.000Z): the history of a restored\n"
	"                           instance begins with the restore\n"
	"  --version                print the version\n"
	"  --help                   print this help\n"
	"\n"
	"Exit status:\n"
	"  0  all invariants hold\n"
	"  1  some do not; they are printed\n"
	"  2  wrong usage or settings, or a server is unavailable: the answer is unknown\n"
	"\n"
	"Examples:\n"
	"  $0 --wait 60\n";

struct checker {
	struct invariant_queries queries;
	struct db *db;
	struct owners owners;
	struct broker *broker;
	instant_t since;  /* when history began; 0: with the first event */
	const char *part; /* that is being checked, for the message */
};

/* Checks everything once. */
static enum err
check_once(struct checker *checker, struct findings *findings)
{
	checker->part = "the databases";
	enum err err = databases_check(checker->db, &checker->queries, findings);
	if (err != OK)
		return err;
	checker->part = "the broker";
	err = broker_connect(checker->broker);
	if (err == OK)
		err = queues_check(checker->broker, findings);
	if (err == OK)
		err = history_check(checker->db, &checker->owners, checker->broker, checker->since,
		                    findings);
	broker_drop(checker->broker);
	return err;
}

/* Checks until all invariants hold or the time is over, at least once. */
static enum err
check_until(struct checker *checker, int64_t until_ms, struct findings *findings)
{
	for (;;) {
		enum err err = check_once(checker, findings);
		if ((err == OK && !findings->violated) || monotonic_ms() >= until_ms)
			return err;
		sleep_ms(PAUSE_MS);
	}
}

static int
report(const struct checker *checker, enum err err, const struct findings *findings)
{
	if (err != OK) {
		const char *why = checker->broker ? broker_why(checker->broker) : "";
		fprintf(stderr, "hotel-check: cannot check %s: %s%s%s\n", checker->part,
		        err_name(err), *why ? ": " : "", why);
		return EXIT_UNKNOWN;
	}
	if (!findings->violated) {
		printf("all %u invariants hold\n", findings->checked);
		return 0;
	}
	printf("%s%u of %u invariants do not hold\n", findings->text.data, findings->violated,
	       findings->checked);
	return EXIT_VIOLATED;
}

static int
check(struct checker *checker, const struct settings *settings, uint64_t wait_s)
{
	CLEANUP(buf_done) struct buf text = BUF_INIT(TEXT_MAX);
	struct findings findings = {.text = text};
	int64_t until = monotonic_ms() + (int64_t)wait_s * 1000;
	const struct broker_options options =
		broker_options(settings, "hotel-check", BROKER_NO_STOP);
	const struct db_options database = db_options(settings);
	checker->broker = broker_new(&options);
	enum err err = checker->broker ? db_open(&database, NULL, &checker->db) : ERR_MEMORY;
	if (err == OK)
		err = owners_open(&database, &checker->owners);
	if (err == OK)
		err = check_until(checker, until, &findings);
	int status = report(checker, err, &findings);
	text = findings.text; /* CLEANUP frees it */
	return status;
}

static enum err
arguments_read(int argc, char **argv, instant_t *ret_since, uint64_t *ret_wait_s)
{
	enum err err = argc % 2 ? OK : ERR_INVALID;
	for (int i = 1; err == OK && i < argc; i += 2) {
		if (strcmp(argv[i], "--wait") == 0)
			err = text_to_u64(argv[i + 1], WAIT_MAX_S, ret_wait_s);
		else if (strcmp(argv[i], "--history-since") == 0)
			err = instant_parse(argv[i + 1], ret_since);
		else
			err = ERR_INVALID;
	}
	return err;
}

static int
run(const struct settings *settings, int argc, char **argv)
{
	struct checker checker = {.part = "anything"};
	uint64_t wait_s = 0;
	if (arguments_read(argc, argv, &checker.since, &wait_s) != OK)
		return WRONG_USAGE;
	invariant_queries_init(&checker.queries);
	int status = check(&checker, settings, wait_s);
	broker_free(checker.broker);
	owners_close(&checker.owners);
	db_close(checker.db);
	return status;
}

int
main(int argc, char **argv)
{
	const struct tool tool = {.name = "hotel-check", .help = help, .run = run};
	return tool_run(&tool, argc, argv);
}
