/* SPDX-License-Identifier: MIT */
/*
 * password_guesser - how soon a password is guessed, by zxcvbn-c (Wheeler, USENIX Security 2016): it
 * knows common passwords, words and names, spellings such as "p@ssw0rd", keyboard rows, dates and
 * repetitions.
 */
#ifndef ADAPTERS_ZXCVBN_PASSWORD_GUESSER_H
#define ADAPTERS_ZXCVBN_PASSWORD_GUESSER_H

#include "app/ports.h"

/* Needs no closing. */
struct password_guesser password_guesser_zxcvbn(void);

#endif
