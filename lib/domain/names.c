/* SPDX-License-Identifier: MIT */
/* names - the contract's words for the states, in the order of their enums. */
#include "domain/book/book.h"
#include "domain/pay/payment.h"

const char *const room_status_names[ROOM_STATUS_MAX + 1] = {
	[ROOM_OPEN] = "Open",
	[ROOM_DELETED] = "Deleted",
	[ROOM_STATUS_MAX] = NULL,
};

const char *const book_status_names[BOOK_STATUS_MAX + 1] = {
	[BOOK_REQUESTED] = "Requested", [BOOK_PAYMENT_PENDING] = "PaymentPending",
	[BOOK_BOOKED] = "Booked",       [BOOK_REJECTED] = "Rejected",
	[BOOK_EXPIRED] = "Expired",     [BOOK_CANCELED] = "BookCanceled",
	[BOOK_STATUS_MAX] = NULL,
};

const char *const payment_status_names[PAY_VOIDED + 1] = {
	[PAY_APPROVED] = "PayApproved",
	[PAY_DECLINED] = "PayDeclined",
	[PAY_CANCELED] = "PayCanceled",
	[PAY_VOIDED] = NULL,
};

const char *
room_status_name(enum room_status status)
{
	return (unsigned)status < ROOM_STATUS_MAX ? room_status_names[status] : "?";
}

const char *
book_status_name(enum book_status status)
{
	return (unsigned)status < BOOK_STATUS_MAX ? book_status_names[status] : "?";
}

const char *
payment_status_name(enum payment_status status)
{
	if (status == PAY_VOIDED)
		return "PayVoided";
	return (unsigned)status < PAY_VOIDED ? payment_status_names[status] : "?";
}
