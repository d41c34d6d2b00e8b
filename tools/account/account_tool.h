/* SPDX-License-Identifier: MIT */
/*
 * account_tool - what the commands of hotel-account share. Each returns the exit status, and has printed
 * the result.
 */
#ifndef TOOLS_ACCOUNT_ACCOUNT_TOOL_H
#define TOOLS_ACCOUNT_ACCOUNT_TOOL_H

#include "app/account/account.h"

#define EXIT_REFUSED   1  /* it cannot be done; nothing was */
#define EXIT_TRY_AGAIN 75 /* the database is unavailable; the command may be repeated */

struct account_arguments {
	const char *words[2]; /* after the command, as it takes them */
	const char *name;     /* NULL: none */
	enum role role;       /* ROLE_GUEST: none was given */
	bool remove, json;
};

int account_add_command(const struct app *app, const struct account_arguments *arguments);
int account_adopt_command(const struct app *app, const struct account_arguments *arguments);
int account_list_command(const struct app *app, const struct account_arguments *arguments);
int account_role_command(const struct app *app, const struct account_arguments *arguments);
int account_password_command(const struct app *app, const struct account_arguments *arguments);
int account_erase_command(const struct app *app, const struct account_arguments *arguments);
int account_seal_command(const struct app *app, const struct account_arguments *arguments);
int account_second_factor_command(const struct app *app, const struct account_arguments *arguments);

/* Prints why a use case failed. */
int account_failed(enum err err, const char *whose);

/* The role of a name. False: there is none of this name that can be given. */
bool role_read(const char *name, enum role *ret_role);

#endif
