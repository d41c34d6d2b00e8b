/*
 * notification_row - how the parts of the notification store share a notification's row.
 */
#ifndef ADAPTERS_MARIADB_ALARM_NOTIFICATION_ROW_H
#define ADAPTERS_MARIADB_ALARM_NOTIFICATION_ROW_H

#include "adapters/mariadb/db.h"
#include "app/ports.h"

extern const struct db_table purge_table, telling_table;

/* The words of the columns. */
const char *notification_role_word(unsigned role);
const char *notification_language_word(unsigned language); /* "none" beyond the languages */

/* Part of a work: reads the notification whose id and recipient stand in *asked. ERR_NOT_FOUND. */
MUST_CHECK enum err notification_row_find(struct db_conn *conn, struct notification *asked);

/* Part of a work that tells: keeps the horizon where it is until its end. Of what happened before
 * it nobody is told. */
MUST_CHECK enum err notification_watermark_lock(struct db_conn *conn, instant_t *ret_told_since);

/* Of the store; see ports.h. */
MUST_CHECK enum err notification_store_purge(void *self, instant_t before, size_t max,
                                             size_t *ret_n);
MUST_CHECK enum err notification_store_deliveries_purge(void *self, instant_t before, size_t max,
                                                        size_t *ret_n);
MUST_CHECK enum err notification_store_tell(void *self, const struct telling tellings[], size_t n,
                                            const struct tell_rules *rules);
MUST_CHECK enum err notification_store_again(void *self, const struct delivery_again *again,
                                             struct notification *ret_notification);

#endif
