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
	"Usage: $0 [--history-since INSTANT] [--json] [--wait SECONDS]\n"
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
	"  --json                   print JSON: {\"holds\", \"checked\", \"violations\": "
	"[{\"id\",\n"
	"                           \"rule\", \"rows\": [...], \"count\"}]}\n"
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
	bool json;
};

static const char databases_part[] = "the databases";

/* Checks everything once. */
static enum err
check_once(struct checker *checker, struct findings *findings)
{
	checker->part = databases_part;
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
report_json(struct findings *findings)
{
	CLEANUP(json_p) struct json_object *report = json_new_object();
	CLEANUP(buf_done) struct buf text = BUF_INIT(TEXT_MAX);
	json_put_bool(&report, "holds", findings->violated == 0);
	json_put_u64(&report, "checked", findings->checked);
	json_put_copy(&report, "violations", findings->list);
	if (!report || json_write(report, &text) != OK || puts(text.data) < 0)
		return EXIT_UNKNOWN;
	return findings->violated ? EXIT_VIOLATED : EXIT_SUCCESS;
}

static void
report_unknown(const struct checker *checker, enum err err)
{
	const char *typed = options_typed_name("hotel-check");
	const char *why = checker->broker ? broker_why(checker->broker) : "";
	if (checker->part == databases_part && (err == ERR_UNAVAILABLE || err == ERR_TIMEOUT))
		fprintf(stderr, "%s: cannot check %s: MariaDB does not answer\n", typed,
		        checker->part);
	else
		fprintf(stderr, "%s: cannot check %s: %s\n", typed, checker->part,
		        *why ? why : err_name(err));
}

static int
report(const struct checker *checker, enum err err, struct findings *findings)
{
	if (err != OK) {
		report_unknown(checker, err);
		return EXIT_UNKNOWN;
	}
	if (checker->json)
		return report_json(findings);
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
	CLEANUP(findings_done) struct findings findings = {.text = BUF_INIT(TEXT_MAX)};
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
	return report(checker, err, &findings);
}

static enum err
arguments_read(int argc, char **argv, struct checker *checker, uint64_t *ret_wait_s)
{
	enum err err = OK;
	for (int i = 1; err == OK && i < argc; i++) {
		const bool has_value = i + 1 < argc;
		if (strcmp(argv[i], "--json") == 0)
			checker->json = true;
		else if (strcmp(argv[i], "--wait") == 0 && has_value)
			err = text_to_u64(argv[++i], WAIT_MAX_S, ret_wait_s);
		else if (strcmp(argv[i], "--history-since") == 0 && has_value)
			err = instant_parse(argv[++i], &checker->since);
		else
			err = ERR_INVALID;
	}
	return err;
}

static int
run(const struct settings *settings, int argc, char **argv)
{
	struct checker checker = {.part = databases_part};
	uint64_t wait_s = 0;
	if (arguments_read(argc, argv, &checker, &wait_s) != OK)
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
