/* SPDX-License-Identifier: MIT */
/*
 * tool - the start of a command-line program: --help, --version, settings.
 *
 *	int
 *	main(int argc, char **argv)
 *	{
 *		return tool_run(&tool, argc, argv);
 *	}
 */
#ifndef TOOLS_COMMON_TOOL_H
#define TOOLS_COMMON_TOOL_H

#include "program/options.h"

struct tool {
	const char *name; /* "hotel-dead" */
	const char *help; /* see program/options.h */
	/* Does the work. Returns the exit status, or WRONG_USAGE if it has neither done nor printed
	 * anything. */
	int (*run)(const struct settings *settings, int argc, char **argv);
};

/* Runs the program from its command line to its end. Returns the exit status; 2 after wrong usage
 * or wrong settings. */
int tool_run(const struct tool *tool, int argc, char **argv);

#endif
