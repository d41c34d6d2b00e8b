/* SPDX-License-Identifier: MIT */
/*
 * account_store - account_store, session_store, account_mail_queue and identity_store on MariaDB.
 */
#ifndef ADAPTERS_MARIADB_ACCOUNT_ACCOUNT_STORE_H
#define ADAPTERS_MARIADB_ACCOUNT_ACCOUNT_STORE_H

#include "adapters/mariadb/db.h"
#include "app/ports.h"

extern const struct db_table account_table, account_token_table, second_factor_table,
	account_session_table, sign_in_try_table, account_mail_table, identity_table;

/* The ports on the database of account, which has to outlive them. */
struct account_store account_store_mariadb(struct db *db);
struct session_store session_store_mariadb(struct db *db);
struct account_mail_queue account_mail_queue_mariadb(struct db *db);
struct identity_store identity_store_mariadb(struct db *db);

#endif
