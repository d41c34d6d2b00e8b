/* SPDX-License-Identifier: MIT */
#include "domain/pay/payment.h"

#include <string.h>

/* docs/states.md draws this; a unit test walks every pair. */
static const enum payment_status next_status[PAYMENT_STATUS_MAX + 1][PAYMENT_ACTION_MAX] = {
	[PAY_NONE] =
		{
			[PAYMENT_APPROVE] = PAY_APPROVED,
			[PAYMENT_DECLINE] = PAY_DECLINED,
			[PAYMENT_REVOKE] = PAY_VOIDED,
		},
	[PAY_APPROVED] =
		{
			[PAYMENT_APPROVE] = PAY_APPROVED,
			[PAYMENT_DECLINE] = PAY_APPROVED,
			[PAYMENT_REVOKE] = PAY_CANCELED,
		},
	[PAY_DECLINED] = {PAY_DECLINED, PAY_DECLINED, PAY_DECLINED},
	[PAY_CANCELED] = {PAY_CANCELED, PAY_CANCELED, PAY_CANCELED},
	[PAY_VOIDED] = {PAY_VOIDED, PAY_VOIDED, PAY_VOIDED},
};

enum payment_status
payment_next(enum payment_status status, enum payment_action action)
{
	return next_status[status][action];
}

struct payment
payment_of_order(const struct payment_order *order)
{
	struct payment payment = {.book_id = order->book_id,
	                          .room_id = order->room_id,
	                          .host_id = order->host_id,
	                          .guest_id = order->guest_id,
	                          .price = order->price,
	                          .stay = order->stay,
	                          .status = PAY_NONE,
	                          .key_version = BOOK_KEY_FIRST};
	memcpy(payment.currency, order->currency, sizeof(payment.currency));
	memcpy(payment.language, order->language, sizeof(payment.language));
	return payment;
}

struct payment
payment_of_book(const struct book *book)
{
	struct payment payment = {.book_id = book->id,
	                          .room_id = book->room_id,
	                          .host_id = book->host_id,
	                          .guest_id = book->guest_id,
	                          .price = book->price,
	                          .stay = book->stay,
	                          .status = PAY_NONE,
	                          .key_version = book->key_version};
	memcpy(payment.currency, book->currency, sizeof(payment.currency));
	memcpy(payment.language, book->language, sizeof(payment.language));
	return payment;
}

bool
payment_follow(struct payment *payment, const struct holder *holder)
{
	if (holder->key_version <= payment->key_version)
		return false;
	payment->guest_id = holder->guest_id;
	payment->key_version = holder->key_version;
	return true;
}

struct parties
payment_parties(const struct payment *payment)
{
	return (struct parties){.guest_id = payment->guest_id,
	                        .host_id = payment->host_id,
	                        .book_id = payment->book_id,
	                        .key_version = payment->key_version};
}

static bool
guests_fit(uint64_t a, uint64_t b)
{
	return a == b || a == 0 || b == 0;
}

bool
payment_is_of_order(const struct payment *payment, const struct payment_order *order)
{
	return payment->book_id == order->book_id && payment->room_id == order->room_id &&
	       payment->host_id == order->host_id &&
	       guests_fit(payment->guest_id, order->guest_id) &&
	       payment->stay.start == order->stay.start && payment->stay.end == order->stay.end;
}

bool
payment_fits_order(const struct payment *payment, const struct payment_order *order)
{
	return payment->status == PAY_VOIDED ||
	       (payment->price == order->price && strcmp(payment->currency, order->currency) == 0);
}
