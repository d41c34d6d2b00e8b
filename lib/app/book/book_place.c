/* SPDX-License-Identifier: MIT */
/* book_place - a guest asks for a room: quote, hold, pay, settle or defer. */
#include "app/book/book_settle.h"
#include "base/clock.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define HOLD_TRIES      2
#define ROOM_TIMEOUT_MS 1000

/* What a stay costs by an offer, and whether the guest may have it so. */
struct quote {
	struct offer offer;
	money_t price;
};

static enum err
check_request(const struct app *app, const struct book_place_request *place, struct faults *faults)
{
	stay_check(place->stay, app_today(app), app->settings->past_dates == PAST_ALLOW, faults);
	if (!app->acquirer->accepts(app->acquirer->self, place->token))
		faults_add(faults, "/paymentToken", "token.unknown", BOOK_TOKEN_UNKNOWN "tok_ok");
	return faults->n ? ERR_INVALID : OK;
}

/* Whether the guest was shown another price than this one. */
static bool
price_differs(const struct app *app, const struct book_place_request *place,
              const struct quote *quote)
{
	return place->is_quoted && app->settings->client_price == CLIENT_PRICE_CHECK &&
	       place->quoted_price != quote->price;
}

/* Whether the offer contradicts the request: book's copy may be old, so room is asked before the
 * request is refused. */
static bool
needs_fresh_offer(const struct app *app, const struct book_place_request *place,
                  const struct quote *quote)
{
	return price_differs(app, place, quote) || place->guests > quote->offer.capacity ||
	       !quote->offer.open;
}

static enum err
fresh_offer(const struct app *app, const struct book_place_request *place, struct offer *ret_offer)
{
	uint32_t timeout_ms = ms_until(place->deadline_ms, ROOM_TIMEOUT_MS);
	if (!timeout_ms)
		return ERR_UNAVAILABLE;
	return app->room_client->offer(app->room_client->self, place->room_id, &place->origin,
	                               timeout_ms, ret_offer);
}

static enum err
price_of(const struct book_place_request *place, struct quote *quote)
{
	return room_total(quote->offer.price, place->stay, &quote->price);
}

/* The price by the offer that book knows. Room is asked once if book knows none, or if its copy
 * contradicts the request. While room is away, the copy counts. */
static enum err
quote_find(const struct app *app, const struct book_place_request *place, struct quote *ret_quote)
{
	const struct book_store *store = app->books;
	enum err err = store->offer_find(store->self, place->room_id, &ret_quote->offer);
	const bool is_known = err == OK;
	if (is_known)
		err = price_of(place, ret_quote);
	if (err != OK && err != ERR_NOT_FOUND)
		return err;
	if (is_known && (ret_quote->offer.closed || !needs_fresh_offer(app, place, ret_quote)))
		return OK;
	struct offer fresh;
	err = fresh_offer(app, place, &fresh);
	if (is_known && (err == ERR_UNAVAILABLE || err == ERR_TIMEOUT))
		return OK;
	if (err == OK)
		err = store->offer_put(store->self, &fresh);
	if (err != OK)
		return err;
	ret_quote->offer = fresh;
	return price_of(place, ret_quote);
}

/* Programs send price in the smallest unit, so the sentence has it; people read " (45.00 EUR)" beside
 * it where the two differ. */
static const char *
in_words(money_t amount, const char *currency, char text[MONEY_TEXT + 3])
{
	char words[MONEY_TEXT];
	unsigned decimals = 0;
	*text = '\0';
	if (currency_decimals(currency, &decimals) == OK && decimals > 0)
		snprintf(text, MONEY_TEXT + 3, " (%s)", money_format(amount, currency, words));
	return text;
}

static void
explain_price(const struct book_place_request *place, const struct quote *quote, char *detail,
              size_t size)
{
	const char *currency = quote->offer.currency;
	char night[MONEY_TEXT + 3], whole[MONEY_TEXT + 3], sent[MONEY_TEXT + 3];
	int nights = stay_nights(place->stay);
	snprintf(detail, size,
	         "%d night%s x %" PRIu64 "%s = %" PRIu64 "%s; you sent %" PRIu64
	         "%s; leave price out to accept",
	         nights, nights == 1 ? "" : "s", quote->offer.price,
	         in_words(quote->offer.price, currency, night), quote->price,
	         in_words(quote->price, currency, whole), place->quoted_price,
	         in_words(place->quoted_price, currency, sent));
}

