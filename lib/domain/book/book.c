/* book - a booking's life as a table, and who may do what with it. */
#include "domain/book/book.h"

#define NOT_ALLOWED BOOK_STATUS_MAX

/* docs/states.md draws this; every pair is walked by a unit test. */
static const enum book_status next_status[BOOK_STATUS_MAX][BOOK_ACTION_MAX] = {
	[BOOK_REQUESTED] =
		{
			[BOOK_APPROVE] = BOOK_BOOKED,
			[BOOK_DECLINE] = BOOK_REJECTED,
			[BOOK_DEFER] = BOOK_PAYMENT_PENDING,
			[BOOK_EXPIRE] = BOOK_EXPIRED,
			[BOOK_CANCEL] = BOOK_CANCELED,
		},
	[BOOK_PAYMENT_PENDING] =
		{
			[BOOK_APPROVE] = BOOK_BOOKED,
			[BOOK_DECLINE] = BOOK_REJECTED,
			[BOOK_DEFER] = NOT_ALLOWED,
			[BOOK_EXPIRE] = BOOK_EXPIRED,
			[BOOK_CANCEL] = BOOK_CANCELED,
		},
	[BOOK_BOOKED] =
		{
			[BOOK_APPROVE] = NOT_ALLOWED,
			[BOOK_DECLINE] = NOT_ALLOWED,
			[BOOK_DEFER] = NOT_ALLOWED,
			[BOOK_EXPIRE] = NOT_ALLOWED,
			[BOOK_CANCEL] = BOOK_CANCELED,
		},
#define FINAL                                                                   \
	{                                                                       \
		NOT_ALLOWED, NOT_ALLOWED, NOT_ALLOWED, NOT_ALLOWED, NOT_ALLOWED \
	}
	[BOOK_REJECTED] = FINAL,
	[BOOK_EXPIRED] = FINAL,
	[BOOK_CANCELED] = FINAL,
#undef FINAL
};

enum err
book_next(enum book_status status, enum book_action action, enum book_status *ret_next)
{
	if ((unsigned)status >= BOOK_STATUS_MAX || (unsigned)action >= BOOK_ACTION_MAX)
		return ERR_BUG_HERE();
	if (next_status[status][action] == NOT_ALLOWED)
		return ERR_STATE_CONFLICT;
	*ret_next = next_status[status][action];
	return OK;
}

bool
book_holds_nights(enum book_status status)
{
	return status == BOOK_REQUESTED || status == BOOK_PAYMENT_PENDING || status == BOOK_BOOKED;
}

bool
book_is_of(const struct book *book, const struct caller *caller)
{
	return caller_owns(caller, book->guest_id, book->host_id);
}

bool
book_cancel_in_time(const struct book *book, const struct caller *caller, day_t today)
{
	bool is_host = (caller->roles & ROLE_HOST) && caller->id == book->host_id;
	return is_host || today < book->stay.start;
}

void
book_reference(const unsigned char random[8], char ret_reference[REFERENCE_SIZE])
{
	static const char letters[] = "23456789ABCDEFGHJKMNPQRSTUVWXYZ2"; /* 31 signs, 32 places */
	for (int i = 0; i < REFERENCE_SIZE - 1; i++)
		ret_reference[i] = letters[random[i] % 32];
	ret_reference[REFERENCE_SIZE - 1] = '\0';
}
