/*
 * invariants - the rules that the databases must keep, each with the query for what breaks it.
 */
#ifndef TOOLS_CHECK_INVARIANTS_H
#define TOOLS_CHECK_INVARIANTS_H

#include "adapters/mariadb/db.h"

struct invariant {
	const char *id;   /* I1 ... as docs/trust.md names them */
	const char *rule; /* what holds */
};

/* A row of a query: what breaks the rule, in words. */
struct invariant_row {
	char text[512];
};

extern const struct invariant invariants[];
extern const size_t invariants_count;

/* The queries, in the order of the invariants; they take nothing and give invariant_rows. */
extern const struct db_table invariants_table;

#endif
