/* SPDX-License-Identifier: MIT */
/*
 * hotel-dead - lists, shows, resends and drops dead letters: events that could not be applied.
 */
#include "adapters/json/event.h"
#include "adapters/json/json.h"
#include "base/mem.h"
#include "composition/options.h"
#include "domain/context.h"
#include "tools/common/tool.h"
#include "tools/dead/dead_letter_queue.h"

#include <stdio.h>
#include <string.h>

#define EXIT_NOT_FOUND   1
#define EXIT_UNAVAILABLE 3
#define JSON_TEXT_MAX    (64 * 1024 * 1024)

static const char help[] =
	"Usage: $0 list [CONTEXT] [--json]\n"
	"  or:  $0 show CONTEXT NAME [--json]\n"
	"  or:  $0 resend CONTEXT NAME|--all\n"
	"  or:  $0 drop CONTEXT NAME|--all\n"
	"List, show, resend or drop dead letters: events that a context could not apply.\n"
	"\n"
	"CONTEXT is room, book, pay, mypage or alarm. NAME is the name that list prints. Settings\n"
	"come from the environment: HOTEL_AMQP_*.\n"
	"\n"
	"Commands:\n"
	"  list    print one line for each dead letter\n"
	"  show    print a dead letter with its body\n"
	"  resend  put it back into the queue of its context, for that context alone\n"
	"  drop    remove it for good\n"
	"\n"
	"Options:\n"
	"  --all      resend or drop all dead letters of the context\n"
	"  --json     print JSON: list an array of {\"context\", \"name\", \"type\", \"reason\", "
	"\"bytes\",\n"
	"             \"readable\"}; show one object with \"body\" as well\n"
	"  --version  print the version\n"
	"  --help     print this help\n"
	"\n"
	"Exit status:\n"
	"  0  done\n"
	"  1  there is no such dead letter, or too little memory\n"
	"  2  wrong usage or settings\n"
	"  3  the broker is unavailable\n"
	"\n"
	"Examples:\n"
	"  $0 resend alarm --all\n";

/* Two connections: one delivers dead letters, the other sends them again. */
struct connections {
	struct broker *broker, *sender;
};

/* What --json prints; NULL without it. */
static struct json_object *printed;

/* Acts on one dead letter. */
typedef enum err dead_letter_fn(struct dead_letter_queue *queue,
                                const struct received_message *received, const char *name);

/* readable: whether the body is an event, which could be applied. */
static struct json_object *
dead_letter_json(const struct dead_letter_queue *queue, const struct received_message *received,
                 const char *name)
{
	CLEANUP(free_p) struct event *event = malloc(sizeof(*event));
	if (!event)
		return NULL;
	struct json_object *view = json_new_object();
	json_put_text(&view, "context", queue->context);
	json_put_text(&view, "name", name);
	json_put_text(&view, "type", *received->type ? received->type : NULL);
	json_put_text(&view, "reason", *received->reason ? received->reason : NULL);
	json_put_u64(&view, "bytes", received->body->len);
	json_put_bool(&view, "readable",
	              received->whole && received->body->len &&
	                      event_read(received->body->data, received->body->len, event) == OK);
	return view;
}

static enum err
list_one_json(struct dead_letter_queue *queue, const struct received_message *received,
              const char *name)
{
	json_append(&printed, dead_letter_json(queue, received, name));
	return printed ? OK : ERR_MEMORY;
}

/* A body that is not JSON, as a text with its unprintable bytes escaped. NULL: out of memory. */
static struct json_object *
body_escaped(const struct buf *body)
{
	CLEANUP(buf_done) struct buf text = BUF_INIT(4 * EVENT_BODY_MAX);
	enum err err = OK;
	for (size_t i = 0; err == OK && i < body->len; i++) {
		unsigned char c = (unsigned char)body->data[i];
		if (c >= 0x20 && c < 0x7f)
			err = buf_add(&text, &body->data[i], 1);
		else
			err = buf_addf(&text, "\\x%02x", c);
	}
	return err == OK ? json_object_new_string(text.len ? text.data : "") : NULL;
}

