/* SPDX-License-Identifier: MIT */
/*
 * one_time_codes - codes by the clock (RFC 6238: SHA-1, 30 seconds, 6 digits, as every app for them
 * makes them), by liboath.
 */
#ifndef ADAPTERS_OATH_ONE_TIME_CODES_H
#define ADAPTERS_OATH_ONE_TIME_CODES_H

#include "app/ports.h"

/* Needs no closing. ERR_SYSTEM: liboath cannot be used. */
MUST_CHECK enum err one_time_codes_open(struct one_time_codes *ret_codes);

#endif
