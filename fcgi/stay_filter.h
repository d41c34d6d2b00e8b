/* SPDX-License-Identifier: MIT */
/*
 * stay_filter - the query parameters that narrow a list of bookings, payments or mypages: bookId,
 * roomId, hostId, guestId, startDate and endDate.
 */
#ifndef FCGI_STAY_FILTER_H
#define FCGI_STAY_FILTER_H

#include "app/stay_filter.h"
#include "base/err.h"

struct request;
struct response;

/* ERR_INVALID with the faults in res->faults. ERR_MEMORY. */
MUST_CHECK enum err request_stay_filter(const struct request *req, struct stay_filter *ret_filter,
                                        struct response *res);

#endif
