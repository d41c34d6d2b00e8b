/* SPDX-License-Identifier: MIT */
/*
 * faults - all validation errors of an input.
 *
 * Each fault names the place (a JSON pointer, RFC 6901), a stable code that programs can rely on,
 * and a sentence for people that says how to correct it.
 */
#ifndef BASE_FAULTS_H
#define BASE_FAULTS_H

#include <stddef.h>

#define FAULTS_MAX 24

struct fault {
	char pointer[64]; /* "/startDate" */
	char code[32];    /* "date.past" */
	char detail[200]; /* "the stay starts on 2021-05-05, which is in the past" */
};

struct faults {
	size_t n;
	struct fault list[FAULTS_MAX];
};

/* Adds one. Texts that are too long are cut between characters; faults over FAULTS_MAX are dropped.
 */
void faults_add(struct faults *faults, const char *pointer, const char *code, const char *format,
                ...) __attribute__((format(printf, 4, 5)));

#endif
