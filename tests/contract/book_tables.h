/*
 * book_tables - the tables of book's database: emptied, and looked at for what must agree.
 */
#ifndef TESTS_CONTRACT_BOOK_TABLES_H
#define TESTS_CONTRACT_BOOK_TABLES_H

/* Empties all of them. */
void book_tables_empty(void);

/* Ends the test unless each night belongs to the book that holds it, both ways, no two stays share
 * one, and every book has a line in its timeline for each of its versions and an event for each but
 * the first. */
void book_tables_agree(void);

#endif
