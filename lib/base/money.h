/* SPDX-License-Identifier: MIT */
/*
 * money - amounts in the currency's smallest unit, never negative, never rounded.
 */
#ifndef BASE_MONEY_H
#define BASE_MONEY_H

#include "base/err.h"

#include <stdint.h>

typedef uint64_t money_t;

#define MONEY_MAX \
	INT64_MAX /* so that every amount fits a signed BIGINT and JSON readers' int64 \
	           */

/* price x times. ERR_INVALID over MONEY_MAX. */
MUST_CHECK enum err money_times(money_t price, uint32_t times, money_t *ret_sum);

#endif
