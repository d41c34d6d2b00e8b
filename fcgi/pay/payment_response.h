/*
 * payment_answer - a payment as the handlers of this program answer it.
 */
#ifndef FCGI_PAY_PAYMENT_ANSWER_H
#define FCGI_PAY_PAYMENT_ANSWER_H

#include "base/err.h"
#include "domain/pay/payment.h"

struct json_object;
struct response;

/* The payment with its links. NULL: out of memory. */
struct json_object *payment_item(const struct payment *payment);

/* Answers with the payment as it stands: body, ETag, and the log's correlation. ERR_MEMORY. */
MUST_CHECK enum err payment_answer(const struct payment *payment, struct response *res);

#endif
