/* SPDX-License-Identifier: MIT */
/* money - amounts in the currency's smallest unit. */
#include "base/money.h"

enum err
money_times(money_t price, uint32_t times, money_t *ret_sum)
{
	money_t sum;
	if (__builtin_mul_overflow(price, times, &sum) || sum > MONEY_MAX)
		return ERR_INVALID;
	*ret_sum = sum;
	return OK;
}
