/* SPDX-License-Identifier: MIT */
/* book_erase_again - erases in a restored backup what was erased after that backup had been made. */
#include "app/book/book.h"
#include "base/mem.h"

#include <string.h>

enum err
book_erase_again(const struct app *app, const struct erased *erased, const struct origin *origin,
                 struct book *ret_book, bool *ret_done)
{
	struct book_erasure erasure = {.today = app_today(app), .again = true, .origin = *origin};
	memcpy(erasure.reference, erased->reference, sizeof(erasure.reference));
	return app->books->erase(app->books->self, &erasure, ret_book, ret_done);
}

/* Shows the bookings of these ids that could be erased. ret_n: how many. */
static enum err
ids_erase(const struct app *app, const uint64_t ids[], size_t n, const struct book_erasure *like,
          struct book_erasures *to, size_t *ret_n)
{
	enum err err = OK;
	*ret_n = 0;
	for (size_t i = 0; err == OK && i < n; i++) {
		struct book_erasure erasure = *like;
		struct book book;
		bool done = false;
		erasure.id = ids[i];
		err = app->books->erase(app->books->self, &erasure, &book, &done);
		if (err == OK)
			err = to->visit(to->arg, &book, done);
		else if (err == ERR_STATE_CONFLICT || err == ERR_NOT_FOUND)
			err = OK;
		*ret_n += done;
	}
	return err;
}

enum err
book_erase_left(const struct app *app, uint64_t account_id, const struct origin *origin,
                struct book_erasures *to)
{
	const day_t last = app_today(app) + STAY_DAYS_AHEAD + STAY_NIGHTS_MAX;
	const struct erasable_query query = {.guest_id = account_id, .until = last};
	const struct book_erasure like = {.today = last, .origin = *origin};
	uint64_t ids[BOOK_ERASURES_MAX];
	size_t found = BOOK_ERASURES_MAX, done = 1;
	enum err err = account_id ? OK : ERR_INVALID;
	while (err == OK && found == BOOK_ERASURES_MAX && done) {
		err = app->books->erasable(app->books->self, &query, ids, BOOK_ERASURES_MAX,
		                           &found);
		if (err == OK)
			err = ids_erase(app, ids, found, &like, to, &done);
	}
	return err;
}
