/*
 * tool - what all programs of the operator begin with: --help, --version, and their settings.
 *
 *	int
 *	main(int argc, char **argv)
 *	{
 *		return tool_run(&tool, argc, argv);
 *	}
 */
#ifndef TOOLS_COMMON_TOOL_H
#define TOOLS_COMMON_TOOL_H

#include "config/settings.h"

#define EXIT_USAGE 2 /* wrong arguments, or wrong settings */

struct tool {
	const char *name;  /* "hotel-dead" */
	const char *usage; /* what --help prints, and wrong arguments are answered with */
	/* What it does. Returns the exit status; EXIT_USAGE: the arguments are wrong, and nothing
	 * was said or done yet. */
	int (*run)(const struct settings *settings, int argc, char **argv);
};

/* The whole life of the program. Returns its exit status. */
int tool_run(const struct tool *tool, int argc, char **argv);

#endif
