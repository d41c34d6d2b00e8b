/* SPDX-License-Identifier: MIT */
/* hotel-erased - erases in a restored backup what was erased after it had been made. */
#include "adapters/files/erased_file.h"
#include "app/alarm/notify.h"
#include "base/mem.h"
#include "composition/composition.h"
#include "tools/common/tool.h"
#include "tools/erased/erased_tool.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define EXIT_REFUSED     1
#define EXIT_UNAVAILABLE 3

static const char help[] =
	"Usage: $0 account > NUMBERS\n"
	"  or:  $0 book NUMBERS > EVENTS\n"
	"  or:  $0 mypage EVENTS\n"
	"  or:  $0 alarm EVENTS NUMBERS\n"
	"  or:  $0 add book|account < LIST\n"
	"  or:  $0 keep\n"
	"Erase in a restored backup what was erased after it had been made.\n"
	"\n"
	"The steps of a restore, in this order, before any program starts: account deletes the\n"
	"accounts of the list and prints their numbers; book erases the bookings of the list and\n"
	"of these accounts and prints the events; mypage and alarm take them. add appends lines "
	"of\n"
	"another machine's list, and keep those that wait in the database. Settings come from the\n"
	"environment: HOTEL_DB_* of the context, and HOTEL_ERASED_FILE, its list.\n"
	"\n"
	"Options:\n"
	"  --version  print the version\n"
	"  --help     print this help\n"
	"\n"
	"Exit status:\n"
	"  0  done; the last line on stderr is how many were erased, taken or added, or how many\n"
	"     rounds it took\n"
	"  1  failed; the step can be repeated\n"
	"  2  wrong usage or settings\n"
	"  3  the database is unavailable\n"
	"\n"
	"Examples:\n"
	"  $0 add book < /media/usb/erased/book\n";

static int
report(enum err err, uint64_t n)
{
	if (err == OK) {
		fprintf(stderr, "%" PRIu64 "\n", n);
		return EXIT_SUCCESS;
	}
	const char *why = err == ERR_SYSTEM ? strerror(errno) : err_name(err);
	fprintf(stderr, "%s: %s\n", options_typed_name("hotel-erased"), why);
	return err == ERR_UNAVAILABLE || err == ERR_TIMEOUT ? EXIT_UNAVAILABLE : EXIT_REFUSED;
}

static enum err
mypage_merge(const struct app *app, const struct event events[], size_t n)
{
	return app->mypages->merge(app->mypages->self, events, n);
}

static enum err
account_step(const struct app *app, FILE *const files[], uint64_t *ret_n)
{
	(void)files;
	return erased_accounts(app, stdout, ret_n);
}

static enum err
book_step(const struct app *app, FILE *const files[], uint64_t *ret_n)
{
	return erased_books(app, files[0], stdout, ret_n);
}

static enum err
mypage_step(const struct app *app, FILE *const files[], uint64_t *ret_n)
{
	return erased_events(app, files[0], mypage_merge, ret_n);
}

static enum err
alarm_step(const struct app *app, FILE *const files[], uint64_t *ret_n)
{
	enum err err = erased_events(app, files[0], notify, ret_n);
	return err == OK ? erased_recipients(app, files[1]) : err;
}

static enum err
keep_step(const struct app *app, FILE *const files[], uint64_t *ret_n)
{
	bool more = true;
	enum err err = OK;
	(void)files;
	for (; err == OK && more; ++*ret_n)
		err = erased_keep(app, &more);
	return err;
}

#define FILES_MAX 2

static const struct step {
	const char *name;
	unsigned stores; /* enum store */
	int files;
	enum err (*run)(const struct app *app, FILE *const files[], uint64_t *ret_n);
} steps[] = {
	{"account", STORE_ACCOUNTS | STORE_ERASED, 0, account_step},
	{"book", STORE_BOOKS | STORE_ERASED, 1, book_step},
	{"keep", STORE_ERASED, 0, keep_step},
	{"mypage", STORE_MYPAGES, 1, mypage_step},
	{"alarm", STORE_NOTIFICATIONS, 2, alarm_step},
};

static int
step_run(const struct settings *settings, const struct step *step, char *const paths[])
{
	FILE *files[FILES_MAX] = {NULL};
	struct app *app = NULL;
	uint64_t n = 0;
	enum err err = OK;
	for (int i = 0; err == OK && i < step->files; i++) {
		files[i] = fopen(paths[i], "re");
		if (!files[i])
			err = ERR_SYSTEM_HERE();
	}
	if (err == OK)
		err = composition_open(settings, step->stores, &app);
	if (err == OK)
		err = step->run(app, files, &n);
	const int status = report(err, n);
	composition_close(app);
	for (int i = 0; i < step->files; i++)
		if (files[i])
			fclose(files[i]);
	return status;
}

static int
add(const struct settings *settings, const char *name)
{
	uint64_t n = 0, unreadable = 0;
	const bool is_book = strcmp(name, "book") == 0;
	if (!is_book && strcmp(name, "account") != 0)
		return WRONG_USAGE;
	if (!*settings->erased_file) {
		fprintf(stderr, "%s: HOTEL_ERASED_FILE is not set: add needs the list\n",
		        options_typed_name("hotel-erased"));
		return EXIT_USAGE;
	}
	enum err err = erased_add(settings->erased_file, stdin,
	                          is_book ? ERASED_BOOK : ERASED_ACCOUNT, &n, &unreadable);
	if (unreadable)
		fprintf(stderr, "left out: %" PRIu64 " lines that cannot be read\n", unreadable);
	return report(err, n);
}

static int
run(const struct settings *settings, int argc, char **argv)
{
	if (argc == 3 && strcmp(argv[1], "add") == 0)
		return add(settings, argv[2]);
	for (size_t i = 0; argc > 1 && i < ARRAY_SIZE(steps); i++)
		if (strcmp(argv[1], steps[i].name) == 0 && argc == 2 + steps[i].files)
			return step_run(settings, &steps[i], argv + 2);
	return WRONG_USAGE;
}

int
main(int argc, char **argv)
{
	const struct tool tool = {.name = "hotel-erased", .help = help, .run = run};
	return tool_run(&tool, argc, argv);
}
