/* SPDX-License-Identifier: MIT */
/*
 * sql_text - the statements of the limit. It is text, not a table of prepared statements as in the stores,
 * because the limit is what a naive program does.
 */
#ifndef TOOLS_BENCH_SQL_TEXT_H
#define TOOLS_BENCH_SQL_TEXT_H

#include "base/buf.h"

#include <stdint.h>

#define SQL_DATABASE "hotel_bench"
#define SQL_TEXT_MAX (1024 * 1024) /* bytes */

enum sql_stage { SQL_HOLD, SQL_APPROVE, SQL_SETTLE, SQL_STAGES };

/* Multi-statements that make the database with its tables anew, and drop it. */
extern const char sql_text_make_tables[], sql_text_drop_tables[];

/* Sets text to one transaction for n bookings, those with the ids from first on, each in a room of its own.
 * ERR_TOO_LARGE, ERR_MEMORY. */
MUST_CHECK enum err sql_text_stage(struct buf *text, enum sql_stage stage, uint64_t first,
                                   uint64_t n);

#endif
