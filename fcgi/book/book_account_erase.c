/* SPDX-License-Identifier: MIT */
/*
 * POST /books/accounts/{accountId}/erase - erases the contact of bookings of an account that was deleted, at
 * most 100 at a time. For services only.
 *
 *	200  how many were erased, whether there may be more, and how many are left because their guest may
 *	     still come or has to pay
 *	401  not a service              422  number 0 is no account
 */
#include "adapters/json/json.h"
#include "app/book/book.h"
#include "fcgi/book/handlers.h"
#include "fcgi/request.h"
#include "fcgi/response.h"

static void
ignore(void *arg, const struct book *book)
{
	(void)arg;
	(void)book;
}

enum err
book_account_erase(const struct app *app, const struct request *req, struct response *res)
{
	size_t erased = 0;
	uint64_t standing = 0;
	bool more = false;
	enum err err = book_erase_of_account(app, req->ids[0], &req->origin, &erased, &more);
	if (err == OK)
		err = book_standing(app, req->ids[0], 1, ignore, NULL, &standing);
	if (err != OK)
		return err;
	struct json_object *view = json_new_object();
	json_put_u64(&view, "erased", erased);
	json_put_bool(&view, "more", more);
	json_put_u64(&view, "standing", standing);
	return response_body(res, view);
}
