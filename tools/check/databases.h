/*
 * data - checks the invariants of the databases, one after the other.
 */
#ifndef TOOLS_CHECK_DATA_H
#define TOOLS_CHECK_DATA_H

#include "adapters/mariadb/db.h"
#include "tools/check/findings.h"
#include "tools/check/invariants.h"

/* Adds a finding for each row that breaks an invariant. queries outlives the pool. ERR_UNAVAILABLE,
 * ERR_TIMEOUT: could not check. */
MUST_CHECK enum err data_check(struct db *db, const struct invariant_queries *queries,
                               struct findings *findings);

#endif
