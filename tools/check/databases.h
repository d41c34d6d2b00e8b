/* SPDX-License-Identifier: MIT */
/*
 * databases - checks the invariants of the databases, one after the other.
 */
#ifndef TOOLS_CHECK_DATABASES_H
#define TOOLS_CHECK_DATABASES_H

#include "adapters/mariadb/db.h"
#include "tools/check/findings.h"
#include "tools/check/invariants.h"

/* Begins a round: the findings are those of the databases, one for each row that breaks an
 * invariant. queries outlives the pool. ERR_UNAVAILABLE, ERR_TIMEOUT: could not check. */
MUST_CHECK enum err databases_check(struct db *db, const struct invariant_queries *queries,
                                    struct findings *findings);

#endif
