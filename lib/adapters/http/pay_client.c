/* SPDX-License-Identifier: MIT */
/* pay_client - POST /payments: book asks pay. */
#include "adapters/http/client.h"
#include "adapters/http/clients.h"
#include "adapters/json/json.h"
#include "adapters/json/view.h"
#include "base/mem.h"

static struct json_object *
order_json(const struct payment_order *order)
{
	struct json_object *json = json_new_object();
	json_put_u64(&json, "bookId", order->book_id);
	json_put_u64(&json, "roomId", order->room_id);
	json_put_u64(&json, "hostId", order->host_id);
	json_put_u64(&json, "guestId", order->guest_id);
	json_put_u64(&json, "price", order->price);
	json_put_text(&json, "currency", order->currency);
	json_put_day(&json, "startDate", order->stay.start);
	json_put_day(&json, "endDate", order->stay.end);
	if (*order->language)
		json_put_text(&json, "language", order->language);
	if (*order->token)
		json_put_text(&json, "paymentToken", order->token);
	return json;
}

/* Whether pay itself says that it cannot do this order. With any other status, or without a problem
 * document, it is not certain that pay can do one at all. */
static bool
is_refusal(long status, const struct json_object *json)
{
	switch (status) {
	case 400:
	case 402:
	case 409:
	case 422:
	case 500: break;
	default: return false;
	}
	return http_is_problem(status, json, NULL);
}

/* Anything but the payment of this order is no answer: the call has to be repeated. */
static enum err
answer_read(long status, const struct json_object *json, const struct payment_order *order,
            struct payment *ret_payment)
{
	if (is_refusal(status, json))
		return ERR_UNDECIDED;
	if ((status != 200 && status != 201) || !json)
		return ERR_UNKNOWN;
	if (payment_view_read(json, ret_payment) != OK ||
	    !payment_is_of_order(ret_payment, order) || !payment_fits_order(ret_payment, order))
		return ERR_UNKNOWN;
	return OK;
}

static enum err
pay_decide(void *self, const struct payment_order *order, const struct origin *origin,
           uint32_t timeout_ms, struct payment *ret_payment)
{
	CLEANUP(json_p) struct json_object *body = order_json(order);
	CLEANUP(json_p) struct json_object *answer = NULL;
	struct payment payment;
	long status;
	if (!body)
		return ERR_NOT_SENT;
	struct http_call call = {.method = "POST",
	                         .path = "/payments",
	                         .body = body,
	                         .origin = origin,
	                         .timeout_ms = timeout_ms,
	                         .called = "pay"};
	enum err err = http_call(self, &call, &status, &answer);
	if (err == OK)
		err = answer_read(status, answer, order, &payment);
	if (err == OK)
		*ret_payment = payment;
	return err == ERR_MEMORY ? ERR_NOT_SENT : err;
}

/* The first page of all payments, of one row: pay reads its database for it, and checks the service
 * token. */
static enum err
pay_ping(void *self, uint32_t timeout_ms)
{
	CLEANUP(json_p) struct json_object *answer = NULL;
	const struct origin nobody = {.caller = {0}};
	long status = 0;
	struct http_call call = {.method = "GET",
	                         .path = "/payments/snapshot?size=1",
	                         .origin = &nobody,
	                         .timeout_ms = timeout_ms,
	                         .called = "pay"};
	enum err err = http_call(self, &call, &status, &answer);
	return err == OK && status == 200 && answer ? OK : ERR_UNAVAILABLE;
}

enum err
pay_client_open(const struct http_options *options, struct pay_client *ret_client)
{
	struct http_client *client;
	enum err err = http_client_open(options, &client);
	if (err == OK)
		*ret_client =
			(struct pay_client){.self = client, .decide = pay_decide, .ping = pay_ping};
	return err;
}

void
pay_client_close(struct pay_client *client)
{
	http_client_close(client->self);
}
