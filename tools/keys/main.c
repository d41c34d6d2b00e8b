/* SPDX-License-Identifier: MIT */
/*
 * hotel-keys - makes, lists and replaces the keys that tokens are signed with, and signs a token for an
 * operator.
 *
 * A key is two files: SECRETS/key-NAME, its private half, and PUBLIC/NAME.jwks, the public keys of that
 * issuer. Running programs see when they change.
 */
#include "adapters/jose/issuer.h"
#include "adapters/jose/key_files.h"
#include "base/clock.h"
#include "base/mem.h"
#include "base/text.h"
#include "tools/common/tool.h"

#include <stdio.h>
#include <string.h>

#define PATH_SIZE      512
#define ACCOUNT_ISSUER "account"

static const char help[] =
	"Usage: $0 make SECRETS PUBLIC NAME...\n"
	"  or:  $0 list SECRETS PUBLIC NAME...\n"
	"  or:  $0 rotate [--now] SECRETS PUBLIC NAME...\n"
	"  or:  $0 token SECRETS ACCOUNT ROLE...\n"
	"  or:  $0 call SECRETS NAME CONTEXT\n"
	"Make, list and replace the keys of tokens, and sign tokens.\n"
	"\n"
	"SECRETS is the folder of the private keys, key-NAME, and PUBLIC that of the public ones,\n"
	"NAME.jwks. Settings come from the environment: HOTEL_ISSUER.\n"
	"\n"
	"Commands:\n"
	"  make    make the keys that are missing\n"
	"  list    list the public keys: name, key id, what it does, since when\n"
	"  rotate  replace the keys; tokens of the old ones stay valid until they expire\n"
	"  token   print an access token of the account with this number, for 15 minutes; ROLE is\n"
	"          guest, host or operator\n"
	"  call    print a token with which NAME calls the service of CONTEXT, for a minute\n"
	"\n"
	"Options:\n"
	"  --now      tokens of the old keys end at once\n"
	"  --version  print the version\n"
	"  --help     print this help\n"
	"\n"
	"Exit status:\n"
	"  0  done\n"
	"  1  a file cannot be read or written\n"
	"  2  wrong usage or settings\n"
	"\n"
	"Examples:\n"
	"  $0 make .run/secrets .run/keys account room book operator\n"
	"  $0 token .run/secrets 42 guest\n";

/* The paths of one issuer's key. */
struct key_paths {
	char private_key[PATH_SIZE], public_keys[PATH_SIZE], next_key[PATH_SIZE];
};

static int
failed(const char *name, enum err err)
{
	fprintf(stderr, "%s: the key %s: %s\n", options_typed_name("hotel-keys"), name,
	        err == ERR_UNAVAILABLE ? "its file cannot be read" : err_name(err));
	return EXIT_FAILURE;
}

static enum err
paths_of(char **folders, const char *name, struct key_paths *ret_paths)
{
	struct key_paths *paths = ret_paths;
	const int lengths[] = {
		snprintf(paths->private_key, PATH_SIZE, "%s/key-%s", folders[0], name),
		snprintf(paths->next_key, PATH_SIZE, "%s/key-%s.next", folders[0], name),
		snprintf(paths->public_keys, PATH_SIZE, "%s/%s.jwks", folders[1], name),
	};
	for (size_t i = 0; i < ARRAY_SIZE(lengths); i++)
		if (lengths[i] < 0 || lengths[i] >= PATH_SIZE)
			return ERR_TOO_LARGE;
	return OK;
}

/* Does something with the keys of each name. */
typedef enum err key_fn(const struct key_paths *paths, const char *name, bool at_once);

static int
each_key(char **folders, int n, key_fn *act, bool at_once)
{
	for (int i = 2; i < n; i++) {
		struct key_paths paths;
		enum err err = paths_of(folders, folders[i], &paths);
		if (err == OK)
			err = act(&paths, folders[i], at_once);
		if (err != OK)
			return failed(folders[i], err);
	}
	return EXIT_SUCCESS;
}

static struct key_files
files_of(const struct key_paths *paths)
{
	return (struct key_files){paths->private_key, paths->public_keys};
}

static enum err
key_make(const struct key_paths *paths, const char *name, bool at_once)
{
	const struct key_files files = files_of(paths);
	(void)name, (void)at_once;
	return key_files_make(&files, instant_now());
}

static enum err
key_publish(const struct key_paths *paths, const char *name, bool at_once)
{
	const struct key_files files = files_of(paths);
	(void)name, (void)at_once;
	return key_files_publish(&files, paths->next_key, instant_now());
}

static enum err
key_switch(const struct key_paths *paths, const char *name, bool at_once)
{
	const struct key_files files = files_of(paths);
	(void)name;
	return key_files_switch(&files, paths->next_key, at_once, instant_now());
}

