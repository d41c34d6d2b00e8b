/* SPDX-License-Identifier: MIT */
/*
 * room_closing - the part of the room store that deletes rooms: intents to close one, and their
 * end.
 *
 * An intent commits before book is called, so that the call can be repeated after a crash.
 */
#ifndef ADAPTERS_MARIADB_ROOM_ROOM_CLOSING_H
#define ADAPTERS_MARIADB_ROOM_ROOM_CLOSING_H

#include "adapters/mariadb/db.h"
#include "app/ports.h"

extern const struct db_table room_closing_table;

/* As closing_begin, closing_finish, closing_withdraw and closings in struct room_store; self is the
 * struct db of room's database. */
MUST_CHECK enum err room_closing_store_begin(void *self, const struct room_closing *closing);
MUST_CHECK enum err room_closing_store_finish(void *self, const struct room_closing *closing,
                                              struct room *ret_room);
MUST_CHECK enum err room_closing_store_withdraw(void *self, uint64_t id);
MUST_CHECK enum err room_closing_store_list(void *self, uint32_t age_ms, size_t max,
                                            void (*visit)(void *arg,
                                                          const struct room_closing *closing),
                                            void *arg);

#endif
