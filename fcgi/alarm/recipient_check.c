/* SPDX-License-Identifier: MIT */
#include "fcgi/alarm/recipient_check.h"

#include "domain/alarm/delivery.h"
#include "fcgi/request.h"
#include "fcgi/response.h"

#include <string.h>

#define POINTER "/recipientId"

/* What was sent may have been no number at all: that is a fault already. */
static bool
has_fault(const struct faults *faults)
{
	for (size_t i = 0; i < faults->n; i++)
		if (strcmp(faults->list[i].pointer, POINTER) == 0)
			return true;
	return false;
}

enum err
recipient_check(const struct request *req, struct response *res)
{
	if (recipient_is_somebody(req->caller.id))
		return OK;
	if (!has_fault(&res->faults))
		response_fault(res, POINTER, "required",
		               "recipientId must be a number from 1 on: 0 stands for nobody in "
		               "particular, who has no settings");
	return ERR_INVALID;
}
