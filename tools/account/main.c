/* SPDX-License-Identifier: MIT */
/* hotel-account - what operators do to accounts. */
#include "base/mem.h"
#include "composition/accounts.h"
#include "composition/clients.h"
#include "composition/composition.h"
#include "composition/tokens.h"
#include "tools/account/account_tool.h"
#include "tools/common/tool.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char help[] =
	"Usage: $0 add EMAIL [--name NAME] [--role ROLE]\n"
	"  or:  $0 adopt NUMBER EMAIL [--name NAME] [--role ROLE]\n"
	"  or:  $0 list [--role ROLE] [--json]\n"
	"  or:  $0 role EMAIL ROLE [--remove]\n"
	"  or:  $0 password EMAIL\n"
	"  or:  $0 second-factor EMAIL [--remove]\n"
	"  or:  $0 erase EMAIL\n"
	"  or:  $0 seal\n"
	"Make accounts, give them roles, passwords and second factors, and delete them.\n"
	"\n"
	"Passwords are random and printed once. An operator gets a second factor, too, and cannot\n"
	"act as one without it. Settings come from the environment: HOTEL_DB_* of account, and "
	"for\n"
	"erase HOTEL_INTERNAL_* and HOTEL_SERVICE_KEY_FILE, the operator's key.\n"
	"\n"
	"Commands:\n"
	"  add            make an account\n"
	"  adopt          make the account of a guest or host from before accounts, by its number\n"
	"  list           print the accounts\n"
	"  role           give a role; taking one ends the account's sessions\n"
	"  password       give a new password; the account's sessions end\n"
	"  second-factor  set up a second factor, or remove it\n"
	"  erase          delete an account, and have its contacts erased everywhere\n"
	"  seal           encrypt keys of one-time codes with the present secret; worker-account\n"
	"                 does it, too, and so does replacing the secret\n"
	"\n"
	"Options:\n"
	"  --name NAME  what the owner is called\n"
	"  --role ROLE  host or operator\n"
	"  --remove     take the role or the second factor\n"
	"  --json       print an array of accounts, each with the members of GET /accounts/me\n"
	"  --version    print the version\n"
	"  --help       print this help\n"
	"\n"
	"Exit status:\n"
	"  0   done\n"
	"  1   it cannot be done: the e-mail has an account, or has none, or bookings or rooms "
	"keep it\n"
	"  2   wrong usage or settings\n"
	"  75  the database, room or book is unavailable; try again\n"
	"\n"
	"Examples:\n"
	"  $0 add kim@example.com --role operator\n"
	"  $0 adopt 42 mina@example.com\n";

static const struct {
	const char *name;
	size_t words;
	bool takes_name, takes_role, takes_remove, takes_json;
	int (*run)(const struct app *app, const struct account_arguments *arguments);
} commands[] = {
	{"add", 1, true, true, false, false, account_add_command},
	{"adopt", 2, true, true, false, false, account_adopt_command},
	{"list", 0, false, true, false, true, account_list_command},
	{"role", 2, false, false, true, false, account_role_command},
	{"password", 1, false, false, false, false, account_password_command},
	{"second-factor", 1, false, false, true, false, account_second_factor_command},
	{"erase", 1, false, false, false, false, account_erase_command},
	{"seal", 0, false, false, false, false, account_seal_command},
};

int
account_failed(enum err err, const char *whose)
{
	const char *name = options_typed_name("hotel-account");
	switch ((int)err) {
	case ERR_NOT_FOUND: fprintf(stderr, "%s: %s has no account\n", name, whose); break;
	case ERR_STATE_CONFLICT: fprintf(stderr, "%s: %s has one already\n", name, whose); break;
	case ERR_TAKEN: fprintf(stderr, "%s: this number has an account\n", name); break;
	case ERR_INVALID: fprintf(stderr, "%s: %s is not an e-mail address\n", name, whose); break;
	case ERR_UNAVAILABLE:
	case ERR_TIMEOUT:
	case ERR_CONFLICT:
	case ERR_UNKNOWN:
		fprintf(stderr, "%s: the database does not answer, or room or book; try again\n",
		        name);
		return EXIT_TRY_AGAIN;
	default: fprintf(stderr, "%s: %s\n", name, err_name(err)); break;
	}
	return EXIT_REFUSED;
}

bool
role_read(const char *name, enum role *ret_role)
{
	*ret_role = strcmp(name, "host") == 0 ? ROLE_HOST : ROLE_OPERATOR;
	return *ret_role == ROLE_HOST || strcmp(name, "operator") == 0;
}

/* Reads the arguments after the command. Whether they are right. */
static bool
arguments_read(int argc, char **argv, size_t command, struct account_arguments *to)
{
	size_t n = 0;
	for (int i = 0; i < argc; i++) {
		const bool has_value = i + 1 < argc;
		if (strcmp(argv[i], "--json") == 0 && commands[command].takes_json)
			to->json = true;
		else if (strcmp(argv[i], "--remove") == 0 && commands[command].takes_remove)
			to->remove = true;
		else if (strcmp(argv[i], "--name") == 0 && commands[command].takes_name &&
		         has_value)
			to->name = argv[++i];
		else if (strcmp(argv[i], "--role") == 0 && commands[command].takes_role &&
		         has_value) {
			if (!role_read(argv[++i], &to->role))
				return false;
		} else if (strncmp(argv[i], "--", 2) != 0 && n < commands[command].words)
			to->words[n++] = argv[i];
		else
			return false;
	}
	return n == commands[command].words;
}

static int
command_run(const struct settings *settings, size_t command,
            const struct account_arguments *arguments)
{
	struct app *app;
	enum err err = composition_open(settings, STORE_ACCOUNTS, &app);
	if (err != OK)
		return account_failed(err, "");
	err = composition_add_sign_in(app);
	if (err == OK)
		err = composition_add_service_issuer(app, "operator");
	if (err == OK)
		err = composition_add_account_contexts(app);
	const int status =
		err == OK ? commands[command].run(app, arguments) : account_failed(err, "");
	composition_close(app);
	return status;
}

static int
run(const struct settings *settings, int argc, char **argv)
{
	struct account_arguments arguments = {.role = ROLE_GUEST};
	for (size_t i = 0; argc > 1 && i < ARRAY_SIZE(commands); i++) {
		if (strcmp(argv[1], commands[i].name) != 0)
			continue;
		if (!arguments_read(argc - 2, argv + 2, i, &arguments))
			return WRONG_USAGE;
		return command_run(settings, i, &arguments);
	}
	return WRONG_USAGE;
}

int
main(int argc, char **argv)
{
	const struct tool tool = {.name = "hotel-account", .help = help, .run = run};
	return tool_run(&tool, argc, argv);
}
