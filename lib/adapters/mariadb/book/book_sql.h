/* SPDX-License-Identifier: MIT */
/*
 * book_sql - the statements of book, and the rows they take and give. For the book store's files.
 *
 * A change of nights locks the room's offer first (SQL_OFFER_LOCK), then the booking: so nobody
 * waits for a night, and no two transactions wait for each other.
 */
#ifndef ADAPTERS_MARIADB_BOOK_BOOK_SQL_H
#define ADAPTERS_MARIADB_BOOK_BOOK_SQL_H

#include "adapters/mariadb/book/book_store.h"
#include "adapters/mariadb/idempotency.h"
#include "adapters/mariadb/listing.h"

enum book_sql {
	/* offers */
	SQL_OFFER_FIND,   /* u64 -> struct offer */
	SQL_OFFERS_FIND,  /* struct buf: a list of ids -> struct offer */
	SQL_OFFER_LOCK,   /* u64 -> struct offer_row */
	SQL_OFFERS_LOCK,  /* struct buf: a list of ids, in its order -> struct offer_row; those that
	                   * others have locked are left out */
	SQL_OFFER_PUT,    /* struct offer: if it is newer */
	SQL_OFFER_ENSURE, /* u64: a row to lock, even for an unknown room; locked */
	SQL_OFFER_CLOSE,  /* u64 */
	SQL_DEARER,  /* struct other_args -> struct priced_room: bookable rooms that are free, */
	SQL_CHEAPER, /* nearest in price first */

	/* nights */
	SQL_NIGHT_TAKE,     /* struct night */
	SQL_HOLDS_TAKEN,    /* struct buf: the holds of a batch -> struct found_night */
	SQL_HOLDS_OWN,      /* the same -> struct found_own */
	SQL_NIGHTS_RELEASE, /* u64: those of a booking */
	SQL_NIGHTS_TAKEN,   /* struct nights -> day_t */
	SQL_NIGHTS_OLD,     /* struct nights_old -> u64: bookings whose stay is over */

	/* bookings */
	SQL_BOOKS_ADD, /* the same for many -> u64: their ids */
	SQL_BOOK_FIND, /* u64 -> struct book */
	SQL_BOOK_LOCK, /* u64 -> struct book_row */
	SQL_BOOKS_LOCK, /* struct buf: a list of ids, locked in its order -> struct book_row; those that others have
	                 * locked are left out */
	SQL_BOOK_LOCK_BY_REF,  /* char[REFERENCE_SIZE] -> struct book_row */
	SQL_BOOK_BY_REF,       /* char[REFERENCE_SIZE] -> struct book */
	SQL_BOOK_TRANSITION,   /* struct transition_args: guarded by status and version */
	SQL_BOOKS_APPROVE,     /* struct approve_args: the same for many */
	SQL_BOOK_CLAIM,        /* struct claim_args: guarded by version */
	SQL_CLAIMABLE,         /* struct claimable_args -> u64 */
	SQL_BOOK_ERASE,        /* struct erase_args: guarded by version */
	SQL_ERASABLE_OF_GUEST, /* struct erasable_args -> u64 */
	SQL_ERASABLE_BY_AGE,   /* the same, of any guest */
	SQL_ATTEMPT_ADD,       /* struct book_row: counts an attempt to pay */
	SQL_BOOKS_ACTIVE,  /* struct nights: of the room, from a day on -> locked struct book_row */
	SQL_GUEST_LOCK,    /* u64 */
	SQL_HOLDS_COUNTED, /* struct buf: the holds of a batch -> struct hold_counts */
	SQL_UNPAID,        /* u32: where to stop counting -> u64 */
	SQL_PENDING,       /* -> u64 */
	SQL_STEP_ADD,      /* struct step_row */
	SQL_STEPS,         /* u64 -> struct book_step */

	/* due for the settler: struct due_args -> struct book_row */
	SQL_DUE_EXPIRED,
	SQL_DUE_STALE,
	SQL_DUE_CLOSED,
	SQL_DUE_RETRY, /* locked; rows that others have locked are skipped */

	SQL_BOOK_SNAPSHOT, /* struct keyset_page: those that have an event -> struct book */

	/* lists: struct book_list_args -> struct book */
	SQL_COUNT, /* the first of enum ownership */
	SQL_LIST =
		SQL_COUNT + OWNERSHIP_MAX, /* the first of enum ownership, each of the sorts, each
	                                       * ascending and descending */
	SQL_BOOK_MAX = SQL_LIST + OWNERSHIP_MAX * 2 * BOOK_SORT_MAX
};

struct offer_row {
	struct offer offer;
	instant_t now; /* by the database's clock, when the lock was obtained */
};

struct book_row {
	struct book book;
	char token[TOKEN_SIZE];
	uint32_t attempts;
	char client[CLIENT_MARK_SIZE];    /* of whoever asks for it; "": not counted */
	char key_digest[KEY_DIGEST_TEXT]; /* of the request that makes it; "" without a key */
	instant_t now;
};

struct transition_args {
	uint64_t id, version;          /* the version before */
	enum book_status from, status; /* before and after */
	uint64_t pay_id;               /* 0: unchanged */
	instant_t now;
};

struct approve_args {
	struct buf approvals;    /* JSON objects: id, version before, payId or 0 */
	enum book_status status; /* after */
	instant_t now;
};

struct claim_args {
	uint64_t id, version; /* the version before */
	uint64_t guest_id;
	instant_t now;
};

struct claimable_args {
	char email[EMAIL_SIZE];
	uint32_t max;
};

struct erase_args {
	uint64_t id, version; /* the version before */
	instant_t now;
};

struct erasable_args {
	uint64_t guest_id;
	day_t until; /* stays that ended by this day */
	uint32_t max;
};

struct step_row {
	uint64_t book_id;
	struct book_step step;
};

struct night {
	uint64_t room_id, book_id;
	day_t day;
};

/* Of a batch of holds, i being the place in it: a night that is taken; a booking of the same guest, room and
 * stay; what the hold is counted by. */
struct found_night {
	uint32_t i;
	day_t day;
};
struct found_own {
	uint32_t i;
	uint64_t id;
};

struct hold_counts {
	uint32_t i;
	struct unpaid_counts unpaid;
	uint64_t mailings; /* as SQL_GUEST_MAILED and SQL_CLIENT_MAILED count them */
};

struct nights {
	uint64_t room_id, book_id;
	struct stay stay;
	uint32_t n;
};

struct nights_old {
	day_t before;
	uint32_t max;
};

struct due_args {
	uint32_t age_ms, limit;
	day_t today;
};

struct book_list_args {
	uint64_t owner_id;
	uint64_t key_book_id; /* OWNED_BY_GUEST_OR_KEY_HOLDER */
	uint32_t key_version; /* the same, and OWNED_BY_KEY_HOLDER */
	struct stay_filter filter;
	bool of_any_status;
	enum book_status status;
	struct window window;
};

/* Other rooms that are free for a stay. */
struct other_args {
	uint64_t room_id;
	money_t price; /* near to this */
	char currency[CURRENCY_TEXT];
	uint32_t guests, nights;
	day_t start;
};

#endif
