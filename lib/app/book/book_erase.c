/* SPDX-License-Identifier: MIT */
/* book_erase - erases contacts: those of an account that goes, and those of stays that ended long ago. */
#include "app/book/book.h"
#include "base/mem.h"

/* A booking that changed meanwhile is left out: its guest may come after all. */
static enum err
erase_one(const struct app *app, uint64_t id, day_t today, const struct origin *origin, size_t *n)
{
	const struct book_erasure erasure = {.id = id, .today = today, .origin = *origin};
	struct book book;
	bool done;
	enum err err = app->books->erase(app->books->self, &erasure, &book, &done);
	*n += err == OK;
	return err == ERR_STATE_CONFLICT || err == ERR_NOT_FOUND ? OK : err;
}

static enum err
erase_some(const struct app *app, const struct erasable_query *query, const struct origin *origin,
           size_t *ret_n, bool *ret_more)
{
	uint64_t ids[BOOK_ERASURES_MAX];
	size_t found = 0;
	*ret_n = 0;
	enum err err =
		app->books->erasable(app->books->self, query, ids, BOOK_ERASURES_MAX, &found);
	for (size_t i = 0; err == OK && i < found; i++)
		err = erase_one(app, ids[i], app_today(app), origin, ret_n);
	*ret_more = *ret_n == BOOK_ERASURES_MAX;
	return err;
}

enum err
book_erase_of_account(const struct app *app, uint64_t account_id, const struct origin *origin,
                      size_t *ret_n, bool *ret_more)
{
	const struct erasable_query query = {.guest_id = account_id, .until = app_today(app)};
	*ret_n = 0;
	*ret_more = false;
	if (!account_id)
		return ERR_INVALID;
	struct origin by = *origin;
	by.caller = (struct caller){.id = account_id, .roles = ROLE_GUEST};
	return erase_some(app, &query, &by, ret_n, ret_more);
}

enum err
book_standing(const struct app *app, uint64_t account_id, uint32_t max,
              void (*visit)(void *arg, const struct book *book), void *arg, uint64_t *ret_total)
{
	static const enum book_status standing[] = {BOOK_BOOKED, BOOK_PAYMENT_PENDING,
	                                            BOOK_REQUESTED};
	struct book_list list = {.caller = {.id = account_id, .roles = ROLE_GUEST},
	                         .paging = {.size = max, .sort = BOOK_SORT_START_DATE}};
	enum err err = OK;
	*ret_total = 0;
	list.filter.dates.start = app_today(app);
	for (size_t i = 0; err == OK && i < ARRAY_SIZE(standing); i++) {
		uint64_t n = 0;
		list.status = standing[i];
		list.filter.has_start = standing[i] == BOOK_BOOKED;
		err = app->books->list(app->books->self, &list, visit, arg, &n);
		*ret_total += n;
	}
	return err;
}

enum err
book_erase_old(const struct app *app, size_t *ret_n, bool *ret_more)
{
	const struct origin nobody = {.request_id = ""};
	const day_t days = (day_t)app->settings->contact_days;
	const struct erasable_query query = {.until = app_today(app) - days};
	*ret_n = 0;
	*ret_more = false;
	return days ? erase_some(app, &query, &nobody, ret_n, ret_more) : OK;
}
