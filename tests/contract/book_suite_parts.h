/* SPDX-License-Identifier: MIT */
/*
 * book_suite_parts - what the files of the book suite share.
 */
#ifndef TESTS_CONTRACT_BOOK_SUITE_PARTS_H
#define TESTS_CONTRACT_BOOK_SUITE_PARTS_H

#include "tests/contract/book_suite.h"

extern struct book_world book_world; /* the store that is tested now */

/* A test that begins with an empty store. */
#define BOOK_TEST(name) cmocka_unit_test_setup(name, book_world_empty)
int book_world_empty(void **state);

/* Each of these fails the test unless the store does it. */
void suite_room(uint64_t id);
struct book suite_held(uint64_t room_id, uint64_t guest_id, int from, int nights);
struct book suite_applied(uint64_t id, enum book_action action);
struct book suite_found(uint64_t id);
void suite_same(const struct book *a, const struct book *b);
size_t suite_events(void); /* the number of events */

/* Tries a hold, so it returns true only once. */
bool suite_is_free(uint64_t room_id, int from, int nights);

enum err suite_hold(const struct book_hold *hold, struct hold_result *ret_result);
enum err suite_apply(const struct book_change *change, struct book *ret_book);

/* The other parts; each returns the number of failed tests. */
int book_suite_changing(const char *where);
int book_suite_claims(const char *where);
int book_suite_erase(const char *where);
int book_suite_purge(const char *where);
int book_suite_reading(const char *where);
int book_suite_rooms(const char *where);

#endif
