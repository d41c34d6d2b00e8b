/* SPDX-License-Identifier: MIT */
/*
 * fuzz - what fuzzers share: an input as text, and properties that must hold for every input.
 *
 * A fuzzer is one file with LLVMFuzzerTestOneInput(). libFuzzer (part of clang) calls it with inputs
 * that reach new code, from those in seeds/ on. A sanitizer report, a property that does not hold,
 * or an input that takes too long is a finding.
 */
#ifndef TESTS_FUZZ_FUZZ_H
#define TESTS_FUZZ_FUZZ_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

/* Ends the run, and keeps the input, if the property does not hold. */
#define PROPERTY(condition)                                                               \
	do {                                                                              \
		if (!(condition)) {                                                       \
			fprintf(stderr, "%s:%d: does not hold: %s\n", __FILE__, __LINE__, \
			        #condition);                                              \
			abort();                                                          \
		}                                                                         \
	} while (0)

/* The input with a NUL after it, in memory of exactly this size: a read beyond it is reported. The
 * caller frees it. */
static inline char *
fuzz_text(const uint8_t *bytes, size_t n)
{
	char *text = malloc(n + 1);
	PROPERTY(text);
	if (n)
		memcpy(text, bytes, n);
	text[n] = '\0';
	return text;
}

#endif
