/* SPDX-License-Identifier: MIT */
/*
 * room_suite - what every room_store must do. Each function returns the number of failed tests.
 */
#ifndef TESTS_CONTRACT_ROOM_SUITE_H
#define TESTS_CONTRACT_ROOM_SUITE_H

#include "tests/contract/room_bench.h"

/* Registering and changing rooms, with and without keys. */
int room_suite_run(const char *where, const struct room_bench *bench);

/* Deleting rooms: intents and their end. */
int room_closing_suite_run(const char *where, const struct room_bench *bench);

/* Free nights: searches, calendars, events of book. */
int room_search_suite_run(const char *where, const struct room_bench *bench);

#endif
