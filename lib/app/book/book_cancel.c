/* book_cancel - a guest or a host cancels an own book; and room closes a room. */
#include "app/book/book_outcome.h"

#include <stdio.h>

static enum err
check_cancel(const struct app *app, const struct book *book, const struct caller *caller,
             struct book_outcome *ret_outcome)
{
	enum book_status next;
	char start[DAY_TEXT];
	if (book_next(book->status, BOOK_CANCEL, &next) != OK) {
		snprintf(ret_outcome->detail, sizeof(ret_outcome->detail),
		         "The booking is %s; there is nothing left to cancel.",
		         book_status_name(book->status));
		return ERR_STATE_CONFLICT;
	}
	if (!book_cancel_in_time(book, caller, app_today(app))) {
		snprintf(ret_outcome->detail, sizeof(ret_outcome->detail),
		         "A guest may cancel until the day of arrival, %s, begins; ask the host.",
		         day_format(book->stay.start, start));
		return ERR_STATE_CONFLICT;
	}
	return OK;
}

bool
book_can_cancel(const struct app *app, const struct book *book, const struct caller *caller)
{
	struct book_outcome ignored;
	return book_belongs_to(book, caller) && check_cancel(app, book, caller, &ignored) == OK;
}

enum err
book_cancel(const struct app *app, const struct book_cancel *cancel,
            struct book_outcome *ret_outcome)
{
	const struct caller *caller = &cancel->origin.caller;
	struct book *book = &ret_outcome->book;
	*ret_outcome = (struct book_outcome){0};
	enum err err = book_replay(app, &cancel->key, ret_outcome);
	if (err != ERR_NOT_FOUND)
		return err;
	err = app->books->find(app->books->self, cancel->id, caller, book);
	if (err == OK && cancel->if_version && cancel->if_version != book->version)
		err = ERR_VERSION_CONFLICT;
	if (err == OK)
		err = check_cancel(app, book, caller, ret_outcome);
	if (err != OK)
		return err;
	struct book_change change = {.id = cancel->id,
	                             .action = BOOK_CANCEL,
	                             .if_version = cancel->if_version,
	                             .key = cancel->key,
	                             .origin = cancel->origin};
	snprintf(change.why, sizeof(change.why), "cancelled by the %s",
	         (caller->roles & ROLE_HOST) ? "host" : "guest");
	return app->books->apply(app->books->self, &change, book);
}

enum err
book_close_room(const struct app *app, uint64_t room_id, bool cancel_bookings,
                const struct origin *origin)
{
	return app->books->close_room(app->books->self, room_id, cancel_bookings, app_today(app),
	                              origin);
}
