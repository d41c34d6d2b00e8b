/*
 * hotel-rebuild - the view mypage made anew from history, beside the one that serves, which it then
 * replaces at once.
 */
#include "app/settings.h"
#include "base/mem.h"
#include "operator/copy.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#define EXIT_REFUSED 1
#define EXIT_USAGE   2
#define EXIT_AWAY    3
#define TEXT_MAX     65536

extern char **environ;

static const char usage[] =
	"Usage: hotel-rebuild mypage [--force]\n"
	"\n"
	"Fills a copy of the view from history while the view serves, compares them row by\n"
	"row, and lets the copy take its place. --force: even if rows of a version differ.\n"
	"\n"
	"Settings come from the environment: HOTEL_AMQP_* and HOTEL_DB_*, of a user who may\n"
	"change the schema.\n"
	"Exit codes: 0 done; 1 refused, nothing was changed; 2 wrong use; 3 a server is away.\n";

static void
progress(uint64_t events)
{
	static int64_t told_ms;
	if (monotonic_ms() - told_ms < 1000)
		return;
	told_ms = monotonic_ms();
	fprintf(stderr, "history: %" PRIu64 " events so far\n", events);
}

static void
difference_print(const struct copy_difference *difference)
{
	printf("compared: %" PRIu64 " bookings\n", difference->rows);
	if (difference->ahead)
		printf("the view was behind on %" PRIu64 " bookings or rooms\n", difference->ahead);
	if (difference->different)
		printf("of the same version, but different: %" PRIu64 "\n", difference->different);
	for (size_t i = 0; i < difference->n_examples; i++)
		printf("  book %" PRIu64 "\n", difference->examples[i]);
}

/* From history, and from the view what history has no more. */
static enum err
fill(struct db *db, struct broker *broker, struct copy_difference *ret_difference)
{
	uint64_t events = 0;
	enum err err = copy_begin(db);
	if (err == OK)
		err = copy_fill(db, broker, progress, &events);
	if (err == OK)
		err = copy_compare(db, ret_difference);
	if (err != OK)
		return err;
	printf("history: %" PRIu64 " events\n", events);
	if (!ret_difference->behind)
		return OK;
	printf("taken from the view, as history does not reach back: %" PRIu64
	       " bookings or rooms\n",
	       ret_difference->behind);
	err = copy_carry(db);
	return err == OK ? copy_compare(db, ret_difference) : err;
}

/* ERR_STATE_CONFLICT: the copy is not what it has to be, and the view stays. */
static enum err
rebuild(struct db *db, struct broker *broker, bool force)
{
	struct copy_difference difference;
	enum err err = fill(db, broker, &difference);
	if (err == OK) {
		difference_print(&difference);
		if (difference.behind || (difference.different && !force))
			err = ERR_STATE_CONFLICT;
	}
	if (err == OK)
		return copy_swap(db);
	/* The first error is the one to be told; a copy that goes on being fed does no harm. */
	enum err ignored = copy_give_up(db);
	(void)ignored;
	return err;
}

static int
report(enum err err, const struct broker *broker)
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
	fprintf(stderr, "hotel-rebuild: %s%s%s; run it again\n", err_name(err),
	        broker && *broker_why(broker) ? ": " : "", broker ? broker_why(broker) : "");
	return EXIT_AWAY;
}

static int
work(const struct settings *settings, bool force)
{
	struct db *db = NULL;
	int never = eventfd(0, EFD_CLOEXEC); /* nobody writes it: a signal ends this program */
	struct broker_options options = {.host = settings->amqp_host,
	                                 .vhost = settings->amqp_vhost,
	                                 .user = settings->amqp_user,
	                                 .password = settings->amqp_password,
	                                 .name = "hotel-rebuild",
	                                 .port = settings->amqp_port,
	                                 .heartbeat_s = settings->amqp_heartbeat_s,
	                                 .stop_fd = never};
	struct broker *broker = never < 0 ? NULL : broker_new(&options);
	enum err err = broker ? db_open(settings, NULL, &db) : ERR_SYSTEM;
	if (err == OK)
		err = rebuild(db, broker, force);
	int status = report(err, broker);
	broker_free(broker);
	db_close(db);
	if (never >= 0)
		close(never);
	return status;
}

int
main(int argc, char **argv)
{
	CLEANUP(buf_done) struct buf faults = BUF_INIT(TEXT_MAX);
	struct settings settings;
	if (argc == 2 && !strcmp(argv[1], "--help"))
		return fputs(usage, stdout) < 0;
	if (argc == 2 && !strcmp(argv[1], "--version"))
		return puts("hotel-rebuild " HOTEL_VERSION) < 0;
	bool force = argc == 3 && !strcmp(argv[2], "--force");
	if (argc < 2 || argc > 3 || strcmp(argv[1], "mypage") != 0 || (argc == 3 && !force)) {
		fputs(usage, stderr);
		return EXIT_USAGE;
	}
	if (settings_read(environ, &settings, &faults) != OK) {
		fprintf(stderr, "%s", faults.data ? faults.data : "out of memory\n");
		return EXIT_USAGE;
	}
	return work(&settings, force);
}
