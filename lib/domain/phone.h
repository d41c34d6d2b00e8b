/* SPDX-License-Identifier: MIT */
/*
 * phone - how people write telephone numbers. A number is kept as it was written, in ASCII; nobody is
 * called by a program.
 */
#ifndef DOMAIN_PHONE_H
#define DOMAIN_PHONE_H

#include <stdbool.h>

/* Makes full-width characters and dashes of other scripts ASCII in their place, as a Korean keyboard
 * writes them, and drops a leading "tel:". Other characters stay. */
void phone_tidy(char *text);

/* Whether it is a number: digits, spaces and + - ( ) . /, and perhaps an extension at the end, "ext. 12",
 * "x12" or "#12". */
bool phone_is_valid(const char *text);

#endif