static enum err
check_quote(const struct app *app, const struct book_place_request *place,
            const struct quote *quote, struct faults *faults, struct book_result *ret_result)
{
	if (!quote->offer.open || quote->offer.closed)
		return ERR_NOT_FOUND;
	if (place->guests > quote->offer.capacity) {
		faults_add(faults, "/guests", "guests.capacity",
		           "%" PRIu32 " guests do not fit; the room takes %" PRIu32, place->guests,
		           quote->offer.capacity);
		return ERR_INVALID;
	}
	if (price_differs(app, place, quote)) {
		explain_price(place, quote, ret_result->detail, sizeof(ret_result->detail));
		return ERR_PRICE_CHANGED;
	}
	return OK;
}

static enum err
make_hold(const struct app *app, const struct book_place_request *place, const struct quote *quote,
          bool pay_refused, struct book_hold *ret_hold)
{
	const struct settings *settings = app->settings;
	unsigned char random[8];
	enum err err = random_bytes(random, sizeof(random));
	if (err != OK)
		return err;
	*ret_hold = (struct book_hold){
		.book =
			{
				.room_id = place->room_id,
				.host_id = quote->offer.host_id,
				.guest_id = place->origin.caller.id,
				.stay = place->stay,
				.guests = place->guests,
				.price = quote->price,
				.contact = place->contact,
			},
		.night_price = quote->offer.price,
		.hold_s = settings->hold_s,
		.guest_limit = settings->guest_pending_limit,
		.nobody_counts = place->nobody_counts,
		.pending_limit = pay_refused ? settings->pending_limit : 0,
		.key = place->key,
		.origin = place->origin,
	};
	memcpy(ret_hold->book.currency, quote->offer.currency, sizeof(ret_hold->book.currency));
	memcpy(ret_hold->book.language, place->language, sizeof(ret_hold->book.language));
	memcpy(ret_hold->token, place->token, sizeof(ret_hold->token));
	memcpy(ret_hold->client, place->client, sizeof(ret_hold->client));
	book_reference(random, ret_hold->book.reference);
	return OK;
}

/* The booking that the key made, unless an account has claimed it: then it is that account's, and shown to
 * nobody else, and not made again either. */
static enum err
answer_replayed(const struct book_place_request *place, struct book_result *ret_result)
{
	if (ret_result->book.guest_id == place->origin.caller.id)
		return book_err_of_status(&ret_result->book);
	*ret_result = (struct book_result){.detail = "An account has taken over the booking that "
	                                             "this Idempotency-Key made. Sign in to it."};
	return ERR_STATE_CONFLICT;
}

/* The nights belong to others: says which, and what else there is. No lock is held any more. */
static enum err
refuse_taken(const struct app *app, const struct book_place_request *place,
             const struct hold_result *hold_result, struct book_result *ret_result)
{
	memcpy(ret_result->taken, hold_result->taken, sizeof(ret_result->taken));
	ret_result->n_taken = hold_result->n_taken;
	/* Where stays in the past can be booked, alternatives to one lie in the past, too. */
	day_t from = app_today(app);
	if (app->settings->past_dates == PAST_ALLOW && place->stay.start < from)
		from = place->stay.start - STAY_DAYS_AHEAD;
	if (app->books->alternatives(app->books->self, place->room_id, place->stay, place->guests,
	                             from, &ret_result->alternatives) != OK)
		ret_result->alternatives = (struct alternatives){0}; /* a courtesy, no more */
	return ERR_TAKEN;
}

