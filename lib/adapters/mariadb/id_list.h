/* SPDX-License-Identifier: MIT */
/*
 * id_list - a list of ids as a statement takes it: the text of a JSON array, for JSON_TABLE.
 */
#ifndef ADAPTERS_MARIADB_ID_LIST_H
#define ADAPTERS_MARIADB_ID_LIST_H

#include "base/buf.h"
#include "base/err.h"

#include <stddef.h>
#include <stdint.h>

#define ID_LIST_BYTES(n) (2 + (n)*21) /* of the text of n ids */

/* The table `ids` with the column `wanted`, in the order of the list. The parameter is a struct buf. */
#define DB_ID_LIST "JSON_TABLE(?, '$[*]' COLUMNS (wanted BIGINT UNSIGNED PATH '$')) ids"

/* Replaces the text. ERR_TOO_LARGE, ERR_MEMORY. */
MUST_CHECK enum err id_list_write(const uint64_t ids[], size_t n, struct buf *text);

#endif
