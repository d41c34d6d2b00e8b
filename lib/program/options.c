/* SPDX-License-Identifier: MIT */
/* options - the command line of every program. */
#include "program/options.h"

#include "base/buf.h"
#include "base/log.h"
#include "base/mem.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#define TEXT_MAX (256 * 1024) /* bytes of what is printed */

const char program_version[] = HOTEL_VERSION;

const char *
options_typed_name(const char *name)
{
	static const char variable[] = "PROGRAM_NAME=";
	for (char **at = environ; *at; at++)
		if (strncmp(*at, variable, strlen(variable)) == 0)
			return *at + strlen(variable);
	return name;
}

/* Prints the text up to end, $0 replaced. */
static int
text_print(FILE *to, const char *text, const char *end, const char *name)
{
	while (text < end) {
		const char *mark = strstr(text, "$0");
		const char *stop = mark && mark < end ? mark : end;
		if (fwrite(text, 1, (size_t)(stop - text), to) != (size_t)(stop - text))
			return EXIT_FAILURE;
		if (stop == end)
			break;
		fputs(name, to);
		text = stop + strlen("$0");
	}
	return fflush(to) == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

bool
options_answered(const char *name, const char *help, int argc, char **argv, int *ret_status)
{
	if (argc == 2 && strcmp(argv[1], "--help") == 0) {
		*ret_status =
			text_print(stdout, help, help + strlen(help), options_typed_name(name));
		return true;
	}
	if (argc == 2 && strcmp(argv[1], "--version") == 0) {
		bool printed = printf("%s (MyHotel) %s\n", name, program_version) > 0;
		*ret_status = printed && fflush(stdout) == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
		return true;
	}
	return false;
}

/* Whether the help text names this option. */
static bool
is_known(const char *help, const char *option)
{
	static const char in_names[] = "abcdefghijklmnopqrstuvwxyz-";
	size_t length = strlen(option);
	for (const char *at = help; (at = strstr(at, option)); at += length)
		if (!at[length] || !strchr(in_names, at[length]))
			return true;
	return false;
}

int
options_refuse(const char *name, const char *help, int argc, char **argv)
{
	const char *end = strstr(help, "\n\n");
	const char *typed = options_typed_name(name);
	for (int i = 1; i < argc; i++)
		if (argv[i][0] == '-' && !is_known(help, argv[i])) {
			fprintf(stderr, "%s: unknown option: %s\n", typed, argv[i]);
			break;
		}
	text_print(stderr, help, end ? end : help + strlen(help), typed);
	fprintf(stderr, "\nSee: %s --help\n", typed);
	return EXIT_USAGE;
}

/*
 * A core dump would have passwords, keys and names in it. A limit of 1 byte is too small for any file, and
 * unlike 0 keeps the kernel from calling a program of core_pattern as well (fs/coredump.c, do_coredump).
 * PR_SET_DUMPABLE would do the same, but gives /proc/PID to root, by which ./hotel knows its processes.
 */
static enum err
core_dumps_forbid(void)
{
	struct rlimit limit;
	if (getrlimit(RLIMIT_CORE, &limit) != 0)
		return ERR_SYSTEM_HERE();
	limit.rlim_max = limit.rlim_max > 1 ? 1 : limit.rlim_max;
	limit.rlim_cur = limit.rlim_max;
	return setrlimit(RLIMIT_CORE, &limit) == 0 ? OK : ERR_SYSTEM_HERE();
}

enum err
options_settings(const char *name, struct settings *ret_settings)
{
	CLEANUP(buf_done) struct buf faults = BUF_INIT(TEXT_MAX);
	enum err err = settings_read(environ, ret_settings, &faults);
	if (err != OK)
		fputs(faults.data ? faults.data : "out of memory\n", stderr);
	else
		log_init(name, (enum log_level)ret_settings->log_level);
	return err == OK && ret_settings->core_dumps == OFF ? core_dumps_forbid() : err;
}

int
options_print_settings(const struct settings *settings)
{
	CLEANUP(buf_done) struct buf text = BUF_INIT(TEXT_MAX);
	if (conf_print(settings_items, settings_count, settings, &text) != OK)
		return EXIT_FAILURE;
	if (fputs(text.data ? text.data : "", stdout) < 0 || fflush(stdout) != 0)
		return EXIT_FAILURE;
	return EXIT_SUCCESS;
}
