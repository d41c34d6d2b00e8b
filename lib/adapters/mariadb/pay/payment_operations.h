/* SPDX-License-Identifier: MIT */
/*
 * payment_operations - what the files of the payment store share.
 */
#ifndef ADAPTERS_MARIADB_PAY_PAYMENT_OPERATIONS_H
#define ADAPTERS_MARIADB_PAY_PAYMENT_OPERATIONS_H

#include "adapters/mariadb/lookup.h"
#include "adapters/mariadb/merge.h"
#include "adapters/mariadb/pay/payment_store.h"

enum payment_sql {
	SQL_PAYMENT_FIND,
	SQL_PAYMENT_OF_BOOK,
	SQL_PAYMENTS_OF_BOOKS, /* struct buf: a list of bookings */
	SQL_PAYMENT_LOCK,
	SQL_PAYMENT_ADD,
	SQL_PAYMENTS_LOCK, /* the same, locked in its order */
	SQL_PAYMENTS_ADD,  /* of many -> u64: their ids */
	SQL_PAYMENT_CHANGE,
	SQL_PAYMENT_HAND_OVER,
	SQL_HOLDER_PUT,
	SQL_HOLDER_FIND,
	SQL_HOLDERS_FIND, /* struct buf: a list of bookings */
	SQL_NOW,
	SQL_PAYMENT_SNAPSHOT,
	SQL_COUNT, /* the first of enum ownership */
	SQL_LIST =
		SQL_COUNT + OWNERSHIP_MAX, /* the first of enum ownership, each of the sorts, each
	                                       * ascending and descending */
};

/* What the operations of one store share: `self` of the port. */
struct payment_mariadb {
	struct db *db;
	struct merge *decisions;
	struct lookup *by_book;
};

static inline struct db *
payment_db(void *self)
{
	return ((struct payment_mariadb *)self)->db;
}

/* A payment that is decided. */
struct payment_decision {
	const struct payment_order *order;
	enum payment_action action;
	const struct origin *origin;
	struct payment
		payment; /* as it is now; before that, the one that an earlier try brought to its COMMIT */
	bool first; /* this decision made it */
};

/* payment_store.c: the decision in a transaction of its own. */
MUST_CHECK enum err payment_decide_alone(struct db *db, struct payment_decision *decision);

/* payment_decide_many.c */
MUST_CHECK enum err payment_decide_with_others(struct payment_mariadb *store,
                                               struct payment_decision *decision);
void payment_decide_many(void *self, void *const items[], size_t n);

#endif
