/* SPDX-License-Identifier: MIT */
/*
 * GET /books/accounts/{accountId} - the bookings that keep an account: whose guest may still come or has to
 * pay. For services only.
 *
 *	200  some of them, and how many there are
 *	401  not a service
 */
#include "adapters/json/json.h"
#include "adapters/json/view.h"
#include "app/book/book.h"
#include "fcgi/book/handlers.h"
#include "fcgi/request.h"
#include "fcgi/response.h"

#define BOOKS_MAX 20 /* of a status */

static void
append(void *arg, const struct book *book)
{
	struct json_object **items = arg, *item = NULL;
	json_append(items, book_view(book, &item) == OK ? item : NULL);
}

enum err
book_account_read(const struct app *app, const struct request *req, struct response *res)
{
	struct json_object *items = json_new_array(), *view = json_new_object();
	uint64_t total;
	enum err err = book_standing(app, req->ids[0], BOOKS_MAX, append, &items, &total);
	if (err != OK) {
		json_p(&items);
		json_p(&view);
		return err;
	}
	json_put_value(&view, "books", items);
	json_put_u64(&view, "total", total);
	return response_body(res, view);
}
