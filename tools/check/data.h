/*
 * data - the invariants of the databases, looked at one after the other.
 */
#ifndef TOOLS_CHECK_DATA_H
#define TOOLS_CHECK_DATA_H

#include "adapters/mariadb/db.h"
#include "tools/check/findings.h"

/* Looks at all of them. ERR_UNAVAILABLE, ERR_TIMEOUT: could not tell. */
MUST_CHECK enum err data_check(struct db *db, struct findings *findings);

#endif