static enum err
show_one_json(struct dead_letter_queue *queue, const struct received_message *received,
              const char *name)
{
	const struct buf *body = received->body;
	struct json_object *value = NULL;
	const char *why;
	json_object_put(printed);
	printed = dead_letter_json(queue, received, name);
	if (!body->len || json_read(body->data, body->len, &value, &why) != OK)
		value = body_escaped(body);
	json_put_value(&printed, "body", value);
	return printed ? OK : ERR_MEMORY;
}

static enum err
list_one(struct dead_letter_queue *queue, const struct received_message *received, const char *name)
{
	printf("%-7s %-36s  %-16s %-10s %zu bytes%s\n", queue->context, name,
	       *received->type ? received->type : "-", *received->reason ? received->reason : "-",
	       received->body->len, received->whole ? "" : " (too long to read)");
	return OK;
}

/* The body as indented JSON, or, if it is not JSON, with unprintable bytes escaped. */
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
show_one(struct dead_letter_queue *queue, const struct received_message *received, const char *name)
{
	CLEANUP(free_p) struct event *event = malloc(sizeof(*event));
	if (!event)
		return ERR_MEMORY;
	bool readable = event_read(received->body->data ? received->body->data : "",
	                           received->body->len, event) == OK;
	printf("name         %s\nqueue        %s\ntype         %s\ncorrelation  %s\n"
	       "content-type %s\nsent by      %s\nwhy          %s%s\n\n",
	       name, queue->context, received->type, received->correlation_id,
	       received->content_type, received->app_id, received->reason,
	       readable ? "" : "; it is not a readable event");
	print_body(received->body);
	return OK;
}

static enum err
resend_one(struct dead_letter_queue *queue, const struct received_message *received,
           const char *name)
{
	enum err err = dead_letter_resend(queue, received);
	if (err == OK)
		printf("%s is back in the queue %s\n", name, queue->context);
	if (err == ERR_TOO_LARGE)
		printf("%s is too long to be sent again and stays\n", name);
	return err == ERR_TOO_LARGE ? OK : err;
}

static enum err
drop_one(struct dead_letter_queue *queue, const struct received_message *received, const char *name)
{
	enum err err = dead_letter_drop(queue, received);
	if (err == OK)
		printf("%s is dropped\n", name);
	return err;
}

/* Acts on the dead letter of a context that is named wanted; NULL: on all. ret_found: on how many.
 */
static enum err
each_dead_letter(const struct connections *connections, const char *context, const char *wanted,
                 dead_letter_fn *act, size_t *ret_found)
{
	struct dead_letter_queue queue;
	struct received_message received;
	char name[DEAD_LETTER_NAME];
	uint32_t waiting;
	enum err err = broker_connect(connections->broker);
	if (err == OK)
		err = dead_letters_open(connections->broker, connections->sender, context, &queue,
		                        &waiting);
	if (err == ERR_NOT_FOUND)
		fprintf(stderr, "%s: the dead-letter queue does not exist; worker-%s declares it\n",
		        context, context);
	if (err == OK && waiting > DEAD_LETTERS_MAX)
		fprintf(stderr, "%s: %u dead letters; only the first %d are read\n", context,
		        waiting, DEAD_LETTERS_MAX);
	while (err == OK) {
		err = dead_letters_next(&queue, &received);
		if (err == ERR_TIMEOUT) {
			fprintf(stderr,
			        "%s: not every dead letter was delivered: another program may be "
			        "reading them\n",
			        context);
			err = ERR_NOT_FOUND;
		}
		if (err != OK)
			break;
		dead_letter_name(&received, name);
		if (wanted && strcmp(wanted, name) != 0)
			continue;
		++*ret_found;
		err = act(&queue, &received, name);
		if (wanted)
			break;
	}
	broker_drop(connections->broker); /* what was only read returns to its queue */
	return err == ERR_NOT_FOUND ? OK : err;
}

