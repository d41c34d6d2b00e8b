/* SPDX-License-Identifier: MIT */
/*
 * hotel-load-demo - fills a demo system with invented rooms and bookings.
 */
#include "base/clock.h"
#include "base/mem.h"
#include "tools/common/tool.h"
#include "tools/load/load.h"

#include <inttypes.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>

#define ROOMS_MAX     10000000
#define BOOKINGS_MAX  100000000
#define THREADS       2
#define PROGRESS_MS   1000
#define EXIT_NOT_DEMO 3
#define EXIT_AWAY     75
#define SEED_MAX      999999999

static const char help[] =
	"Usage: $0 --rooms N --bookings N --before INSTANT [--seed SEED]\n"
	"Fill a demo system with invented rooms and bookings.\n"
	"\n"
	"All contexts get what they would have if hosts had registered the rooms and guests had\n"
	"booked and paid, before INSTANT. The same seed gives the same rooms, guests and stays.\n"
	"Rooms and bookings that are there already stay as they are. Settings come from the\n"
	"environment: HOTEL_DB_* of an administrator, and HOTEL_DEMO, which has to be on.\n"
	"\n"
	"Options:\n"
	"  --rooms N         how many rooms\n"
	"  --bookings N      how many bookings of these rooms, at most 100 of each\n"
	"  --before INSTANT  when all of it has happened (2027-05-05T00:00:00.000Z)\n"
	"  --seed SEED       another number makes other data; 1 if it is not given\n"
	"  --version         print the version\n"
	"  --help            print this help\n"
	"\n"
	"Exit status:\n"
	"  0   done\n"
	"  1   failed, or interrupted; what was stored is complete in all contexts\n"
	"  2   wrong usage or settings\n"
	"  3   it is not a demo system; nothing was stored\n"
	"  75  MariaDB is unavailable\n"
	"\n"
	"Examples:\n"
	"  $0 --rooms 1000 --bookings 10000 --before 2027-05-05T00:00:00.000Z\n";

static atomic_bool interrupted;

static void
interrupt(int number)
{
	(void)number;
	atomic_store(&interrupted, true);
}

/* One kind of things that is being stored, by several threads. */
struct work {
	const struct loader *loader;
	enum err (*store)(const struct loader *loader, uint64_t i, size_t n);
	const char *what;
	uint64_t total;
	atomic_uint_fast64_t left, done;
	atomic_int err;
};

/* Takes the next batch: from the end to the beginning. */
static bool
batch_take(struct work *work, uint64_t *ret_first, size_t *ret_n)
{
	uint64_t left = atomic_load(&work->left);
	uint64_t n;
	do {
		if (left == 0 || atomic_load(&interrupted) || atomic_load(&work->err) != OK)
			return false;
		n = left < LOAD_BATCH ? left : LOAD_BATCH;
	} while (!atomic_compare_exchange_weak(&work->left, &left, left - n));
	*ret_first = left - n;
	*ret_n = n;
	return true;
}

static void *
work_do(void *arg)
{
	struct work *work = arg;
	uint64_t first;
	size_t n;
	while (batch_take(work, &first, &n)) {
		enum err err = work->store(work->loader, first, n);
		if (err == OK)
			atomic_fetch_add(&work->done, n);
		else
			atomic_store(&work->err, err);
	}
	return NULL;
}

static void
progress_print(const struct work *work)
{
	printf("%" PRIu64 " of %" PRIu64 " %s\n", (uint64_t)work->done, work->total, work->what);
	fflush(stdout);
}

static void
threads_await(struct work *work, const pthread_t threads[], size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct timespec until = realtime_in_ms(PROGRESS_MS);
		while (pthread_timedjoin_np(threads[i], NULL, &until) != 0) {
			progress_print(work);
			until = realtime_in_ms(PROGRESS_MS);
		}
	}
}

/* The first batch alone: it raises the counters of ids above all others. */
static enum err
work_run(struct work *work)
{
	pthread_t threads[THREADS];
	uint64_t first;
	size_t n, started = 0;
	work->left = work->total;
	if (batch_take(work, &first, &n)) {
		work->err = work->store(work->loader, first, n);
		work->done = work->err == OK ? n : 0;
	}
	for (; started < THREADS; started++)
		if (pthread_create(&threads[started], NULL, work_do, work) != 0)
			break;
	if (!started)
		return ERR_SYSTEM_HERE();
	threads_await(work, threads, started);
	return (enum err)work->err;
}

