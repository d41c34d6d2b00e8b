/*
 * hotel-dead - the dead letters: what could not be applied, to be read, sent again or dropped.
 */
#include "adapters/json/event.h"
#include "adapters/json/json.h"
#include "base/mem.h"
#include "composition/options.h"
#include "config/settings.h"
#include "tools/common/tool.h"
#include "tools/dead-letters/dead_letter_queue.h"

#include <stdio.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#define EXIT_NOT_FOUND 1
#define EXIT_AWAY      3
#define TEXT_MAX       65536

static const char usage[] =
	"Usage: hotel-dead list [CONTEXT]\n"
	"       hotel-dead show CONTEXT NAME\n"
	"       hotel-dead resend CONTEXT NAME|--all\n"
	"       hotel-dead drop CONTEXT NAME|--all\n"
	"\n"
	"CONTEXT is room, book, pay, mypage or alarm; NAME is what list calls the letter.\n"
	"\n"
	"Settings come from the environment: HOTEL_AMQP_*.\n"
	"Exit codes: 0 done; 1 there is no such letter; 2 wrong use; 3 the broker is away.\n";

static const char *const contexts[] = {"room", "book", "pay", "mypage", "alarm"};

/* The two connections: one brings the letters, one sends them again. */
struct post {
	struct broker *broker, *sender;
};

/* What is done with each letter that is meant. */
typedef enum err letter_fn(struct letters *letters, const struct arrival *arrival,
                           const char *name);

static void
print_line(const char *context, const struct arrival *arrival, const char *name)
{
	printf("%-7s %-36s  %-16s %-10s %zu bytes%s\n", context, name,
	       *arrival->type ? arrival->type : "-", *arrival->reason ? arrival->reason : "-",
	       arrival->body->len, arrival->whole ? "" : " (too long to be read)");
}

static enum err
list_one(struct letters *letters, const struct arrival *arrival, const char *name)
{
	print_line(letters->context, arrival, name);
	return OK;
}

/* The body as readable JSON if it is that, else byte by byte what can be shown. */
static void
print_body(const struct buf *body)
{
	CLEANUP(json_p) struct json_object *json = NULL;
	const char *why;
	if (body->len && json_read(body->data, body->len, &json, &why) == OK) {
		printf("%s\n",
		       json_object_to_json_string_ext(
			       json, JSON_C_TO_STRING_PRETTY | JSON_C_TO_STRING_NOSLASHESCAPE));
		return;
	}
	for (size_t i = 0; i < body->len; i++) {
		unsigned char c = (unsigned char)body->data[i];
		if (c >= 0x20 && c < 0x7f)
			putchar(c);
		else
			printf("\\x%02x", c);
	}
	putchar('\n');
}

static enum err
show_one(struct letters *letters, const struct arrival *arrival, const char *name)
{
	CLEANUP(free_p) struct event *event = malloc(sizeof(*event));
	if (!event)
		return ERR_MEMORY;
	bool readable = event_read(arrival->body->data ? arrival->body->data : "",
	                           arrival->body->len, event) == OK;
	printf("name         %s\nqueue        %s\ntype         %s\ncorrelation  %s\n"
	       "content-type %s\nsent by      %s\nwhy          %s%s\n\n",
	       name, letters->context, arrival->type, arrival->correlation_id,
	       arrival->content_type, arrival->app_id, arrival->reason,
	       readable ? "" : "; it is no event that can be read");
	print_body(arrival->body);
	return OK;
}

static enum err
resend_one(struct letters *letters, const struct arrival *arrival, const char *name)
{
	enum err err = letter_resend(letters, arrival);
	if (err == OK)
		printf("%s is back in the queue %s\n", name, letters->context);
	if (err == ERR_TOO_LARGE)
		printf("%s is too long to be sent again; it stays\n", name);
	return err == ERR_TOO_LARGE ? OK : err;
}

static enum err
drop_one(struct letters *letters, const struct arrival *arrival, const char *name)
{
	enum err err = letter_drop(letters, arrival);
	if (err == OK)
		printf("%s is dropped\n", name);
	return err;
}

