/*
 * cli - what the commands of hotel-cli share: one command, one file; they speak to use cases and
 * ports as the handlers of HTTP do.
 */
#ifndef TOOLS_CLI_CLI_H
#define TOOLS_CLI_CLI_H

#include "app/app.h"

#define EXIT_FAULTY 1  /* the input has faults, all of them were told; nothing was done */
#define EXIT_USAGE  2  /* wrong use */
#define EXIT_AWAY   75 /* a part is away; the same may be asked again, nothing happens twice */

struct cli_arguments {
	const char *file; /* NULL: none was given */
	uint64_t host_id; /* 0: nobody in particular */
	bool dry_run;
};

/* Each gives the program's exit code, and has told what there is to tell. */

/* Registers the rooms of a CSV file, all of them or none; dry_run: tells what it would do. */
int rooms_import(const struct app *app, const struct cli_arguments *arguments);

/* Prints the open rooms of a host. */
int rooms_list(const struct app *app, const struct cli_arguments *arguments);

/* Tells why a use case failed. EXIT_AWAY, or EXIT_FAILURE for a fault of ours. */
int cli_failed(enum err err);

#endif
