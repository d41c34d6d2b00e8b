/* SPDX-License-Identifier: MIT */
/*
 * book_tables - empties the tables of book's database and checks that they agree.
 */
#ifndef TESTS_CONTRACT_BOOK_TABLES_H
#define TESTS_CONTRACT_BOOK_TABLES_H

/* Empties all of them. */
void book_tables_empty(void);

/* Fails the test unless nights and active bookings agree, no two stays share a night, and every
 * booking has a line in its timeline for each version and an event for each but the first. */
void book_tables_agree(void);

#endif
