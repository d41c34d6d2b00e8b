/* SPDX-License-Identifier: MIT */
/*
 * audit - writes down what matters to whoever asks later who did what (domain/audit.h).
 *
 * A change takes its entry into the store that makes it: both commit, or neither. What is no change, a
 * refusal or an operator's read, is written here, at a bounded pace.
 */
#ifndef APP_AUDIT_H
#define APP_AUDIT_H

#include "domain/audit.h"

#include <pthread.h>
#include <stddef.h>

/* The entries of a context: they can be added, and be purged after a while, and nothing else. */
struct audit {
	void *self;

	/* Adds an entry, with the time of now. */
	enum err (*add)(void *self, const struct audit_entry *entry);

	/* Deletes up to max entries that are older, oldest first, but none that is younger than
	 * AUDIT_KEPT_DAYS. ret_n: how many. */
	enum err (*purge)(void *self, instant_t before, size_t max, size_t *ret_n);
};

/* How many a program has written lately. */
struct audit_paces {
	pthread_mutex_t lock;
	struct audit_pace of[AUDIT_WHAT_MAX];
};

void audit_paces_init(struct audit_paces *paces);

struct app;

/* Writes an entry of its own, unless too many of its kind were written lately (audit_pace_take()): that
 * is OK, too. A program without an audit writes none. */
MUST_CHECK enum err audit_note(const struct app *app, const struct audit_entry *entry);

#endif
