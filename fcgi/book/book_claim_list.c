/* SPDX-License-Identifier: MIT */
/*
 * POST /books/claims - an account takes over every booking that was made without one with its verified
 * e-mail. Sent again, it takes over what is left.
 *
 *	200  the bookings that it took over, at most 100
 *	401  nobody is signed in        403  the account's e-mail is not verified
 */
#include "adapters/json/json.h"
#include "app/book/book.h"
#include "base/mem.h"
#include "fcgi/book/book_claimant.h"
#include "fcgi/book/book_response.h"
#include "fcgi/book/handlers.h"
#include "fcgi/hal.h"
#include "fcgi/request.h"
#include "fcgi/response.h"

#include <stdlib.h>

static struct json_object *
claims_view(const struct app *app, const struct request *req, const struct book_claims *claims)
{
	struct json_object *items = json_new_array();
	for (size_t i = 0; i < claims->n; i++)
		json_append(&items, book_item(app, &req->caller, &claims->books[i]));
	struct json_object *view = hal_list(req, "books", items);
	json_put_u64(&view, "claimed", claims->n);
	json_put_bool(&view, "more", claims->more);
	return view;
}

enum err
book_claim_list(const struct app *app, const struct request *req, struct response *res)
{
	CLEANUP(free_p) struct book_claims *claims = calloc(1, sizeof(*claims));
	struct claimant claimant;
	if (!claims)
		return ERR_MEMORY;
	enum err err = claimant_read(req, &claimant, res);
	if (err == OK)
		err = book_claim_all(app, &claimant, &req->origin, claims);
	claim_explain(err, res);
	if (err != OK)
		return err;
	return response_body(res, claims_view(app, req, claims));
}
