/* SPDX-License-Identifier: MIT */
#include "fcgi/book/book_response.h"

#include "adapters/json/json.h"
#include "adapters/json/view.h"
#include "fcgi/hal.h"
#include "fcgi/response.h"

#include <inttypes.h>

#define RETRY_AFTER_S (BOOK_RETRY_MS / 1000)

struct json_object *
book_item(const struct app *app, const struct caller *caller, const struct book *book)
{
	struct json_object *item;
	if (book_view(book, &item) != OK)
		return NULL;
	char as[HAL_CALLER_TEXT], as_host[HAL_CALLER_TEXT];
	hal_caller(caller, CALLER_GUEST_OR_HOST, as);
	hal_caller(caller, CALLER_HOST, as_host);
	hal_link(&item, "self", "/books/%" PRIu64 "%s", book->id, as);
	hal_link(&item, "room", "/rooms/%" PRIu64 "%s", book->room_id, as_host);
	hal_link(&item, "timeline", "/books/%" PRIu64 "/timeline%s", book->id, as);
	if (book_can_cancel(app, book, caller))
		hal_link(&item, "cancel", "/books/%" PRIu64 "/cancel%s", book->id, as);
	if (book_can_pay(book, caller))
		hal_link(&item, "pay", "/books/%" PRIu64 "/payment%s", book->id, as);
	return item;
}

enum err
book_response(const struct app *app, const struct caller *caller, const struct book *book,
              struct response *res)
{
	response_correlation(res, book->id);
	response_etag(res, book->version);
	return response_body(res, book_item(app, caller, book));
}

static struct json_object *
taken_view(const struct book_result *result)
{
	struct json_object *taken = json_new_array();
	for (size_t i = 0; i < result->n_taken; i++)
		json_append_day(&taken, result->taken[i]);
	return taken;
}

static struct json_object *
alternatives_view(const struct alternatives *alternatives)
{
	struct json_object *stays = json_new_array(), *rooms = json_new_array();
	struct json_object *view = json_new_object();
	for (size_t i = 0; i < alternatives->n_stays; i++) {
		struct json_object *stay = json_new_object();
		json_put_day(&stay, "startDate", alternatives->stays[i].start);
		json_put_day(&stay, "endDate", alternatives->stays[i].end);
		json_append(&stays, stay);
	}
	for (size_t i = 0; i < alternatives->n_rooms; i++) {
		struct json_object *room = json_new_object();
		json_put_u64(&room, "roomId", alternatives->rooms[i]);
		hal_link(&room, "room", "/rooms/%" PRIu64, alternatives->rooms[i]);
		json_append(&rooms, room);
	}
	json_put_value(&view, "stays", stays);
	json_put_value(&view, "rooms", rooms);
	return view;
}

static void
explain(const struct caller *caller, const struct book_result *result, enum err err,
        struct response *res)
{
	char as[HAL_CALLER_TEXT];
	if (err == ERR_TOO_MANY)
		response_detail(
			res, "%s Pay or cancel one first.",
			caller->id ? "The guest has too many unpaid bookings."
				   : "There are too many unpaid bookings with this contact, or "
				     "from this network, without an account.");
	if (err == ERR_STATE_CONFLICT && result->book.id)
		response_detail(res, "The booking is %s.", book_status_name(result->book.status));
	if (err == ERR_TAKEN && !result->book.id) {
		char first[DAY_TEXT];
		response_detail(res,
		                "The room is taken on %zu of these nights; the first one is %s.",
		                result->n_taken, day_format(result->taken[0], first));
		response_extra(res, "taken", taken_view(result));
		response_extra(res, "alternatives", alternatives_view(&result->alternatives));
	}
	if (result->book.id)
		response_extra_link(res, "book", "/books/%" PRIu64 "%s", result->book.id,
		                    hal_caller(caller, CALLER_GUEST_OR_HOST, as));
	if (*result->detail)
		response_detail(res, "%s", result->detail);
}

enum err
book_response_result(const struct app *app, const struct caller *caller,
                     const struct book_result *result, enum err err, struct response *res)
{
	response_correlation(res, result->book.id);
	if (result->replayed)
		response_replayed(res);
	if (err != OK) {
		explain(caller, result, err, res);
		return err;
	}
	if (result->book.status == BOOK_PAYMENT_PENDING) {
		/* 202: held; the payment follows shortly. */
		struct json_object *item = book_item(app, caller, &result->book);
		json_put_text(
			&item, "notice",
			"Not booked yet: the nights are held until payUntil. The payment is made "
			"automatically as soon as payments work again; to pay now, use the link "
			"pay.");
		char as[HAL_CALLER_TEXT];
		response_location(res, "/books/%" PRIu64 "%s", result->book.id,
		                  hal_caller(caller, CALLER_GUEST_OR_HOST, as));
		response_accepted(res, RETRY_AFTER_S);
		response_correlation(res, result->book.id);
		response_etag(res, result->book.version);
		return response_body(res, item);
	}
	return book_response(app, caller, &result->book, res);
}