/* The same guest has the same room and stay already. */
static enum err
answer_own(const struct app *app, const struct book_place_request *place, const struct book *own,
           struct faults *faults, struct book_result *ret_result)
{
	ret_result->book = *own;
	if (own->status == BOOK_BOOKED) {
		snprintf(ret_result->detail, sizeof(ret_result->detail),
		         "You have booked these nights already: %s.", own->reference);
		return ERR_TAKEN;
	}
	if (own->status != BOOK_PAYMENT_PENDING) {
		snprintf(ret_result->detail, sizeof(ret_result->detail),
		         "You are booking the same stay at this moment: %s.", own->reference);
		return ERR_STATE_CONFLICT;
	}
	struct book_pay_request pay = {.id = own->id,
	                               .key = place->key,
	                               .origin = place->origin,
	                               .deadline_ms = place->deadline_ms};
	memcpy(pay.token, place->token, sizeof(pay.token));
	return book_pay(app, &pay, faults, ret_result);
}

static enum err
settle_hold(const struct app *app, const struct book_place_request *place,
            const struct book_hold *hold, const struct book *held, struct book_result *ret_result)
{
	enum err err = book_settle_by_paying(app, held, hold->token, NULL, &place->origin,
	                                     place->deadline_ms, &ret_result->book);
	if (err == OK || err == ERR_STATE_CONFLICT)
		return book_err_of_status(&ret_result->book);
	return err;
}

/* One attempt at holding by a quote. ERR_PRICE_CHANGED: ret_hold_result->offer is the newer one. */
static enum err
hold_quoted(const struct app *app, const struct book_place_request *place,
            const struct quote *quote, struct book_hold *ret_hold,
            struct hold_result *ret_hold_result)
{
	bool pay_refused = pay_is_refused(app);
	if (pay_refused && app->settings->pay_fallback == FALLBACK_REFUSE)
		return ERR_PAY_UNAVAILABLE;
	enum err err = make_hold(app, place, quote, pay_refused, ret_hold);
	if (err != OK)
		return err;
	return app->books->hold(app->books->self, ret_hold, ret_hold_result);
}

static enum err
answer_hold(const struct app *app, const struct book_place_request *place,
            const struct book_hold *hold, const struct hold_result *hold_result,
            struct faults *faults, struct book_result *ret_result)
{
	switch (hold_result->kind) {
	case HOLD_MADE: return settle_hold(app, place, hold, &hold_result->book, ret_result);
	case HOLD_REPLAYED:
		ret_result->book = hold_result->book;
		ret_result->replayed = true;
		return answer_replayed(place, ret_result);
	case HOLD_OWN: return answer_own(app, place, &hold_result->book, faults, ret_result);
	case HOLD_REFUSED: break;
	}
	return ERR_BUG_HERE();
}

static enum err
place_new(const struct app *app, const struct book_place_request *place, struct faults *faults,
          struct book_result *ret_result)
{
	struct quote quote;
	struct book_hold hold;
	struct hold_result hold_result = {.kind = HOLD_REFUSED};
	enum err err = quote_find(app, place, &quote);
	for (unsigned tries = 1; err == OK; tries++) {
		err = check_quote(app, place, &quote, faults, ret_result);
		if (err != OK)
			return err;
		err = hold_quoted(app, place, &quote, &hold, &hold_result);
		if (err != ERR_PRICE_CHANGED || tries == HOLD_TRIES)
			break;
		/* The price changed between quote and hold: try again with the newer offer. */
		quote.offer = hold_result.offer;
		err = price_of(place, &quote);
	}
	if (err == ERR_TAKEN)
		return refuse_taken(app, place, &hold_result, ret_result);
	if (err != OK)
		return err;
	return answer_hold(app, place, &hold, &hold_result, faults, ret_result);
}

enum err
book_place(const struct app *app, const struct book_place_request *place, struct faults *faults,
           struct book_result *ret_result)
{
	*ret_result = (struct book_result){0};
	enum err err = app->books->replay(app->books->self, &place->key, &ret_result->book);
	ret_result->replayed = err == OK;
	if (err == OK)
		return answer_replayed(place, ret_result);
	if (err != ERR_NOT_FOUND)
		return err;
	err = check_request(app, place, faults);
	if (err != OK)
		return err;
	return place_new(app, place, faults, ret_result);
}
