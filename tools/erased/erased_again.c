/* SPDX-License-Identifier: MIT */
/* erased_again - the steps in the databases of account and book, which have lists. */
#include "adapters/files/erased_file.h"
#include "adapters/json/event.h"
#include "app/account/account.h"
#include "app/book/book.h"
#include "base/mem.h"
#include "tools/common/command_actor.h"
#include "tools/erased/erased_tool.h"

#include <inttypes.h>

static const struct origin nobody = {.request_id = ""};

/* What a step writes, and of how many. */
struct step {
	const struct app *app;
	FILE *file;
	uint64_t n;
};

static enum err
list_read(struct step *step, erased_visit *visit)
{
	uint64_t unreadable;
	const char *path = step->app->settings->erased_file;
	enum err err = erased_file_read(path, visit, step, &unreadable);
	if (unreadable)
		fprintf(stderr, "left out: %" PRIu64 " lines of %s that cannot be read\n",
		        unreadable, path);
	if (err == OK && fflush(step->file) != 0)
		err = ERR_SYSTEM_HERE();
	return err;
}

/* ---- accounts ---- */

static enum err
account_visit(void *arg, const struct erased *erased)
{
	struct step *step = arg;
	const struct audit_actor by = command_actor();
	if (erased->kind != ERASED_ACCOUNT)
		return OK;
	enum err err = account_erase_again(step->app, erased, &by);
	if (err == ERR_NOT_FOUND)
		return OK;
	if (err == OK && fprintf(step->file, "%" PRIu64 "\n", erased->account_id) < 0)
		err = ERR_SYSTEM_HERE();
	step->n += err == OK;
	return err;
}

enum err
erased_accounts(const struct app *app, FILE *file, uint64_t *ret_n)
{
	struct step step = {.app = app, .file = file};
	enum err err = list_read(&step, account_visit);
	*ret_n = step.n;
	return err;
}

/* ---- bookings ---- */

static enum err
book_write(void *arg, const struct book *book, bool done)
{
	struct step *step = arg;
	struct event event;
	CLEANUP(buf_done) struct buf body = BUF_INIT(EVENT_BODY_MAX);
	enum err err = event_about_erasure(book, &nobody, &event);
	if (err == OK)
		err = event_write(&event, &body);
	if (err == OK && fprintf(step->file, "%s\n", body.data) < 0)
		err = ERR_SYSTEM_HERE();
	step->n += err == OK && done;
	return err;
}

static enum err
book_visit(void *arg, const struct erased *erased)
{
	struct step *step = arg;
	struct book book;
	bool done;
	if (erased->kind != ERASED_BOOK)
		return OK;
	enum err err = book_erase_again(step->app, erased, &nobody, &book, &done);
	if (err == ERR_NOT_FOUND)
		return OK;
	return err == OK ? book_write(step, &book, done) : err;
}

enum err
erased_books(const struct app *app, FILE *accounts, FILE *file, uint64_t *ret_n)
{
	struct step step = {.app = app, .file = file};
	struct book_erasures to = {.visit = book_write, .arg = &step};
	uint64_t id;
	enum err err = OK;
	while (err == OK && (err = erased_number_next(accounts, &id)) == OK)
		err = book_erase_left(app, id, &nobody, &to);
	if (err == ERR_NOT_FOUND)
		err = list_read(&step, book_visit);
	*ret_n = step.n;
	return err;
}
