/* SPDX-License-Identifier: MIT */
/*
 * payment_response - a payment with links, as the body of a response.
 */
#ifndef FCGI_PAY_PAYMENT_RESPONSE_H
#define FCGI_PAY_PAYMENT_RESPONSE_H

#include "base/err.h"
#include "domain/pay/payment.h"

struct json_object;
struct response;

/* The payment with its links. NULL: out of memory. */
struct json_object *payment_item(const struct payment *payment, const struct caller *caller);

/* Answers with the payment: body, ETag, and the log's correlation. ERR_MEMORY. */
MUST_CHECK enum err payment_response(const struct payment *payment, const struct caller *caller,
                                     struct response *res);

#endif
