/* SPDX-License-Identifier: MIT */
/*
 * notification_row - what the parts of the notification store share.
 */
#ifndef ADAPTERS_MARIADB_ALARM_NOTIFICATION_ROW_H
#define ADAPTERS_MARIADB_ALARM_NOTIFICATION_ROW_H

#include "adapters/mariadb/db.h"
#include "app/ports.h"

extern const struct db_table notification_again_table, notification_create_table,
	notification_erase_table, notification_purge_table, room_label_table;

/* The words of the columns. */
const char *notification_language_word(unsigned language); /* "none" beyond the languages */

/* Part of a transaction: reads the notification with the id and recipient of *asked.
 * ERR_NOT_FOUND. */
MUST_CHECK enum err notification_row_find(struct db_conn *conn, struct notification *asked);

/* The same, after locking its row. */
MUST_CHECK enum err notification_row_lock(struct db_conn *conn, struct notification *asked);

/* Part of a transaction that creates notifications: locks the retention watermark. Of what happened
 * before it no notification may be created. */
MUST_CHECK enum err notification_watermark_lock(struct db_conn *conn, instant_t *ret_watermark);

/* Functions of the port; see ports.h. */
MUST_CHECK enum err notification_store_purge(void *self, instant_t before, size_t max,
                                             size_t *ret_n);
MUST_CHECK enum err notification_store_deliveries_purge(void *self, instant_t before, size_t max,
                                                        size_t *ret_n);
MUST_CHECK enum err notification_store_create(void *self, const struct new_notification list[],
                                              size_t n, const struct notification_rules *rules);
MUST_CHECK enum err notification_store_erase(void *self, const struct event events[], size_t n,
                                             const char *const messages[LANGUAGE_MAX]);
MUST_CHECK enum err notification_store_recipient_erase(void *self, uint64_t recipient_id);
MUST_CHECK enum err notification_store_rooms_learn(void *self, const struct event events[],
                                                   size_t n, struct room_label ret_labels[]);
MUST_CHECK enum err notification_store_again(void *self, const struct redelivery_request *again,
                                             struct notification *ret_notification,
                                             bool *ret_replayed);

#endif
