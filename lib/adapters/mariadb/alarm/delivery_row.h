/* SPDX-License-Identifier: MIT */
/*
 * delivery_row - how the parts of the notification store write deliveries by mail and webhook.
 */
#ifndef ADAPTERS_MARIADB_ALARM_DELIVERY_ROW_H
#define ADAPTERS_MARIADB_ALARM_DELIVERY_ROW_H

#include "adapters/mariadb/db.h"
#include "app/ports.h"

extern const struct db_table delivery_row_table;

struct delivery_row {
	uint64_t notification_id;
	enum channel channel;
	char target[URL_SIZE], destination[DESTINATION_SIZE];
	enum language language;
};

/* What a recipient has chosen, and the contact of the booking. */
struct recipient_row {
	uint64_t recipient_id, book_id; /* the key */
	enum language chosen;           /* LANGUAGE_MAX: none */
	enum language language;         /* of what the recipient is told */
	struct delivery_addresses addresses;
	bool erased; /* the booking was */
};

/* All of these are parts of a transaction. */

/* Finds the row of a recipient, which may have chosen nothing, for a notification of a booking.
 * asked: the language that the booking or the room was asked for in. */
MUST_CHECK enum err recipient_row_find(struct db_conn *conn, const struct notification *about,
                                       enum language asked, const struct notification_rules *rules,
                                       struct recipient_row *ret_row);

/* The same for n of them, `stride` bytes apart, in one statement. subjects: a JSON array of objects, whose members
 * "i", "recipient" and "book" are the place in the array, from 0 on, and the key; each place once. */
MUST_CHECK enum err recipient_rows_find(struct db_conn *conn, const struct buf *subjects,
                                        struct recipient_row *first, size_t stride, size_t n);

/* Fills what the row of a recipient does not have in the database. */
void recipient_row_complete(struct recipient_row *row, const struct recipient_row *key,
                            enum language asked, const struct notification_rules *rules);

/* The delivery of a notification by a channel; whether and where it goes. */
enum delivery_target delivery_row_choose(const struct recipient_row *recipient, enum role role,
                                         uint64_t notification_id, enum channel channel,
                                         struct delivery_row *ret_row);

/* Adds n deliveries that wait. ERR_CONFLICT: a destination was added by somebody else meanwhile. */
MUST_CHECK enum err delivery_rows_add(struct db_conn *conn, const struct delivery_row rows[],
                                      size_t n);

/* Ends the wait of one; lets one that has ended wait again. */
MUST_CHECK enum err delivery_row_send_now(struct db_conn *conn, const struct delivery_row *row);
MUST_CHECK enum err delivery_row_restart(struct db_conn *conn, const struct delivery_row *row);

/* Locks the delivery of a notification and fills the facts from `exists` on. */
MUST_CHECK enum err delivery_row_facts(struct db_conn *conn, const struct delivery_row *row,
                                       uint32_t pause_s, struct redelivery_facts *facts);

#endif
