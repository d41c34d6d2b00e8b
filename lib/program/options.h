/* SPDX-License-Identifier: MIT */
/*
 * options - the command line of every program: --help, --version, wrong usage and wrong settings.
 *
 * A help text begins with "Usage: $0 ..." and one sentence; options, examples and exit status
 * follow, so that help2man makes a manual page of it. $0 stands for the program's name, or for the
 * command that people type, if the caller names it in the environment: PROGRAM_NAME="./hotel dead".
 */
#ifndef PROGRAM_OPTIONS_H
#define PROGRAM_OPTIONS_H

#include "config/settings.h"

#include <stdbool.h>

#define EXIT_USAGE  2    /* exit status: wrong arguments, or wrong settings */
#define WRONG_USAGE (-1) /* for functions that return an exit status: the usage is to be shown */

/* What --version prints and the admin listener reports. */
extern const char program_version[];

/* What people type to run this program: PROGRAM_NAME of the environment, or name. For messages. */
const char *options_typed_name(const char *name);

/* Whether the only argument is --help or --version: then it is answered on stdout, and *ret_status
 * is the exit status. */
bool options_answered(const char *name, const char *help, int argc, char **argv, int *ret_status);

/* Says on stderr which option is unknown, if one is, and shows the usage. Returns EXIT_USAGE. */
int options_refuse(const char *name, const char *help, int argc, char **argv);

/* Reads the settings from the environment, starts the log, and forbids core dumps unless the settings
 * allow them. ERR_INVALID: all faults are on stderr, one a line. ERR_SYSTEM. */
MUST_CHECK enum err options_settings(const char *name, struct settings *ret_settings);

/* For --check-config: prints all settings. Returns the exit status. */
int options_print_settings(const struct settings *settings);

#endif
