/* SPDX-License-Identifier: MIT */
/* book_cancel - a guest or a host cancels an own booking. */
#include "app/book/book_settle.h"

#include <stdio.h>

static enum err
check_cancel(const struct app *app, const struct book *book, const struct caller *caller,
             struct book_result *ret_result)
{
	enum book_status next;
	char start[DAY_TEXT];
	if (book_next(book->status, BOOK_CANCEL, &next) != OK) {
		snprintf(ret_result->detail, sizeof(ret_result->detail),
		         "The booking is %s; there is nothing left to cancel.",
		         book_status_name(book->status));
		return ERR_STATE_CONFLICT;
	}
	if (!book_cancel_in_time(book, caller, app_today(app))) {
		snprintf(ret_result->detail, sizeof(ret_result->detail),
		         "A guest may cancel until the day of arrival, %s, begins; ask the host.",
		         day_format(book->stay.start, start));
		return ERR_STATE_CONFLICT;
	}
	return OK;
}

bool
book_can_cancel(const struct app *app, const struct book *book, const struct caller *caller)
{
	struct book_result ignored;
	return book_belongs_to(book, caller) && check_cancel(app, book, caller, &ignored) == OK;
}

enum err
book_cancel(const struct app *app, const struct book_cancel_request *cancel,
            struct book_result *ret_result)
{
	const struct caller *caller = &cancel->origin.caller;
	struct book *book = &ret_result->book;
	*ret_result = (struct book_result){0};
	enum err err = app->books->replay(app->books->self, &cancel->key, &ret_result->book);
	ret_result->replayed = err == OK;
	if (err == OK)
		return book_err_of_replay(caller, OK, ret_result);
	if (err != ERR_NOT_FOUND)
		return err;
	err = app->books->find(app->books->self, cancel->id, caller, book);
	if (err == OK)
		err = precondition_check(&cancel->condition, book->version);
	if (err == OK)
		err = check_cancel(app, book, caller, ret_result);
	if (err != OK)
		return err;
	struct book_change change = {.id = cancel->id,
	                             .action = BOOK_CANCEL,
	                             .condition = cancel->condition,
	                             .owned = true,
	                             .key = cancel->key,
	                             .origin = cancel->origin};
	snprintf(change.why, sizeof(change.why), "cancelled by the %s",
	         (caller->roles & ROLE_HOST) ? "host" : "guest");
	return app->books->apply(app->books->self, &change, book);
}
