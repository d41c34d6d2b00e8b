/* SPDX-License-Identifier: MIT */
#include "fcgi/pay/payment_response.h"

#include "adapters/json/view.h"
#include "fcgi/hal.h"
#include "fcgi/response.h"

#include <inttypes.h>

struct json_object *
payment_item(const struct payment *payment)
{
	struct json_object *item;
	if (payment_view(payment, &item) != OK)
		return NULL;
	hal_link(&item, "self", "/payments/%" PRIu64, payment->id);
	hal_link(&item, "book", "/books/%" PRIu64, payment->book_id);
	return item;
}

enum err
payment_response(const struct payment *payment, struct response *res)
{
	response_correlation(res, payment->book_id);
	response_etag(res, payment->version);
	return response_body(res, payment_item(payment));
}