static enum err
list(const struct connections *connections, const char *only)
{
	size_t found = 0;
	enum err err = OK;
	for (size_t i = 0; err == OK && i < QUEUES; i++)
		if (!only || strcmp(only, contexts[i]) == 0)
			err = each_dead_letter(connections, contexts[i], NULL,
			                       printed ? list_one_json : list_one, &found);
	if (err == OK && !found && !printed)
		printf("no dead letters\n");
	return err;
}

static enum err
act_on(const struct connections *connections, const char *context, const char *name,
       dead_letter_fn *act)
{
	bool all = strcmp(name, "--all") == 0;
	size_t found = 0;
	enum err err = each_dead_letter(connections, context, all ? NULL : name, act, &found);
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
	dead_letter_fn *act;
	bool takes_all;
} actions[] = {
	{"show", show_one, false},
	{"resend", resend_one, true},
	{"drop", drop_one, true},
};

/* Prints what list or show has gathered for --json. */
static enum err
print_json(void)
{
	CLEANUP(buf_done) struct buf text = BUF_INIT(JSON_TEXT_MAX);
	enum err err = json_write(printed, &text);
	if (err == OK && puts(text.data) < 0)
		err = ERR_SYSTEM_HERE();
	return err;
}

static enum err run(const struct connections *connections, int argc, char **argv);

/* Takes the --json at the end of the arguments of list and show. */
static enum err
run_json(const struct connections *connections, int argc, char **argv)
{
	if (argc < 3 || (strcmp(argv[1], "list") != 0 && strcmp(argv[1], "show") != 0))
		return ERR_INVALID;
	printed = json_new_array();
	if (!printed)
		return ERR_MEMORY;
	argv[argc - 1] = NULL;
	enum err err = run(connections, argc - 1, argv);
	if (err == OK)
		err = print_json();
	json_object_put(printed);
	printed = NULL;
	return err;
}

/* ERR_INVALID: wrong usage. */
static enum err
run(const struct connections *connections, int argc, char **argv)
{
	if (argc >= 2 && strcmp(argv[argc - 1], "--json") == 0)
		return run_json(connections, argc, argv);
	if (argc >= 2 && argc <= 3 && strcmp(argv[1], "list") == 0)
		return argc == 3 && !context_has_queue(argv[2]) ? ERR_INVALID
		                                                : list(connections, argv[2]);
	if (argc != 4 || !context_has_queue(argv[2]))
		return ERR_INVALID;
	for (size_t i = 0; i < ARRAY_SIZE(actions); i++)
		if (strcmp(actions[i].name, argv[1]) == 0 &&
		    (actions[i].takes_all || strcmp(argv[3], "--all") != 0))
			return act_on(connections, argv[2], argv[3],
			              printed ? show_one_json : actions[i].act);
	return ERR_INVALID;
}

static int
status_of(enum err err, const struct connections *connections)
{
	if (err == OK)
		return EXIT_SUCCESS;
	if (err == ERR_NOT_FOUND)
		return EXIT_NOT_FOUND;
	if (err == ERR_INVALID)
		return WRONG_USAGE;
	if (err == ERR_MEMORY) {
		fputs("hotel-dead: out of memory\n", stderr);
		return EXIT_FAILURE;
	}
	const char *why = broker_why(connections->broker);
	if (!*why)
		why = broker_why(connections->sender);
	fprintf(stderr, "%s: %s\n", options_typed_name("hotel-dead"), *why ? why : err_name(err));
	return EXIT_UNAVAILABLE;
}

static int
dead(const struct settings *settings, int argc, char **argv)
{
	const struct broker_options options =
		broker_options(settings, "hotel-dead", BROKER_NO_STOP);
	struct connections connections = {.broker = broker_new(&options),
	                                  .sender = broker_new(&options)};
	int status = EXIT_FAILURE;
	if (connections.broker && connections.sender)
		status = status_of(run(&connections, argc, argv), &connections);
	else
		fputs("hotel-dead: out of memory\n", stderr);
	broker_free(connections.broker);
	broker_free(connections.sender);
	return status;
}

int
main(int argc, char **argv)
{
	const struct tool tool = {.name = "hotel-dead", .help = help, .run = dead};
	return tool_run(&tool, argc, argv);
}
