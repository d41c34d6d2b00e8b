/* SPDX-License-Identifier: MIT */
/*
 * audit_fake - the entries of an audit in memory, for tests and for the fakes whose changes have entries.
 */
#ifndef TESTS_FAKES_AUDIT_FAKE_H
#define TESTS_FAKES_AUDIT_FAKE_H

#include "app/audit.h"

#define AUDIT_FAKE_MAX 256 /* further ones are counted and not kept */

struct audit_fake {
	enum err fails; /* the outcome of every call of the port; OK: they work */
	instant_t now;
	struct {
		struct audit_entry entry;
		instant_t at;
	} entries[AUDIT_FAKE_MAX]; /* oldest first */
	size_t n;
};

/* The port on a fake, which starts empty (all zero) and has to outlive it. Not for threads. */
struct audit audit_fake_port(struct audit_fake *fake);

/* What a store does with the entry of a change. NULL: there is none. */
void audit_fake_add(struct audit_fake *fake, const struct audit_entry *entry);
void audit_fake_add_own(struct audit_fake *fake, const struct audit_entry *entry,
                        uint64_t account_id);

/* How many there are of a kind, and the last of them; NULL: there is none. */
size_t audit_fake_count(const struct audit_fake *fake, enum audit_what what);
const struct audit_entry *audit_fake_last(const struct audit_fake *fake, enum audit_what what);

#endif