/* Goes through the letters of a context. wanted NULL: all are meant. ret_found: how many were. */
static enum err
each_letter(const struct post *post, const char *context, const char *wanted, letter_fn *act,
            size_t *ret_found)
{
	struct letters letters;
	struct arrival arrival;
	char name[LETTER_NAME];
	uint32_t waiting;
	enum err err = broker_connect(post->broker);
	if (err == OK)
		err = letters_open(post->broker, post->sender, context, &letters, &waiting);
	if (err == OK && waiting > LETTERS_MAX)
		fprintf(stderr, "%s: %u letters; the first %d are looked at\n", context, waiting,
		        LETTERS_MAX);
	while (err == OK && (err = letters_next(&letters, &arrival)) == OK) {
		letter_name(&arrival, name);
		if (wanted && strcmp(wanted, name) != 0)
			continue;
		++*ret_found;
		err = act(&letters, &arrival, name);
		if (wanted)
			break;
	}
	broker_drop(post->broker); /* what was only looked at goes back */
	return err == ERR_NOT_FOUND ? OK : err;
}

static bool
is_context(const char *name)
{
	for (size_t i = 0; i < ARRAY_SIZE(contexts); i++)
		if (!strcmp(contexts[i], name))
			return true;
	return false;
}

static enum err
list(const struct post *post, const char *only)
{
	size_t found = 0;
	enum err err = OK;
	for (size_t i = 0; err == OK && i < ARRAY_SIZE(contexts); i++)
		if (!only || !strcmp(only, contexts[i]))
			err = each_letter(post, contexts[i], NULL, list_one, &found);
	if (err == OK && !found)
		printf("no dead letters\n");
	return err;
}

static enum err
act_on(const struct post *post, const char *context, const char *name, letter_fn *act)
{
	bool all = !strcmp(name, "--all");
	size_t found = 0;
	enum err err = each_letter(post, context, all ? NULL : name, act, &found);
	if (err != OK || found)
		return err;
	if (!all) {
		fprintf(stderr, "%s has no dead letter %s\n", context, name);
		return ERR_NOT_FOUND;
	}
	printf("no dead letters\n");
	return OK;
}

static const struct {
	const char *name;
	letter_fn *act;
	bool takes_all;
} actions[] = {
	{"show", show_one, false},
	{"resend", resend_one, true},
	{"drop", drop_one, true},
};

/* ERR_INVALID: wrong use. */
static enum err
run(const struct post *post, int argc, char **argv)
{
	if (argc >= 2 && argc <= 3 && !strcmp(argv[1], "list"))
		return argc == 3 && !is_context(argv[2]) ? ERR_INVALID : list(post, argv[2]);
	if (argc != 4 || !is_context(argv[2]))
		return ERR_INVALID;
	for (size_t i = 0; i < ARRAY_SIZE(actions); i++)
		if (!strcmp(actions[i].name, argv[1]) &&
		    (actions[i].takes_all || strcmp(argv[3], "--all") != 0))
			return act_on(post, argv[2], argv[3], actions[i].act);
	return ERR_INVALID;
}

static int
status_of(enum err err, const struct post *post)
{
	if (err == OK)
		return 0;
	if (err == ERR_NOT_FOUND)
		return EXIT_NOT_FOUND;
	if (err == ERR_INVALID)
		return EXIT_USAGE;
	const char *why = broker_why(post->broker);
	fprintf(stderr, "hotel-dead: %s: %s\n", err_name(err),
	        *why ? why : broker_why(post->sender));
	return EXIT_AWAY;
}

static struct broker *
broker_make(const struct settings *settings, int stop_fd)
{
	struct broker_options options = broker_options(settings, "hotel-dead", stop_fd);
	return broker_new(&options);
}

static int
dead(const struct settings *settings, int argc, char **argv)
{
	int never = eventfd(0, EFD_CLOEXEC); /* nobody writes it: a signal ends this program */
	struct post post = {.broker = broker_make(settings, never),
	                    .sender = broker_make(settings, never)};
	int status = EXIT_AWAY;
	if (never >= 0 && post.broker && post.sender)
		status = status_of(run(&post, argc, argv), &post);
	else
		fputs("hotel-dead: out of memory or descriptors\n", stderr);
	broker_free(post.broker);
	broker_free(post.sender);
	if (never >= 0)
		close(never);
	return status;
}

int
main(int argc, char **argv)
{
	const struct tool tool = {.name = "hotel-dead", .usage = usage, .run = dead};
	return tool_run(&tool, argc, argv);
}
