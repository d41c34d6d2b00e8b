/* SPDX-License-Identifier: MIT */
/*
 * language - the languages that people are written to in.
 */
#ifndef DOMAIN_LANGUAGE_H
#define DOMAIN_LANGUAGE_H

enum language { LANGUAGE_KO, LANGUAGE_EN, LANGUAGE_MAX };

#define LANGUAGE_TEXT 3 /* "ko", "en"; "": unknown */

/* "ko", "en"; NULL at the end. */
extern const char *const language_names[LANGUAGE_MAX + 1];

/* "ko", "en"; "" for LANGUAGE_MAX. */
const char *language_name(enum language language);

/* The language of such a name; LANGUAGE_MAX for any other text. */
enum language language_of(const char *name);

#endif
