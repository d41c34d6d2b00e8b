/* SPDX-License-Identifier: MIT */
/*
 * POST /books - a guest books a room for some nights.
 *
 *	201  paid and booked            202  held; the payment follows shortly
 *	402  payment declined           404  no such room
 *	409  a night is taken, the price changed, or the same request is still in progress
 *	422  invalid body               429  the guest has too many unpaid bookings; without an account, the
 *	                                     network or the contact has
 *	503  payments are unavailable; the same key may be sent again
 */
#include "adapters/json/json.h"
#include "app/book/book_settle.h"
#include "base/address.h"
#include "fcgi/book/book_response.h"
#include "fcgi/book/handlers.h"
#include "fcgi/hal.h"
#include "fcgi/request.h"
#include "fcgi/response.h"

#include <inttypes.h>
#include <string.h>

#define START    1u
#define END      2u
#define LANGUAGE 4u

struct book_create_body {
	struct book_place_request place;
	unsigned given;    /* START, END, LANGUAGE */
	unsigned language; /* enum language */
};

static const struct field body[] = {
	FIELD(book_create_body, place.room_id, ID, "roomId", REQUIRED, .min = 1),
	FIELD(book_create_body, place.stay.start, DATE, "startDate", REQUIRED,
              GIVEN(book_create_body, given, START)),
	FIELD(book_create_body, place.stay.end, DATE, "endDate", REQUIRED,
              GIVEN(book_create_body, given, END)),
	FIELD(book_create_body, place.guests, NUMBER, "guests", OPTIONAL, .min = 1,
              .max = ROOM_CAPACITY_MAX),
	FIELD(book_create_body, place.quoted_price, MONEY, "price", OPTIONAL, .decimal = "amount",
              GIVEN_BOOL(book_create_body, place.is_quoted)),
	FIELD(book_create_body, place.contact.name, TEXT, "name", OPTIONAL,
              .max = GUEST_NAME_CHARS),
	FIELD(book_create_body, place.contact.email, EMAIL, "email", OPTIONAL),
	FIELD(book_create_body, place.contact.phone, PHONE, "phone", OPTIONAL),
	/* Only one that was sent is a part of the request that its key stands for. */
	FIELD(book_create_body, language, CHOICE, "language", OPTIONAL, .choices = language_names,
              GIVEN(book_create_body, given, LANGUAGE)),
	FIELD(book_create_body, place.token, TOKEN, "paymentToken", OPTIONAL), FIELD_END};

/* A token that can be read is checked even if another field has a fault. */
static void
token_check(const struct app *app, const char *token, struct faults *faults)
{
	if (!app->acquirer->accepts(app->acquirer->self, token))
		faults_add(faults, "/paymentToken", "token.unknown", BOOK_TOKEN_UNKNOWN "tok_ok");
}

/* Whoever books as nobody in particular gets the key of the booking; a replay only by an Idempotency-Key
 * that nobody guesses, as all of them share such keys. */
static bool
key_is_due(const struct app *app, const struct request *req, const struct book_result *result)
{
	return app->booking_keys && req->caller.id == 0 && result->book.guest_id == 0 &&
	       (!result->replayed || strlen(req->key.key) >= BOOKING_KEY_REPLAY_CHARS);
}

static void
key_put(const struct app *app, const struct book *book, struct response *res)
{
	char key[BOOKING_KEY_SIZE];
	app->booking_keys->make(app->booking_keys->self, BOOKING_KEY_ANSWERED, book->id,
	                        book->key_version, key);
	json_put_text(&res->body, "accessKey", key);
	hal_link(&res->body, "manage", "/b/%s/%s", book->reference, key);
	if (!res->body)
		res->broken = ERR_MEMORY;
}

/* Nobody in particular is counted, by the network unless it is near. Who says who it is (HOTEL_AUTH=off) is on
 * this machine. */
static void
client_take(const struct app *app, const struct request *req, struct book_place_request *place)
{
	char network[ADDRESS_SIZE];
	place->nobody_counts = req->caller.id == 0 && req->caller.proven;
	if (!place->nobody_counts || req->is_near || !app->booking_keys || !*req->address)
		return;
	address_network(req->address, network);
	app->booking_keys->mark(app->booking_keys->self, network, place->client);
}

/* Without an account, the hotel has to know who comes and how to reach them. */
static bool
contact_is_due(const struct app *app, const struct request *req)
{
	return req->caller.id == 0 && req->caller.proven && app->settings->demo == OFF;
}

enum err
book_create(const struct app *app, const struct request *req, struct response *res)
{
	struct book_create_body cmd = {
		.place = {.guests = 1, .origin = req->origin, .deadline_ms = req->deadline_ms},
		.language = req->language};
	struct book_result result;

	/* A readable stay is checked even if another field has a fault: all are listed at once. */
	enum err err = request_command(req, body, &cmd, &cmd.place.key, res);
	if (err == ERR_INVALID)
		token_check(app, cmd.place.token, &res->faults);
	if (err == ERR_INVALID && (cmd.given & START) && (cmd.given & END))
		stay_check(cmd.place.stay, app_today(app), app->settings->past_dates == PAST_ALLOW,
		           &res->faults);
	if (contact_is_due(app, req) && (err == OK || err == ERR_INVALID))
		contact_check(&cmd.place.contact, &res->faults);
	if (err == OK && res->faults.n)
		err = ERR_INVALID;
	cmd.place.contact.mailing =
		contact_mailing(&cmd.place.contact, &req->caller, req->credentials.email);
	client_take(app, req, &cmd.place);
	if (err == OK)
		err = text_copy(cmd.place.language, sizeof(cmd.place.language),
		                language_name(cmd.language));
	if (err != OK)
		return err;
	err = book_place(app, &cmd.place, &res->faults, &result);
	if (err == ERR_NOT_FOUND)
		response_detail(res,
		                "There is no room %" PRIu64
		                " that can be booked: it does not exist, or was deleted.",
		                cmd.place.room_id);
	char as[HAL_CALLER_TEXT];
	if (err == OK)
		response_created(res, "/books/%" PRIu64 "%s", result.book.id,
		                 hal_caller(&req->caller, CALLER_GUEST_OR_HOST, as));
	const enum err answered = book_response_result(app, &req->caller, &result, err, res);
	if (answered == OK && key_is_due(app, req, &result))
		key_put(app, &result.book, res);
	return answered;
}
