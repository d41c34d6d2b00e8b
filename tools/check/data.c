/* data - the invariants of the databases, looked at one after the other. */
#include "tools/check/data.h"

#include "tools/check/invariants.h"

struct look {
	struct findings *findings;
	const struct invariant *invariant;
};

static enum err
note(void *row, void *arg)
{
	struct look *look = arg;
	return findings_add(look->findings, look->invariant->id, look->invariant->rule,
	                    ((struct invariant_row *)row)->text);
}

static enum err
look_at_all(struct db_conn *conn, void *arg)
{
	struct findings *findings = arg;
	enum err err = OK;
	for (unsigned i = 0; err == OK && i < invariants_count; i++) {
		struct look look = {findings, &invariants[i]};
		struct invariant_row row;
		findings_check(findings);
		err = db_each(conn, &invariants_table, i, NULL, &row, note, &look);
		if (err == OK)
			err = findings_end(findings);
	}
	return err;
}

enum err
data_check(struct db *db, struct findings *findings)
{
	return db_look(db, look_at_all, findings);
}
