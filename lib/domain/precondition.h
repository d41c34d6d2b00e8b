/* SPDX-License-Identifier: MIT */
/*
 * precondition - the versions that a request demands or excludes: If-Match and If-None-Match
 * (RFC 9110, 13), decided by the stores under the lock of the change.
 *
 * What counts no versions has a tag instead: a hash of what is shown, which is used the same way.
 */
#ifndef DOMAIN_PRECONDITION_H
#define DOMAIN_PRECONDITION_H

#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define VERSION_SET_MAX 32
#define VERSION_MAX     (INT64_MAX - 1) /* of a version, and of a tag */

/* One of the two lists; all zero: it was not sent. */
struct version_set {
	bool given; /* it was sent */
	bool any;   /* *: whatever the version */
	unsigned n;
	uint64_t version[VERSION_SET_MAX];
};

struct precondition {
	struct version_set if_match;
	struct version_set if_none_match;
};

/* Whether the set names the version, or any. */
bool version_set_has(const struct version_set *set, uint64_t version);

/* Whether there is a condition at all. */
bool precondition_given(const struct precondition *condition);

/* Whether a change may be made to something that exists in this version; 0: it has none, so that no
 * list names it. ERR_VERSION_CONFLICT. */
MUST_CHECK enum err precondition_check(const struct precondition *condition, uint64_t version);

/* A tag of several values: begin with 0, add each, and take what tag_end() makes of it: 1 to
 * VERSION_MAX. */
uint64_t tag_add(uint64_t tag, const void *value, size_t size);
uint64_t tag_add_text(uint64_t tag, const char *text);
uint64_t tag_end(uint64_t tag);

#endif