static enum err
load_all(struct loader *loader)
{
	struct work rooms = {.loader = loader,
	                     .store = load_rooms,
	                     .what = "rooms",
	                     .total = loader->demo.rooms};
	struct work bookings = {.loader = loader,
	                        .store = load_bookings,
	                        .what = "bookings",
	                        .total = loader->demo.bookings};
	enum err err = loader_room_ids(loader);
	if (err == OK)
		err = work_run(&rooms);
	if (err == OK) /* rooms took a while, and others booked */
		err = loader_booking_ids(loader);
	if (err == OK)
		err = work_run(&bookings);
	printf("stored %" PRIu64 " rooms, from number %" PRIu64 " on, and %" PRIu64
	       " bookings, from number %" PRIu64 " on, of %" PRIu64 " guests, from number %u on\n",
	       (uint64_t)rooms.done, loader->demo.first_room, (uint64_t)bookings.done,
	       loader->demo.first_book, demo_guests(&loader->demo), DEMO_FIRST_GUEST);
	return err;
}

static int
exit_status(enum err err)
{
	const char *name = options_typed_name("hotel-load-demo");
	if (atomic_load(&interrupted))
		fprintf(stderr, "%s: interrupted; what was stored is complete\n", name);
	else if (err == ERR_UNAVAILABLE || err == ERR_TIMEOUT)
		fprintf(stderr, "%s: MariaDB does not answer\n", name);
	else if (err != OK)
		fprintf(stderr, "%s: %s\n", name, err_name(err));
	if (err == ERR_UNAVAILABLE || err == ERR_TIMEOUT)
		return EXIT_AWAY;
	return err == OK && !atomic_load(&interrupted) ? EXIT_SUCCESS : EXIT_FAILURE;
}

static enum err
arguments_read(int argc, char **argv, struct demo *demo)
{
	enum err err = OK;
	for (int i = 1; err == OK && i + 1 < argc; i += 2) {
		if (strcmp(argv[i], "--rooms") == 0)
			err = text_to_u64(argv[i + 1], ROOMS_MAX, &demo->rooms);
		else if (strcmp(argv[i], "--bookings") == 0)
			err = text_to_u64(argv[i + 1], BOOKINGS_MAX, &demo->bookings);
		else if (strcmp(argv[i], "--seed") == 0)
			err = text_to_u64(argv[i + 1], SEED_MAX, &demo->seed);
		else if (strcmp(argv[i], "--before") == 0)
			err = instant_parse(argv[i + 1], &demo->before);
		else
			err = ERR_INVALID;
	}
	if (err != OK || argc % 2 == 0 || !demo->rooms || !demo->before)
		return ERR_INVALID;
	return OK;
}

static int
run(const struct settings *settings, int argc, char **argv)
{
	struct loader loader;
	struct demo demo = {.seed = 1};
	const struct sigaction action = {.sa_handler = interrupt};
	const char *name = options_typed_name("hotel-load-demo");
	if (arguments_read(argc, argv, &demo) != OK)
		return WRONG_USAGE;
	if (demo.bookings > demo.rooms * DEMO_STAYS_A_ROOM) {
		fprintf(stderr, "%s: %" PRIu64 " rooms have room for %" PRIu64 " bookings\n", name,
		        demo.rooms, demo.rooms * DEMO_STAYS_A_ROOM);
		return EXIT_USAGE;
	}
	if (settings->demo != ON) {
		fprintf(stderr,
		        "%s: HOTEL_DEMO is off: invented bookings are for demo systems only\n",
		        name);
		return EXIT_NOT_DEMO;
	}
	sigaction(SIGINT, &action, NULL);
	sigaction(SIGTERM, &action, NULL);
	enum err err = timezone_use(settings->timezone);
	if (err == OK)
		err = text_copy(demo.currency, sizeof(demo.currency), settings->currency);
	if (err != OK)
		return exit_status(err);
	demo.today = day_at(instant_now());
	err = loader_open(settings, &loader);
	loader.demo = demo;
	if (err == OK)
		err = load_all(&loader);
	loader_close(&loader);
	return exit_status(err);
}

int
main(int argc, char **argv)
{
	const struct tool tool = {.name = "hotel-load-demo", .help = help, .run = run};
	return tool_run(&tool, argc, argv);
}
