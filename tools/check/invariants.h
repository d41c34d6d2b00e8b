/* SPDX-License-Identifier: MIT */
/*
 * invariants - the rules that the databases must keep, each with the query for what breaks it.
 */
#ifndef TOOLS_CHECK_INVARIANTS_H
#define TOOLS_CHECK_INVARIANTS_H

#include "adapters/mariadb/db.h"

#define INVARIANTS_MAX 64

struct invariant {
	const char *id;   /* I1 ... as docs/runbook.md names them */
	const char *rule; /* what holds */
	const char *sql;  /* returns an invariant_row for each row that breaks it */
};

/* What breaks the rule, as a sentence. */
struct invariant_row {
	char text[512];
};

extern const struct invariant invariants[];
extern const size_t invariants_count;

/* The queries as statements: their numbers are those of the invariants. */
struct invariant_queries {
	struct db_statement statements[INVARIANTS_MAX];
	struct db_table table;
};

/* Fills queries, which points into itself: it must not be moved. */
void invariant_queries_init(struct invariant_queries *queries);

#endif
