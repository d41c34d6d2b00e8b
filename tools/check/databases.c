/* SPDX-License-Identifier: MIT */
#include "tools/check/databases.h"

struct violations {
	struct findings *findings;
	const struct invariant *invariant;
};

static enum err
violation_add(void *row, void *arg)
{
	const struct violations *to = arg;
	return findings_add(to->findings, to->invariant->id, to->invariant->rule,
	                    ((struct invariant_row *)row)->text);
}

enum err
databases_check(struct db *db, const struct invariant_queries *queries, struct findings *findings)
{
	struct db_try try = db_begin(db, DB_READ);
	while (db_next(&try)) {
		findings_reset(findings);
		for (unsigned i = 0; try.err == OK && i < invariants_count; i++) {
			struct violations to = {findings, &invariants[i]};
			struct invariant_row row;
			findings_begin(findings);
			try.err = db_each(try.conn, &queries->table, i, NULL, &row, violation_add,
			                  &to);
			if (try.err == OK)
				try.err = findings_end(findings);
		}
	}
	return try.err;
}
