/*
 * faults - what is wrong with an input, all of it at once.
 *
 * Each fault names the place (a JSON pointer, RFC 6901), a stable code that programs can rely on,
 * and a sentence for people that names the cure.
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

/* Adds one; what does not fit is cut at a character, and faults past FAULTS_MAX are left out. */
void faults_add(struct faults *faults, const char *pointer, const char *code, const char *format,
                ...) __attribute__((format(printf, 4, 5)));

#endif
