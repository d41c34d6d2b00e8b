/*
 * hotel-breaker - the breakers in front of pay: how they stand, and the operator's hand on them.
 *
 * They lie in the folder that book's processes share (HOTEL_RUN_DIR), so they are read and changed
 * there, under their own lock: whoever may do that is decided by the rights of the files, and it
 * works as well while nothing of book runs.
 */
#include "adapters/json/json.h"
#include "adapters/system/shared_breaker.h"
#include "base/clock.h"
#include "base/mem.h"
#include "config/settings.h"
#include "tools/common/tool.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define EXIT_NONE 1
#define TEXT_MAX  65536

static const char usage[] =
	"Usage: hotel-breaker status [--json]\n"
	"       hotel-breaker open\n"
	"       hotel-breaker close\n"
	"\n"
	"status shows each breaker: pay, for what guests ask, and settler, for books that are "
	"held.\n"
	"open forces them open until close: pay is not called at all. close also forgets "
	"failures.\n"
	"\n"
	"Settings come from the environment: HOTEL_RUN_DIR.\n"
	"Exit codes: 0 done; 1 there is no breaker yet, as book was never started; 2 wrong use.\n";

/* As fcgi-book and worker-book name them. */
static const char *const names[] = {"pay", "settler"};

/* What is shown of one. */
struct shown {
	const char *name;
	struct breaker breaker;
	instant_t since;
	uint64_t probe_in_ms; /* 0: at the next call, or not at all */
};

typedef void show_fn(const struct shown *shown, struct json_object **list);

static struct shown
shown_of(const char *name, const struct shared_breaker *shared)
{
	struct shown shown = {.name = name};
	struct breaker *breaker = &shown.breaker;
	shared->look(shared->self, breaker);
	int64_t now_ms = monotonic_ms();
	shown.since = instant_now() - (now_ms - breaker->since_ms);
	if (breaker->state == BREAKER_OPEN && breaker->open_until_ms > now_ms)
		shown.probe_in_ms = (uint64_t)(breaker->open_until_ms - now_ms);
	return shown;
}

static void
show_line(const struct shown *shown, struct json_object **list)
{
	const struct breaker *breaker = &shown->breaker;
	char since[INSTANT_TEXT];
	(void)list;
	printf("%-8s %-9s since %s", shown->name, breaker_state_name(breaker->state),
	       instant_format(shown->since, since));
	switch (breaker->state) {
	case BREAKER_CLOSED: printf(", failures in a row: %" PRIu32, breaker->failures); break;
	case BREAKER_OPEN: printf(", a probe may go in %" PRIu64 " ms", shown->probe_in_ms); break;
	case BREAKER_HALF_OPEN: printf(", a probe is under way"); break;
	case BREAKER_FORCED: printf(", open until the operator closes it"); break;
	case BREAKER_STATE_MAX: break;
	}
	printf(" (so far opened: %" PRIu64 ", calls refused: %" PRIu64 ")\n", breaker->opened,
	       breaker->refused);
}

static void
show_json(const struct shown *shown, struct json_object **list)
{
	const struct breaker *breaker = &shown->breaker;
	struct json_object *view = json_new_object();
	json_put_text(&view, "name", shown->name);
	json_put_text(&view, "state", breaker_state_name(breaker->state));
	json_put_instant(&view, "since", shown->since);
	json_put_u64(&view, "failures", breaker->failures);
	json_put_u64(&view, "probeInMs", shown->probe_in_ms);
	json_put_u64(&view, "opened", breaker->opened);
	json_put_u64(&view, "refused", breaker->refused);
	json_append(list, view);
}

/* Does something, or nothing, to each breaker that is there, and shows how it stands then.
 * ERR_NOT_FOUND: there is none. */
static enum err
each_breaker(const char *folder, void (*change)(const struct shared_breaker *shared), show_fn *show,
             struct json_object **list)
{
	const struct breaker_limits limits = {0}; /* of those who call; nothing is called here */
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
		struct shown shown = shown_of(names[i], &shared);
		show(&shown, list);
		shared_breaker_close(&shared);
	}
	return err;
}

/* Containers of other programs have none: an empty list then, which is no fault. */
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

/* ERR_INVALID: wrong use. */
static enum err
run(const char *folder, int argc, char **argv)
{
	if (argc == 3 && !strcmp(argv[1], "status") && !strcmp(argv[2], "--json"))
		return print_json(folder);
	for (size_t i = 0; argc == 2 && i < ARRAY_SIZE(actions); i++)
		if (!strcmp(argv[1], actions[i].name))
			return each_breaker(folder, actions[i].change, show_line, NULL);
	return ERR_INVALID;
}

static int
status_of(enum err err, const char *folder)
{
	if (err == OK)
		return 0;
	if (err == ERR_INVALID)
		return EXIT_USAGE;
	if (err == ERR_NOT_FOUND)
		fprintf(stderr,
		        "hotel-breaker: there is no breaker in %s: book was never started\n",
		        folder);
	else
		fprintf(stderr, "hotel-breaker: the breakers in %s cannot be opened: %m\n", folder);
	return EXIT_NONE;
}

static int
breaker(const struct settings *settings, int argc, char **argv)
{
	return status_of(run(settings->run_dir, argc, argv), settings->run_dir);
}

int
main(int argc, char **argv)
{
	const struct tool tool = {.name = "hotel-breaker", .usage = usage, .run = breaker};
	return tool_run(&tool, argc, argv);
}
