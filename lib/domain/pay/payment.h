/* SPDX-License-Identifier: MIT */
/*
 * payment - one payment per booking, decided once: its life as a table.
 *
 * The first outcome of a booking (approved, declined or voided) is final for every later order.
 */
#ifndef DOMAIN_PAY_PAYMENT_H
#define DOMAIN_PAY_PAYMENT_H

#include "domain/book/book.h"

enum payment_status {
	PAY_APPROVED,
	PAY_DECLINED,
	PAY_CANCELED,
	PAY_VOIDED, /* tombstone: this booking will never be paid */
	PAYMENT_STATUS_MAX,
	PAY_NONE = PAYMENT_STATUS_MAX /* the booking has no payment yet */
};

enum payment_action { PAYMENT_APPROVE, PAYMENT_DECLINE, PAYMENT_REVOKE, PAYMENT_ACTION_MAX };

/* What book asks pay for. */
struct payment_order {
	uint64_t book_id, room_id, host_id, guest_id;
	money_t price;
	char currency[CURRENCY_TEXT];
	struct stay stay;
	char language[LANGUAGE_TEXT]; /* of the booking */
	char token[TOKEN_SIZE];
};

struct payment {
	uint64_t id, book_id, room_id, host_id, guest_id;
	money_t price;
	char currency[CURRENCY_TEXT];
	struct stay stay;
	char language[LANGUAGE_TEXT]; /* of the booking */
	enum payment_status status;
	uint64_t version;
	uint32_t key_version; /* of the booking's key, which opens the payment, too */
	instant_t created_at, updated_at;
};

/* Those that are shown, NULL at the end: tombstones are shown to nobody. */
extern const char *const payment_status_names[PAY_VOIDED + 1];

/* "PayApproved", "PayDeclined", "PayCanceled", "PayVoided". */
const char *payment_status_name(enum payment_status status);

/* Where the action leads from a status (PAY_NONE included); the same status: it has no effect. */
enum payment_status payment_next(enum payment_status status, enum payment_action action);

/* The payment that an order asks for, and the one that a booking would have had: PAY_NONE, without
 * id, version and times. */
struct payment payment_of_order(const struct payment_order *order);
struct payment payment_of_book(const struct book *book);

/* Gives the payment to whoever has its booking. Whether anything changes: an older holder changes
 * nothing. */
bool payment_follow(struct payment *payment, const struct holder *holder);

/* Whom the payment belongs to. */
struct parties payment_parties(const struct payment *payment);

/* Whether a payment is about what the order is about: the booking, its room, people and stay. A claim may
 * have reached only one of them yet: guest 0 fits every guest. */
bool payment_is_of_order(const struct payment *payment, const struct payment_order *order);

/* Whether the order repeats the one that made this payment: amount and currency are the same. A
 * tombstone fits every order of its booking. */
bool payment_fits_order(const struct payment *payment, const struct payment_order *order);

#endif
