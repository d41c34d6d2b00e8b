/* SPDX-License-Identifier: MIT */
/*
 * erased_tool - the steps by which a restore erases again what was erased after the backup had been made.
 *
 * They are run in this order, each with the settings of its context: account writes the numbers of accounts,
 * book the events of erasures, which mypage and alarm take as their workers do.
 */
#ifndef TOOLS_ERASED_ERASED_TOOL_H
#define TOOLS_ERASED_ERASED_TOOL_H

#include "app/app.h"

#include <stdio.h>

#define EVENTS_MAX 64 /* that are applied in one transaction */

/* Deletes the accounts of the list that are there and writes their numbers, a line each, to file.
 * ret_n: how many. */
MUST_CHECK enum err erased_accounts(const struct app *app, FILE *file, uint64_t *ret_n);

/* Erases the bookings of the list, and those of the accounts whose numbers file `accounts` has, and writes
 * BookErased of each, a line of JSON, to file, also of those that were erased already. ret_n: how many were not. */
MUST_CHECK enum err erased_books(const struct app *app, FILE *accounts, FILE *file,
                                 uint64_t *ret_n);

/* Has apply() take the events of a file as a worker does. ERR_POISON: a line is no event. */
typedef enum err erased_apply(const struct app *app, const struct event events[], size_t n);
MUST_CHECK enum err erased_events(const struct app *app, FILE *file, erased_apply *apply,
                                  uint64_t *ret_n);

/* Has alarm erase what it has of the accounts whose numbers the file has. */
MUST_CHECK enum err erased_recipients(const struct app *app, FILE *accounts);

/* Appends to the list what the file's lines say of this kind and the list does not have yet. ret_n: how many;
 * ret_unreadable: lines that are none. */
MUST_CHECK enum err erased_add(const char *path, FILE *file, enum erased_kind kind, uint64_t *ret_n,
                               uint64_t *ret_unreadable);

/* The next number of a file, a line each. ERR_NOT_FOUND: there are no more; ERR_INVALID. */
MUST_CHECK enum err erased_number_next(FILE *file, uint64_t *ret_number);

#endif
