/*
 * payment_response - a payment as the handlers of this program answer it.
 */
#ifndef FCGI_PAY_PAYMENT_RESPONSE_H
#define FCGI_PAY_PAYMENT_RESPONSE_H

#include "base/err.h"
#include "domain/pay/payment.h"

struct json_object;
struct response;

/* The payment with its links. NULL: out of memory. */
struct json_object *payment_item(const struct payment *payment);

/* Answers with the payment as it stands: body, ETag, and the log's correlation. ERR_MEMORY. */
MUST_CHECK enum err payment_response(const struct payment *payment, struct response *res);

#endif
