/* SPDX-License-Identifier: MIT */
#include "domain/context.h"

#include <stddef.h>
#include <string.h>

const char *const contexts[CONTEXTS] = {"room", "book", "pay", "mypage", "alarm", "account"};

bool
context_has_queue(const char *name)
{
	for (size_t i = 0; i < QUEUES; i++)
		if (strcmp(contexts[i], name) == 0)
			return true;
	return false;
}