static void
key_print(void *arg, const struct key_info *info)
{
	char since[INSTANT_TEXT] = "-", until[INSTANT_TEXT];
	const char *name = arg;
	if (info->since)
		instant_format(info->since, since);
	printf("%-10s %-44s %s", name, info->kid, since);
	if (info->signs)
		printf("  signs\n");
	else if (info->until)
		printf("  verifies until %s\n", instant_format(info->until, until));
	else
		printf("  verifies\n");
}

static enum err
key_list(const struct key_paths *paths, const char *name, bool at_once)
{
	const struct key_files files = files_of(paths);
	(void)at_once;
	return key_files_list(&files, key_print, (void *)name);
}

/* All new keys are published before any of them is used, so that one wait is enough. */
static int
rotate(char **folders, int n, bool at_once)
{
	int status = each_key(folders, n, key_publish, at_once);
	if (status != EXIT_SUCCESS)
		return status;
	sleep_ms(KEY_PUBLISH_MS);
	return each_key(folders, n, key_switch, at_once);
}

/* ---- a token --------------------------------------------------------------------------------- */

static bool
roles_parse(char **names, int n, unsigned *ret_roles)
{
	static const enum role roles[] = {ROLE_GUEST, ROLE_HOST, ROLE_OPERATOR};
	*ret_roles = 0;
	for (int i = 0; i < n; i++) {
		unsigned role = 0;
		for (size_t k = 0; k < ARRAY_SIZE(roles); k++)
			role |= strcmp(names[i], role_name(roles[k])) == 0 ? roles[k] : 0;
		if (!role)
			return false;
		*ret_roles |= role;
	}
	return n > 0;
}

/* Signs the claims with the key of a name, as this issuer, and prints the token. */
static int
token_print(const char *folder, const char *name, const char *iss,
            const struct token_claims *claims)
{
	char key[PATH_SIZE], token[TOKEN_TEXT];
	struct jose_issuer *jose = NULL;
	const int length = snprintf(key, sizeof(key), "%s/key-%s", folder, name);
	enum err err = length > 0 && length < PATH_SIZE ? OK : ERR_TOO_LARGE;
	if (err == OK)
		err = jose_issuer_open(iss, key, &jose);
	if (err == OK) {
		const struct token_issuer issuer = jose_issuer_port(jose);
		err = issuer.issue(issuer.self, claims, token, TOKEN_TEXT);
	}
	jose_issuer_close(jose);
	if (err != OK)
		return failed(name, err);
	return puts(token) >= 0 && fflush(stdout) == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

/* SECRETS ACCOUNT ROLE... */
static int
access_token(const struct settings *settings, char **words, int n)
{
	struct token_claims claims;
	char jti[UUID_TEXT];
	uint64_t account;
	unsigned roles;
	if (n < 3 || text_to_u64(words[1], INT64_MAX, &account) != OK || account == 0 ||
	    !roles_parse(words + 2, n - 2, &roles))
		return WRONG_USAGE;
	enum err err = uuid_v7(jti);
	if (err != OK)
		return failed(ACCOUNT_ISSUER, err);
	token_access_claims(account, roles, jti, instant_now(), &claims);
	return token_print(words[0], ACCOUNT_ISSUER, settings->issuer, &claims);
}

/* SECRETS NAME CONTEXT */
static int
service_token(char **words, int n)
{
	struct token_claims claims;
	char jti[UUID_TEXT];
	if (n != 3)
		return WRONG_USAGE;
	enum err err = uuid_v7(jti);
	if (err == OK)
		err = token_service_claims(words[1], words[2], jti, instant_now(), &claims);
	if (err != OK)
		return failed(words[1], err);
	return token_print(words[0], words[1], words[1], &claims);
}

static int
run(const struct settings *settings, int argc, char **argv)
{
	const char *command = argc > 1 ? argv[1] : "";
	const bool at_once = argc > 2 && strcmp(argv[2], "--now") == 0;
	char **words = argv + (at_once ? 3 : 2);
	const int n = argc - (at_once ? 3 : 2);
	if (n < 3 || (at_once && strcmp(command, "rotate") != 0))
		return WRONG_USAGE;
	if (strcmp(command, "make") == 0)
		return each_key(words, n, key_make, false);
	if (strcmp(command, "list") == 0)
		return each_key(words, n, key_list, false);
	if (strcmp(command, "rotate") == 0)
		return rotate(words, n, at_once);
	if (strcmp(command, "token") == 0)
		return access_token(settings, words, n);
	if (strcmp(command, "call") == 0)
		return service_token(words, n);
	return WRONG_USAGE;
}

int
main(int argc, char **argv)
{
	const struct tool tool = {.name = "hotel-keys", .help = help, .run = run};
	return tool_run(&tool, argc, argv);
}
