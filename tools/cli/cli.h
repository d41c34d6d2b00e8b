/* SPDX-License-Identifier: MIT */
/*
 * cli - what the commands of hotel-cli share: one command, one file. They call use cases and ports
 * as the HTTP handlers do.
 */
#ifndef TOOLS_CLI_CLI_H
#define TOOLS_CLI_CLI_H

#include "app/app.h"

#define EXIT_FAULTY    1  /* the input has faults, all of them are printed; nothing was done */
#define EXIT_TRY_AGAIN 75 /* a part is unavailable; the command may be repeated */

struct cli_arguments {
	const char *file; /* NULL: none */
	uint64_t host_id; /* 0: the anonymous host */
	bool dry_run;
	bool json; /* print JSON */
};

/* Each returns the exit status, and has printed the result. */

/* Registers the rooms of a CSV file, all of them or none; dry_run: only prints them. */
int rooms_import(const struct app *app, const struct cli_arguments *arguments);

/* Prints the open rooms of a host. */
int rooms_list(const struct app *app, const struct cli_arguments *arguments);

/* Prints why a use case failed. EXIT_TRY_AGAIN, or EXIT_FAILURE for a fault of this program. */
int cli_failed(enum err err);

#endif
