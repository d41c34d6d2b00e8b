/* SPDX-License-Identifier: MIT */
/*
 * erased - what was erased, as a line of the list that a restore applies.
 *
 * A backup from before an erasure brings back what was erased. So each erasure is written to a list that
 * no backup has, and a restore erases again whatever of it is there. A line names nobody: a booking by its
 * reference, which is random, and an account by its number and the time it was made, as a restored
 * database gives numbers away again.
 *
 *	book K7PQ2MXA
 *	account 17 2027-05-05T01:02:03.004Z
 */
#ifndef DOMAIN_ERASED_H
#define DOMAIN_ERASED_H

#include "base/day.h"
#include "domain/book/book.h"

enum erased_kind { ERASED_BOOK, ERASED_ACCOUNT };

struct erased {
	enum erased_kind kind;
	char reference[REFERENCE_SIZE]; /* ERASED_BOOK */
	uint64_t account_id;            /* ERASED_ACCOUNT */
	instant_t created_at;           /* ERASED_ACCOUNT */
};

#define ERASED_LINE_SIZE 64 /* of any line, without its end */

/* Writes the line, without a line break, and returns it. */
const char *erased_write(const struct erased *erased, char ret_line[ERASED_LINE_SIZE]);

/* Reads what erased_write() writes; a line break at the end does not count. ERR_INVALID. */
MUST_CHECK enum err erased_read(const char *line, struct erased *ret_erased);

/* Whether the account of a line is this one, and not a later one that got its number. */
bool erased_is_account(const struct erased *erased, uint64_t id, instant_t created_at);

#endif
