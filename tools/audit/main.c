/* SPDX-License-Identifier: MIT */
/* hotel-audit - who did what, from where and when. */
#include "base/mem.h"
#include "base/text.h"
#include "program/options.h"
#include "tools/audit/audit_tool.h"
#include "tools/common/tool.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DAY_MS INT64_C(86400000)

static const char help[] =
	"Usage: $0 [--since TIME] [--who ID] [--what WORD] [--json]\n"
	"  or:  $0 add key-rotated|secret-rotated NAME\n"
	"Print the audit of all contexts: who did what, from where and when.\n"
	"\n"
	"Each line has the time in UTC, the context, what happened and how it ended, who did it,\n"
	"from which address, and what it was about. add writes an entry; ./hotel calls it. "
	"Settings\n"
	"come from the environment: HOTEL_DB_*, of hotel_check to print, of account to add.\n"
	"\n"
	"Options:\n"
	"  --since TIME  only entries of TIME or later: 30s, 10m, 2h or 3d ago, or an instant\n"
	"                such as 2027-05-05T12:00:00.000Z (default: 1d)\n"
	"  --who ID      only what the account with this number did, or what was done to it\n"
	"  --what WORD   only entries of this kind, such as sign-in, operator-read or refused\n"
	"  --json        print a JSON array\n"
	"  --version     print the version\n"
	"  --help        print this help\n"
	"\n"
	"Exit status:\n"
	"  0   printed\n"
	"  1   too little memory, or the output cannot be written\n"
	"  2   wrong usage or settings\n"
	"  75  the database is unavailable; try again\n"
	"\n"
	"Examples:\n"
	"  $0 --since 10m --what refused\n"
	"  $0 --since 30d --who 1000000007 --json\n";

int
audit_failed(enum err err)
{
	const char *name = options_typed_name("hotel-audit");
	switch ((int)err) {
	case ERR_UNAVAILABLE:
	case ERR_TIMEOUT:
	case ERR_CONFLICT:
	case ERR_UNKNOWN:
		fprintf(stderr, "%s: the database does not answer; try again\n", name);
		return EXIT_TRY_AGAIN;
	default: fprintf(stderr, "%s: %s\n", name, err_name(err)); return EXIT_FAILURE;
	}
}

/* 10m, or an instant. */
static bool
since_read(const char *text, instant_t *ret_since)
{
	static const struct {
		char unit;
		int64_t ms;
	} units[] = {{'s', 1000}, {'m', 60000}, {'h', 3600000}, {'d', DAY_MS}};
	const size_t digits = strspn(text, "0123456789");
	char number[8];
	uint64_t n;
	if (digits == 0 || digits >= sizeof(number) || strlen(text) != digits + 1)
		return instant_parse(text, ret_since) == OK;
	snprintf(number, sizeof(number), "%.*s", (int)digits, text);
	for (size_t i = 0; i < ARRAY_SIZE(units); i++) {
		if (text[digits] != units[i].unit || text_to_u64(number, 999999, &n) != OK)
			continue;
		*ret_since = instant_now() - (int64_t)n * units[i].ms;
		return true;
	}
	return false;
}

static bool
what_read(const char *word, enum audit_what *ret_what)
{
	for (unsigned i = 0; i < AUDIT_WHAT_MAX; i++) {
		*ret_what = (enum audit_what)i;
		if (strcmp(audit_what_name(i), word) == 0)
			return true;
	}
	return false;
}

/* The words are not in the usage: the list would hide the rest. */
static int
what_refuse(const char *word)
{
	fprintf(stderr, "%s: unknown kind: %s; there are:", options_typed_name("hotel-audit"),
	        word);
	for (unsigned i = 0; i < AUDIT_WHAT_MAX; i++)
		fprintf(stderr, " %s", audit_what_name(i));
	fputc('\n', stderr);
	return EXIT_USAGE;
}

static int
list_run(const struct settings *settings, int argc, char **argv)
{
	struct audit_wanted wanted = {.what = "", .since = instant_now() - DAY_MS};
	enum audit_what what;
	for (int i = 1; i < argc; i++) {
		const bool has_value = i + 1 < argc;
		if (strcmp(argv[i], "--json") == 0)
			wanted.json = true;
		else if (strcmp(argv[i], "--since") == 0 && has_value) {
			if (!since_read(argv[++i], &wanted.since))
				return WRONG_USAGE;
		} else if (strcmp(argv[i], "--who") == 0 && has_value) {
			if (text_to_u64(argv[++i], INT64_MAX, &wanted.who) != OK)
				return WRONG_USAGE;
		} else if (strcmp(argv[i], "--what") == 0 && has_value)
			wanted.what = argv[++i];
		else
			return WRONG_USAGE;
	}
	if (*wanted.what && !what_read(wanted.what, &what))
		return what_refuse(wanted.what);
	return audit_list_command(settings, &wanted);
}

/* Only what ./hotel does itself: everything else is written by who does it. */
static int
add_run(const struct settings *settings, int argc, char **argv)
{
	enum audit_what what;
	if (argc != 4 || !what_read(argv[2], &what) || (what != AUDIT_KEY && what != AUDIT_SECRET))
		return WRONG_USAGE;
	return audit_add_command(settings, what, argv[3]);
}

static int
run(const struct settings *settings, int argc, char **argv)
{
	return argc > 1 && strcmp(argv[1], "add") == 0 ? add_run(settings, argc, argv)
	                                               : list_run(settings, argc, argv);
}

int
main(int argc, char **argv)
{
	const struct tool tool = {.name = "hotel-audit", .help = help, .run = run};
	return tool_run(&tool, argc, argv);
}
