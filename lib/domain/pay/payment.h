/*
 * payment - one payment per book, decided once.
 *
 * Whatever comes first for a book (approve, decline, tombstone) stands; later calls get that.
 */
#ifndef DOMAIN_PAY_PAYMENT_H
#define DOMAIN_PAY_PAYMENT_H

#include "domain/book/book.h"

enum payment_status {
	PAY_APPROVED,
	PAY_DECLINED,
	PAY_CANCELED,
	PAY_VOIDED, /* tombstone: this book will never be paid */
	PAYMENT_STATUS_MAX
};

/* What book asks pay for. */
struct payment_order {
	uint64_t book_id, room_id, host_id, guest_id;
	money_t price;
	char currency[CURRENCY_TEXT];
	struct stay stay;
	char token[TOKEN_SIZE];
};

struct payment {
	uint64_t id, book_id, room_id, host_id, guest_id;
	money_t price;
	char currency[CURRENCY_TEXT];
	struct stay stay;
	enum payment_status status;
	uint64_t version;
	instant_t created_at, updated_at;
};

/* What the built-in acquirer does with a token. */
enum acquirer_decision {
	ACQUIRER_APPROVES,
	ACQUIRER_DECLINES,
	ACQUIRER_APPROVES_SLOWLY,   /* after a second */
	ACQUIRER_FAILS,             /* an error, undecided */
	ACQUIRER_APPROVES_SILENTLY, /* decided, but its first answer never comes */
	ACQUIRER_DECISION_MAX
};

/* "PayApproved", "PayDeclined", "PayCanceled", "PayVoided". */
const char *payment_status_name(enum payment_status status);

/*
 * Looks a payment token up: "" stands for tok_ok. All but tok_ok exist in demo mode only.
 * ERR_INVALID for a token that nobody issued.
 */
MUST_CHECK enum err acquirer_decide(const char *token, bool demo,
                                    enum acquirer_decision *ret_decision);

#endif
