/* SPDX-License-Identifier: MIT */
/*
 * tables - prints the tables of the code, a row a line with tabs between, for the comparison with
 * those of the documents: tables settings|events|metrics|transitions
 */
#include "app/metrics.h"
#include "base/mem.h"
#include "config/settings.h"
#include "domain/book/book.h"
#include "domain/event.h"

#include <stdio.h>
#include <string.h>

/* What a setting may be; nothing is said of texts. */
static void
print_values(const struct conf_item *item)
{
	if (item->type == CONF_NUMBER)
		printf("%u to %u", item->min, item->max);
	for (size_t n = 0; item->type == CONF_CHOICE && item->choices[n]; n++)
		printf("%s%s", n ? ", " : "", item->choices[n]);
}

static void
print_settings(void)
{
	for (size_t i = 0; i < settings_count; i++) {
		const struct conf_item *item = &settings_items[i];
		printf("%s\t%s\t", item->name, item->secret ? "" : item->fallback);
		print_values(item);
		printf("\t%s%s\n", item->meaning, item->secret ? "; a secret" : "");
	}
}

static void
print_events(void)
{
	for (int type = 0; type < EVENT_TYPE_MAX; type++)
		printf("%s\t%s\t%s\n", event_kinds[type].name, event_kinds[type].exchange,
		       event_kinds[type].routing_key);
}

static void
print_metrics(void)
{
	for (int i = 0; i < METRIC_MAX; i++) {
		const struct metric_kind *kind = &metric_kinds[i];
		printf("%s\t%s\t", kind->name, metric_type_name(kind->type));
		for (size_t n = 0; kind->labels[n]; n++)
			printf("%s%s", n ? ", " : "", kind->labels[n]);
		printf("\t%s\n", kind->meaning);
	}
}

static void
print_transitions(void)
{
	static const char *const actions[BOOK_ACTION_MAX] = {
		[BOOK_APPROVE] = "approve", [BOOK_DECLINE] = "decline", [BOOK_DEFER] = "defer",
		[BOOK_EXPIRE] = "expire",   [BOOK_CANCEL] = "cancel",
	};
	enum book_status next;
	for (int status = 0; status < BOOK_STATUS_MAX; status++)
		for (int action = 0; action < BOOK_ACTION_MAX; action++)
			if (book_next((enum book_status)status, (enum book_action)action, &next) ==
			    OK)
				printf("%s\t%s\t%s\n", book_status_name((enum book_status)status),
				       actions[action], book_status_name(next));
}

int
main(int argc, char **argv)
{
	static const struct {
		const char *name;
		void (*print)(void);
	} tables[] = {
		{"settings", print_settings},
		{"events", print_events},
		{"metrics", print_metrics},
		{"transitions", print_transitions},
	};
	for (size_t i = 0; argc == 2 && i < ARRAY_SIZE(tables); i++) {
		if (!strcmp(argv[1], tables[i].name)) {
			tables[i].print();
			return 0;
		}
	}
	fprintf(stderr, "usage: %s settings|events|metrics|transitions\n", argv[0]);
	return 2;
}
