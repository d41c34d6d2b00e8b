/*
 * room_suite - what every room_store has to do, whatever it stores in. Each gives how many tests
 * failed.
 */
#ifndef TESTS_CONTRACT_ROOM_SUITE_H
#define TESTS_CONTRACT_ROOM_SUITE_H

#include "tests/contract/room_bench.h"

/* Entering and changing rooms, with keys and without. */
int room_suite_run(const char *where, const struct room_bench *bench);

/* Deleting them: intents, and how they end. */
int room_closing_suite_run(const char *where, const struct room_bench *bench);

/* Looking for free nights: searches, calendars, what book tells. */
int room_search_suite_run(const char *where, const struct room_bench *bench);

#endif
