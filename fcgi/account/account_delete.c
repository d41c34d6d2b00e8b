/* SPDX-License-Identifier: MIT */
/*
 * DELETE /accounts/me, POST /accounts/me/delete - the owner leaves: account, sessions and the contacts of all
 * bookings are erased. Bookings, nights and payments stay as numbers.
 *
 *	204  deleted; the e-mail may sign up again
 *	401  nobody is signed in
 *	409  the account has stays to come, unpaid bookings or open rooms, which the problem lists
 *	422  invalid body, or password or code are wrong
 *	429  too many tries have failed     503  room or book do not answer; nothing was done
 */
#include "adapters/json/json.h"
#include "app/account/account_audit.h"
#include "base/mem.h"
#include "fcgi/account/account_caller.h"
#include "fcgi/account/handlers.h"
#include "fcgi/hal.h"
#include "fcgi/request.h"
#include "fcgi/response.h"

#include <inttypes.h>
#include <stdlib.h>

static const struct field body[] = {FIELD(account_proof, password, SECRET, "password", REQUIRED),
                                    FIELD(account_proof, otp, SECRET, "otp", OPTIONAL), FIELD_END};

static struct json_object *
books_view(const struct account_ties *ties)
{
	struct json_object *list = json_new_array();
	for (size_t i = 0; i < ties->n_books; i++) {
		const struct book *book = &ties->books[i];
		struct json_object *item = json_new_object();
		json_put_u64(&item, "id", book->id);
		json_put_text(&item, "reference", book->reference);
		json_put_day(&item, "startDate", book->stay.start);
		json_put_day(&item, "endDate", book->stay.end);
		json_put_text(&item, "status", book_status_name(book->status));
		hal_link(&item, "self", "/books/%" PRIu64, book->id);
		json_append(&list, item);
	}
	return list;
}

static struct json_object *
rooms_view(const struct account_ties *ties)
{
	struct json_object *list = json_new_array();
	for (size_t i = 0; i < ties->n_rooms; i++) {
		struct json_object *item = json_new_object();
		json_put_u64(&item, "id", ties->rooms[i].id);
		json_put_text(&item, "name", ties->rooms[i].name);
		hal_link(&item, "self", "/rooms/%" PRIu64, ties->rooms[i].id);
		json_append(&list, item);
	}
	return list;
}

static void
ties_tell(const struct account_ties *ties, struct response *res)
{
	response_detail(res,
	                "The account has %" PRIu64 " bookings to come or to pay and %" PRIu64
	                " open rooms. Cancel the bookings and delete the rooms first.",
	                ties->books_total, ties->rooms_total);
	response_extra(res, "books", books_view(ties));
	response_extra(res, "rooms", rooms_view(ties));
}

enum err
account_delete(const struct app *app, const struct request *req, struct response *res)
{
	CLEANUP(free_p) struct account_ties *ties = calloc(1, sizeof(*ties));
	struct account_caller caller;
	struct account_proof proof = {.account_id = 0};
	uint32_t wait_ms = 0;
	if (!ties)
		return ERR_MEMORY;
	enum err err = account_caller_read(app, req, res, &caller);
	if (err == OK)
		err = request_fields(req, body, &proof, res);
	if (err != OK)
		return err;
	proof.account_id = caller.account_id;
	proof.session_id = caller.session_id;
	account_client_read(req, &proof.client);
	const struct audit_entry by_owner =
		account_audit_own(AUDIT_ERASURE, &proof.client, caller.account_id);
	err = account_prove(app, AUDIT_ERASURE, &proof, &res->faults, &wait_ms);
	if (err != OK)
		return account_wait_tell(res, err, wait_ms);
	err = account_erase(app, &by_owner, &req->origin, ties);
	if (err == ERR_STATE_CONFLICT)
		ties_tell(ties, res);
	if (err != OK)
		return err;
	session_cookie_set(req, res, "");
	res->clears_storage = true;
	response_no_content(res);
	return OK;
}
