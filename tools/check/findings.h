/* SPDX-License-Identifier: MIT */
/*
 * findings - the violations that a round of checks found, as text and as JSON:
 * [{"id", "rule", "rows": [...], "count"}, ...].
 */
#ifndef TOOLS_CHECK_FINDINGS_H
#define TOOLS_CHECK_FINDINGS_H

#include "adapters/json/json.h"
#include "base/buf.h"

#define FINDINGS_ROWS_MAX 20 /* rows shown of one invariant; the others are counted */

struct findings {
	struct buf text;
	struct json_object *list;    /* of violations; findings_done() frees it */
	struct json_object *current; /* the last of them; belongs to list */
	unsigned checked;            /* invariants */
	unsigned violated;           /* of them */
	unsigned rows;               /* of the current invariant */
};

/* Forgets all of them. */
void findings_reset(struct findings *findings);

void findings_done(struct findings *findings);

/* Begins one more invariant. */
void findings_begin(struct findings *findings);

/* Adds one row that breaks the current invariant. id "I1", rule a sentence. */
MUST_CHECK enum err findings_add(struct findings *findings, const char *id, const char *rule,
                                 const char *row);

/* Adds how many rows are not shown. */
MUST_CHECK enum err findings_end(struct findings *findings);

#endif
