/* SPDX-License-Identifier: MIT */
/*
 * hotel-breaker - shows the circuit breakers in front of pay, forces them open, and resets them.
 *
 * The breakers are files in the folder that book's processes share (HOTEL_RUN_DIR). This program
 * reads and changes them under their lock, so the permissions of the files decide who may do so,
 * and it works while no process of book runs.
 */
#include "adapters/json/json.h"
#include "adapters/system/shared_breaker.h"
#include "base/clock.h"
#include "base/mem.h"
#include "tools/common/tool.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define EXIT_NONE 1 /* there is no breaker */
#define TEXT_MAX  65536

static const char help[] =
	"Usage: $0 status [--json]\n"
	"  or:  $0 open\n"
	"  or:  $0 close\n"
	"Show, force open or reset the circuit breakers in front of pay.\n"
	"\n"
	"There are two breakers: pay, for the bookings that guests make, and settler, for the\n"
	"bookings that are held and paid later. Settings come from the environment:\n"
	"HOTEL_RUN_DIR.\n"
	"\n"
	"Commands:\n"
	"  status  show the state of each breaker\n"
	"  open    force the breakers open: pay is not called until close\n"
	"  close   close the breakers and forget their failures\n"
	"\n"
	"Options:\n"
	"  --json     print JSON\n"
	"  --version  print the version\n"
	"  --help     print this help\n"
	"\n"
	"Exit status:\n"
	"  0  done\n"
	"  1  there is no breaker yet, as book was never started\n"
	"  2  wrong usage or settings\n"
	"\n"
	"Examples:\n"
	"  $0 status --json\n";

/* The names that fcgi-book and worker-book give them. */
static const char *const names[] = {"pay", "settler"};

/* A breaker at one moment. */
struct breaker_view {
	const char *name;
	struct breaker breaker;
	enum breaker_state state; /* now */
	instant_t since;
	uint64_t probe_in_ms; /* 0: at the next call, or not at all */
};

typedef void show_fn(const struct breaker_view *view, struct json_object **list);

static struct breaker_view
view_of(const char *name, const struct shared_breaker *shared)
{
	struct breaker_view view = {.name = name};
	struct breaker *breaker = &view.breaker;
	shared->read(shared->self, breaker);
	int64_t now_ms = monotonic_ms();
	view.state = breaker_state_now(breaker, now_ms);
	view.since = instant_now() - (now_ms - breaker->since_ms);
	if (breaker->state == BREAKER_OPEN && breaker->open_until_ms > now_ms)
		view.probe_in_ms = (uint64_t)(breaker->open_until_ms - now_ms);
	return view;
}

static void
show_line(const struct breaker_view *view, struct json_object **list)
{
	const struct breaker *breaker = &view->breaker;
	char since[INSTANT_TEXT];
	(void)list;
	printf("%-8s %-9s since %s", view->name, breaker_state_name(view->state),
	       instant_format(view->since, since));
	switch (view->state) {
	case BREAKER_CLOSED: printf(", failures in a row: %" PRIu32, breaker->failures); break;
	case BREAKER_OPEN:
		printf(", a probe is allowed in %" PRIu64 " ms", view->probe_in_ms);
		break;
	case BREAKER_HALF_OPEN:
		fputs(breaker->state == BREAKER_OPEN ? ", the next call is a probe"
		                                     : ", a probe is under way",
		      stdout);
		break;
	case BREAKER_FORCED: printf(", open until the operator closes it"); break;
	case BREAKER_STATE_MAX: break;
	}
	printf(" (opened so far: %" PRIu64 ", calls refused: %" PRIu64 ")\n", breaker->opened,
	       breaker->refused);
}

static void
show_json(const struct breaker_view *view, struct json_object **list)
{
	const struct breaker *breaker = &view->breaker;
	struct json_object *object = json_new_object();
	json_put_text(&object, "name", view->name);
	json_put_text(&object, "state", breaker_state_name(view->state));
	json_put_instant(&object, "since", view->since);
	json_put_u64(&object, "failures", breaker->failures);
	json_put_u64(&object, "probeInMs", view->probe_in_ms);
	json_put_u64(&object, "opened", breaker->opened);
	json_put_u64(&object, "refused", breaker->refused);
	json_append(list, object);
}

/* Changes each breaker that exists (change NULL: leaves it as it is) and shows its state.
 * ERR_NOT_FOUND: there is none. */
static enum err
each_breaker(const char *folder, void (*change)(const struct shared_breaker *shared), show_fn *show,
             struct json_object **list)
{
	const struct breaker_limits limits = {0}; /* matter to callers only */
	enum err err = ERR_NOT_FOUND;
	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		struct shared_breaker shared;
		if (!shared_breaker_exists(folder, names[i]))
			continue;
		err = shared_breaker_open(folder, names[i], &limits, &shared);
		if (err != OK)
			return err;
		if (change)
			change(&shared);
		struct breaker_view view = view_of(names[i], &shared);
		show(&view, list);
		shared_breaker_close(&shared);
	}
	return err;
}

/* Containers of other programs have no breaker: then the list is empty, which is no fault. */
static enum err
print_json(const char *folder)
{
	CLEANUP(buf_done) struct buf text = BUF_INIT(TEXT_MAX);
	CLEANUP(json_p) struct json_object *list = json_new_array();
	enum err err = each_breaker(folder, NULL, show_json, &list);
	if (err != OK && err != ERR_NOT_FOUND)
		return err;
	err = json_write(list, &text);
	if (err == OK && puts(text.data) < 0)
		err = ERR_SYSTEM_HERE();
	return err;
}

static const struct {
	const char *name;
	void (*change)(const struct shared_breaker *shared);
} actions[] = {
	{"status", NULL},
	{"open", shared_breaker_force},
	{"close", shared_breaker_reset},
};

/* ERR_INVALID: wrong usage. */
static enum err
run(const char *folder, int argc, char **argv)
{
	if (argc == 3 && strcmp(argv[1], "status") == 0 && strcmp(argv[2], "--json") == 0)
		return print_json(folder);
	for (size_t i = 0; argc == 2 && i < ARRAY_SIZE(actions); i++)
		if (strcmp(argv[1], actions[i].name) == 0)
			return each_breaker(folder, actions[i].change, show_line, NULL);
	return ERR_INVALID;
}

static int
breaker(const struct settings *settings, int argc, char **argv)
{
	const char *folder = settings->run_dir;
	enum err err = run(folder, argc, argv);
	if (err == OK)
		return 0;
	if (err == ERR_INVALID)
		return WRONG_USAGE;
	if (err == ERR_NOT_FOUND)
		fprintf(stderr,
		        "hotel-breaker: there is no breaker in %s: book was never started\n",
		        folder);
	else
		fprintf(stderr, "hotel-breaker: the breakers in %s cannot be opened: %m\n", folder);
	return EXIT_NONE;
}

int
main(int argc, char **argv)
{
	const struct tool tool = {.name = "hotel-breaker", .help = help, .run = breaker};
	return tool_run(&tool, argc, argv);
}
