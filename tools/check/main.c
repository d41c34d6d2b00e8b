/*
 * hotel-check - what must hold over all databases and the broker.
 *
 * Looks once, or with --wait until everything holds or the time is over: while requests and events
 * are under way some rules are broken for a moment, as they must be.
 */
#include "adapters/mariadb/db.h"
#include "base/clock.h"
#include "base/mem.h"
#include "base/text.h"
#include "composition/options.h"
#include "config/settings.h"
#include "tools/check/data.h"
#include "tools/check/history.h"
#include "tools/check/queues.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

#define EXIT_VIOLATED 1
#define EXIT_UNKNOWN  2
#define TEXT_MAX      (1024 * 1024)
#define WAIT_MAX_S    86400
#define PAUSE_MS      200

extern char **environ;

static const char usage[] =
	"Usage: hotel-check [--history-since INSTANT] [--wait SECONDS]\n"
	"\n"
	"Looks at all databases and the broker for what must never be: nights of two books,\n"
	"money without a booking, bookings without money, lost or doubled events.\n"
	"With --wait it looks again until all is well, at most so long. What was before\n"
	"--history-since (2027-05-05T00:00:00.000Z) need not stand in history: that of a\n"
	"restored instance begins with the restore.\n"
	"\n"
	"Settings come from the environment: HOTEL_DB_* and HOTEL_AMQP_*.\n"
	"Exit codes: 0 all is well; 1 something is not, shown; 2 could not tell.\n";

struct checker {
	struct settings settings;
	struct db *db;
	struct broker *broker;
	int never;       /* an eventfd that nobody writes: this program is ended by a signal */
	instant_t since; /* when history began; 0: with the first event */
	const char *doing;
};

static enum err
checker_open(struct checker *checker)
{
	const struct settings *settings = &checker->settings;
	checker->never = eventfd(0, EFD_CLOEXEC);
	if (checker->never < 0)
		return ERR_SYSTEM_HERE();
	struct broker_options options = broker_options(settings, "hotel-check", checker->never);
	checker->broker = broker_new(&options);
	if (!checker->broker)
		return ERR_MEMORY;
	const struct db_options database = db_options(settings);
	return db_open(&database, NULL, &checker->db);
}

static void
checker_close(struct checker *checker)
{
	broker_free(checker->broker);
	db_close(checker->db);
	if (checker->never >= 0)
		close(checker->never);
}

/* One look at everything. The broker's connection is made anew for each part that consumes. */
static enum err
look(struct checker *checker, struct findings *findings)
{
	buf_reset(&findings->text);
	findings->checked = findings->violated = 0;
	checker->doing = "the databases";
	enum err err = data_check(checker->db, findings);
	if (err != OK)
		return err;
	checker->doing = "the broker";
	err = broker_connect(checker->broker);
	if (err == OK)
		err = queues_check(checker->broker, findings);
	if (err == OK)
		err = history_check(checker->db, checker->broker, checker->since, findings);
	broker_drop(checker->broker);
	return err;
}

static void
rest(void)
{
	sleep_ms(PAUSE_MS);
}

static int
report(const struct checker *checker, enum err err, const struct findings *findings)
{
	if (err != OK) {
		fprintf(stderr, "hotel-check: cannot tell: %s: %s%s%s\n", checker->doing,
		        err_name(err), *broker_why(checker->broker) ? ": " : "",
		        broker_why(checker->broker));
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
check(struct checker *checker, uint64_t wait_s)
{
	CLEANUP(buf_done) struct buf text = BUF_INIT(TEXT_MAX);
	struct findings findings = {.text = text};
	int64_t until = monotonic_ms() + (int64_t)wait_s * 1000;
	enum err err = checker_open(checker);
	if (err == OK)
		err = look(checker, &findings);
	while ((err != OK || findings.violated) && monotonic_ms() < until) {
		rest();
		err = look(checker, &findings);
	}
	int status = report(checker, err, &findings);
	text = findings.text; /* for the cleanup */
	return status;
}

static enum err
arguments_read(int argc, char **argv, instant_t *ret_since, uint64_t *ret_wait_s)
{
	enum err err = argc % 2 ? OK : ERR_INVALID;
	for (int i = 1; err == OK && i < argc; i += 2) {
		if (!strcmp(argv[i], "--wait"))
			err = text_to_u64(argv[i + 1], WAIT_MAX_S, ret_wait_s);
		else if (!strcmp(argv[i], "--history-since"))
			err = instant_parse(argv[i + 1], ret_since);
		else
			err = ERR_INVALID;
	}
	return err;
}

int
main(int argc, char **argv)
{
	CLEANUP(buf_done) struct buf faults = BUF_INIT(TEXT_MAX);
	struct checker checker = {.never = -1, .doing = "the settings"};
	uint64_t wait_s = 0;
	if (argc == 2 && !strcmp(argv[1], "--help"))
		return fputs(usage, stdout) < 0;
	if (argc == 2 && !strcmp(argv[1], "--version"))
		return puts("hotel-check " HOTEL_VERSION) < 0;
	if (arguments_read(argc, argv, &checker.since, &wait_s) != OK) {
		fputs(usage, stderr);
		return EXIT_UNKNOWN;
	}
	if (settings_read(environ, &checker.settings, &faults) != OK) {
		fprintf(stderr, "%s", faults.data ? faults.data : "out of memory\n");
		return EXIT_UNKNOWN;
	}
	int status = check(&checker, wait_s);
	checker_close(&checker);
	return status;
}
