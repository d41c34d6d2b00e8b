/* SPDX-License-Identifier: MIT */
/*
 * hotel-rebuild - rebuilds the view mypage in shadow tables, from the contexts that own the data,
 * and swaps them in while the view is in use.
 */
#include "adapters/jose/issuer.h"
#include "base/clock.h"
#include "base/mem.h"
#include "composition/options.h"
#include "tools/common/tool.h"
#include "tools/rebuild/shadow.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define EXIT_REFUSED     1
#define EXIT_UNAVAILABLE 3
#define OPERATOR         "operator" /* who signs the tokens of these calls */

static const char help[] =
	"Usage: $0 mypage [--force]\n"
	"Rebuild the view mypage while it is in use.\n"
	"\n"
	"Fills shadow tables from room, book and pay, compares them with the view row by row, and\n"
	"swaps them in if the view has nothing that they lack. Settings come from the "
	"environment:\n"
	"HOTEL_INTERNAL_*, HOTEL_SERVICE_KEY_FILE, and HOTEL_DB_* of a user who may change the "
	"schema.\n"
	"\n"
	"Options:\n"
	"  --force    swap even if rows are missing, or differ in the same version\n"
	"  --version  print the version\n"
	"  --help     print this help\n"
	"\n"
	"Exit status:\n"
	"  0  done\n"
	"  1  refused; nothing was changed\n"
	"  2  wrong usage or settings\n"
	"  3  a server is unavailable; nothing was changed, unless the message says otherwise\n"
	"\n"
	"Examples:\n"
	"  $0 mypage\n";

static void
progress(uint64_t n)
{
	static int64_t printed_ms;
	if (monotonic_ms() - printed_ms < 1000)
		return;
	printed_ms = monotonic_ms();
	fprintf(stderr, "owners: %" PRIu64 " so far\n", n);
}

static void
difference_print(const struct shadow_difference *difference)
{
	printf("compared: %" PRIu64 " bookings\n", difference->rows);
	if (difference->behind)
		printf("only in the view, or newer there than their owner knows: %" PRIu64
		       " bookings or rooms\n",
		       difference->behind);
	if (difference->ahead)
		printf("the view was behind on %" PRIu64 " bookings or rooms\n", difference->ahead);
	if (difference->different)
		printf("different in the same version: %" PRIu64 "\n", difference->different);
	for (size_t i = 0; i < difference->n_examples; i++)
		printf("  booking %" PRIu64 "\n", difference->examples[i]);
}

/* What a rebuild works with. */
struct rebuild {
	struct db *db;
	struct http_client *client;
	struct jose_issuer *issuer;
	struct token_issuer tokens;    /* of the operator */
	struct shadow_refusal refusal; /* with ERR_NOT_SENT */
	bool force;
};

/* ERR_STATE_CONFLICT: the shadow lacks rows or differs, and the view stays. */
static enum err
rebuild_do(struct rebuild *rebuild)
{
	struct shadow_difference difference;
	uint64_t items = 0;
	enum err err = shadow_begin(rebuild->db);
	if (err == OK)
		err = shadow_fill(rebuild->db, rebuild->client, progress, &items,
		                  &rebuild->refusal);
	if (err == OK) {
		printf("owners: %" PRIu64 " rooms, bookings and payments\n", items);
		err = shadow_compare(rebuild->db, &difference);
	}
	if (err == OK) {
		difference_print(&difference);
		if ((difference.behind || difference.different) && !rebuild->force)
			err = ERR_STATE_CONFLICT;
	}
	if (err == OK)
		err = shadow_swap(rebuild->db);
	if (err == ERR_UNKNOWN) /* the shadow may be the view: it has to stay current */
		return err;
	/* The first error is reported; a shadow that still gets merges does no harm. */
	enum err ended = err == OK ? shadow_clean(rebuild->db) : shadow_abandon(rebuild->db);
	if (err == OK && ended != OK)
		fprintf(stderr,
		        "hotel-rebuild: %s: the old rows are still stored;"
		        " the next rebuild deletes them\n",
		        err_name(ended));
	return err;
}

static void
report_unavailable(enum err err, const struct rebuild *rebuild)
{
	const char *context = rebuild->refusal.context;
	if (err == ERR_NOT_SENT && rebuild->refusal.why)
		fprintf(stderr,
		        "%s: the snapshot of %s cannot be true: %s; nothing was changed; look at"
		        " its log, then run it again: ./hotel logs fcgi-%s\n",
		        options_typed_name("hotel-rebuild"), context, rebuild->refusal.why,
		        context);
	else if (err == ERR_NOT_SENT)
		fprintf(stderr,
		        "%s: %s does not answer; nothing was changed;"
		        " start it, then run it again: ./hotel start nginx %s\n",
		        options_typed_name("hotel-rebuild"), context, context);
	else
		fprintf(stderr, "%s: %s; %s; run it again\n", options_typed_name("hotel-rebuild"),
		        err == ERR_UNAVAILABLE ? "MariaDB does not answer" : err_name(err),
		        err == ERR_UNKNOWN ? "the view may be the old or the rebuilt one"
		                           : "nothing was changed");
}

static int
report(enum err err, const struct rebuild *rebuild)
{
	if (err == OK) {
		printf("the rebuilt view is in use\n");
		return 0;
	}
	if (err == ERR_STATE_CONFLICT) {
		fprintf(stderr, "nothing was changed; check these rows, then: "
		                "./hotel rebuild mypage --force\n");
		return EXIT_REFUSED;
	}
	report_unavailable(err, rebuild);
	return EXIT_UNAVAILABLE;
}

static enum err
parts_open(const struct settings *settings, struct rebuild *rebuild)
{
	const struct db_options database = db_options(settings);
	struct http_options internal = http_options(settings, "");
	enum err err = http_start();
	if (err == OK)
		err = jose_issuer_open(OPERATOR, settings->service_key_file, &rebuild->issuer);
	if (err == OK) {
		rebuild->tokens = jose_issuer_port(rebuild->issuer);
		internal.issuer = &rebuild->tokens;
		internal.service = OPERATOR;
	}
	if (err == OK)
		err = http_client_open(&internal, &rebuild->client);
	return err == OK ? db_open(&database, NULL, &rebuild->db) : err;
}

static int
run(const struct settings *settings, int argc, char **argv)
{
	struct rebuild rebuild = {.force = argc == 3 && strcmp(argv[2], "--force") == 0};
	if (argc < 2 || argc > 3 || strcmp(argv[1], "mypage") != 0 || (argc == 3 && !rebuild.force))
		return WRONG_USAGE;
	enum err err = parts_open(settings, &rebuild);
	if (err == OK)
		err = rebuild_do(&rebuild);
	int status = report(err, &rebuild);
	http_client_close(rebuild.client);
	jose_issuer_close(rebuild.issuer);
	db_close(rebuild.db);
	return status;
}

int
main(int argc, char **argv)
{
	const struct tool tool = {.name = "hotel-rebuild", .help = help, .run = run};
	return tool_run(&tool, argc, argv);
}
