/* SPDX-License-Identifier: MIT */
/*
 * room_fields - what a host says of a new room: the one table by which HTTP and CSV files read it.
 */
#ifndef ADAPTERS_JSON_ROOM_FIELDS_H
#define ADAPTERS_JSON_ROOM_FIELDS_H

#include "adapters/json/fields.h"

/* For a struct room; ends with FIELD_END. */
extern const struct field room_fields_new[];

#endif
