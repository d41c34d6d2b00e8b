/* SPDX-License-Identifier: MIT */
#include "fcgi/pay/payment_response.h"

#include "adapters/json/view.h"
#include "fcgi/hal.h"
#include "fcgi/response.h"

#include <inttypes.h>

struct json_object *
payment_item(const struct payment *payment, const struct caller *caller)
{
	struct json_object *item;
	if (payment_view(payment, &item) != OK)
		return NULL;
	char as[HAL_CALLER_TEXT];
	hal_caller(caller, CALLER_GUEST_OR_HOST, as);
	hal_link(&item, "self", "/payments/%" PRIu64 "%s", payment->id, as);
	hal_link(&item, "book", "/books/%" PRIu64 "%s", payment->book_id, as);
	return item;
}

enum err
payment_response(const struct payment *payment, const struct caller *caller, struct response *res)
{
	response_correlation(res, payment->book_id);
	response_etag(res, payment->version);
	return response_body(res, payment_item(payment, caller));
}
