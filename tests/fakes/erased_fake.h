/* SPDX-License-Identifier: MIT */
/*
 * erased_fake - the lines of erasures in memory, for tests and for the fakes that erase, and a list of them.
 */
#ifndef TESTS_FAKES_ERASED_FAKE_H
#define TESTS_FAKES_ERASED_FAKE_H

#include "app/erased.h"

#define ERASED_FAKE_MAX 512 /* more than a test needs */

struct erased_notes_fake {
	enum err fails;                            /* the outcome of every call; OK: they work */
	struct erased_note notes[ERASED_FAKE_MAX]; /* oldest first */
	size_t n;
	uint64_t last_id;
};

/* The port on a fake, which starts empty (all zero) and has to outlive it. Not for threads. */
struct erased_notes erased_notes_fake_port(struct erased_notes_fake *fake);

/* What a store does with an erasure. */
void erased_notes_fake_add(struct erased_notes_fake *fake, const struct erased *erased);

struct erased_list_fake {
	enum err fails;
	char lines[ERASED_FAKE_MAX][ERASED_LINE_SIZE];
	size_t n;
};

struct erased_list erased_list_fake_port(struct erased_list_fake *fake);

#endif
