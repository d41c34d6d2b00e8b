/* tables - the statements of all stores. */
#include "adapters/mariadb/tables.h"

#include "adapters/mariadb/book_store.h"
#include "adapters/mariadb/delivery_store.h"
#include "adapters/mariadb/idempotency.h"
#include "adapters/mariadb/mypage_store.h"
#include "adapters/mariadb/notification_row.h"
#include "adapters/mariadb/notification_store.h"
#include "adapters/mariadb/outbox.h"
#include "adapters/mariadb/payment_store.h"
#include "adapters/mariadb/room_closing_store.h"
#include "adapters/mariadb/room_row.h"
#include "adapters/mariadb/room_search_store.h"

const struct db_table *const db_tables[] = {
	&book_table,
	&delivery_table,
	&idempotency_table,
	&mypage_table,
	&notification_table,
	&outbox_table,
	&payment_table,
	&purge_table,
	&room_closing_table,
	&room_search_table,
	&room_table,
	&telling_table,
	NULL,
};
