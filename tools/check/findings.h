/*
 * findings - what a round of checks found wrong, as text for people.
 */
#ifndef TOOLS_CHECK_FINDINGS_H
#define TOOLS_CHECK_FINDINGS_H

#include "base/buf.h"

#define FINDINGS_ROWS_MAX 20 /* rows shown of one invariant; the others are counted */

struct findings {
	struct buf text;
	unsigned checked;  /* invariants looked at */
	unsigned violated; /* of them */
	unsigned rows;     /* of the invariant being looked at */
};

/* One more invariant is looked at. */
void findings_check(struct findings *findings);

/* One row where the invariant being looked at does not hold. id "I1", rule a sentence. */
MUST_CHECK enum err findings_add(struct findings *findings, const char *id, const char *rule,
                                 const char *row);

/* How many rows were not shown. */
MUST_CHECK enum err findings_end(struct findings *findings);

#endif
