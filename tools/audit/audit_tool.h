/* SPDX-License-Identifier: MIT */
/*
 * audit_tool - what the commands of hotel-audit share. Each returns the exit status, and has printed the
 * result.
 */
#ifndef TOOLS_AUDIT_AUDIT_TOOL_H
#define TOOLS_AUDIT_AUDIT_TOOL_H

#include "config/settings.h"
#include "domain/audit.h"

#include <stdbool.h>

#define EXIT_TRY_AGAIN 75 /* the database is unavailable; the command may be repeated */

/* Of these the last are shown; further ones need a narrower question. */
#define AUDIT_ROWS_MAX 10000u

/* Which entries are asked for. */
struct audit_wanted {
	instant_t since;
	uint64_t who;     /* by this account, or about it; 0: whoever */
	const char *what; /* ""; or the name of a kind */
	bool json;
};

int audit_list_command(const struct settings *settings, const struct audit_wanted *wanted);

/* Writes that somebody at the terminal replaced a key or a secret, into the audit of account. */
int audit_add_command(const struct settings *settings, enum audit_what what, const char *detail);

/* Prints why it failed. */
int audit_failed(enum err err);

#endif
