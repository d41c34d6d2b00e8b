/* SPDX-License-Identifier: MIT */
#include "adapters/mariadb/tables.h"

#include "adapters/mariadb/account/account_row.h"
#include "adapters/mariadb/account/account_store.h"
#include "adapters/mariadb/alarm/delivery_row.h"
#include "adapters/mariadb/alarm/delivery_store.h"
#include "adapters/mariadb/alarm/notification_row.h"
#include "adapters/mariadb/alarm/notification_store.h"
#include "adapters/mariadb/audit.h"
#include "adapters/mariadb/book/book_store.h"
#include "adapters/mariadb/erased_note.h"
#include "adapters/mariadb/idempotency.h"
#include "adapters/mariadb/mypage/mypage_store.h"
#include "adapters/mariadb/outbox.h"
#include "adapters/mariadb/pay/payment_store.h"
#include "adapters/mariadb/room/room_change.h"
#include "adapters/mariadb/room/room_closing.h"
#include "adapters/mariadb/room/room_collation.h"
#include "adapters/mariadb/room/room_indexed.h"
#include "adapters/mariadb/room/room_row.h"
#include "adapters/mariadb/room/room_search.h"

const struct db_table *const db_tables[] = {
	&book_table,
	&delivery_table,
	&idempotency_table,
	&mypage_table,
	&notification_table,
	&outbox_table,
	&payment_table,
	&notification_purge_table,
	&room_change_table,
	&room_closing_table,
	&room_collation_table,
	&room_follow_table,
	&room_search_table,
	&room_table,
	&notification_create_table,
	&notification_erase_table,
	&notification_again_table,
	&delivery_row_table,
	&room_label_table,
	&account_email_table,
	&account_erasure_table,
	&account_row_table,
	&account_table,
	&account_token_table,
	&second_factor_table,
	&account_session_table,
	&sign_in_try_table,
	&account_mail_table,
	&identity_table,
	&audit_table,
	&erased_note_table,
	NULL,
};
