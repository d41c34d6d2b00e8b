/*
 * POST /books - a guest asks for a room for some nights.
 *
 *	201  paid and booked            202  held, to be paid a little later
 *	402  declined                   404  no such room
 *	409  a night is taken, the price changed, or the same is being worked on
 *	422  not such a request         429  the guest holds too many unpaid nights
 *	503  cannot be taken now; the same key may be sent again
 */
#include "app/book.h"
#include "fcgi/book/book_answer.h"
#include "fcgi/book/handlers.h"
#include "fcgi/fields.h"
#include "fcgi/request.h"
#include "fcgi/response.h"

#include <inttypes.h>

static const struct field body[] = {
	FIELD(book_place, room_id, ID, "roomId", REQUIRED, .min = 1),
	FIELD(book_place, stay.start, DATE, "startDate", REQUIRED),
	FIELD(book_place, stay.end, DATE, "endDate", REQUIRED),
	FIELD(book_place, guests, NUMBER, "guests", OPTIONAL, .min = 1, .max = ROOM_CAPACITY_MAX),
	FIELD(book_place, quoted_price, MONEY, "price", OPTIONAL,
              GIVEN_BOOL(book_place, is_quoted)),
	FIELD(book_place, contact.name, TEXT, "name", OPTIONAL, .max = GUEST_NAME_CHARS),
	FIELD(book_place, contact.email, EMAIL, "email", OPTIONAL),
	FIELD(book_place, contact.phone, PHONE, "phone", OPTIONAL),
	FIELD(book_place, token, TOKEN, "paymentToken", OPTIONAL),
	FIELD_END};

enum err
book_create(const struct app *app, const struct request *req, struct response *res)
{
	struct book_place cmd = {.guests = 1,
	                         .key = req->key,
	                         .origin = req->origin,
	                         .deadline_ms = req->deadline_ms};
	struct book_outcome outcome;

	enum err err = request_fields(req, body, &cmd, res);
	if (err != OK)
		return err;
	err = book_place(app, &cmd, &res->faults, &outcome);
	if (err == OK)
		response_created(res, "/books/%" PRIu64, outcome.book.id);
	return book_answer_outcome(app, &req->caller, &outcome, err, res);
}
