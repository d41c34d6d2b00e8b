/* SPDX-License-Identifier: MIT */
#include "fcgi/stay_filter.h"

#include "fcgi/request.h"
#include "fcgi/response.h"

static const struct field fields[] = {
	FIELD(stay_filter, book_id, ID, "bookId", OPTIONAL, .min = 1),
	FIELD(stay_filter, room_id, ID, "roomId", OPTIONAL, .min = 1),
	FIELD(stay_filter, host_id, ID, "hostId", OPTIONAL, GIVEN_BOOL(stay_filter, of_host)),
	FIELD(stay_filter, guest_id, ID, "guestId", OPTIONAL, GIVEN_BOOL(stay_filter, of_guest)),
	FIELD(stay_filter, dates.start, DATE, "startDate", OPTIONAL,
              GIVEN_BOOL(stay_filter, has_start)),
	FIELD(stay_filter, dates.end, DATE, "endDate", OPTIONAL, GIVEN_BOOL(stay_filter, has_end)),
	FIELD_END};

enum err
request_stay_filter(const struct request *req, struct stay_filter *ret_filter, struct response *res)
{
	struct stay_filter filter = {.book_id = 0};
	enum err err = request_query(req, fields, &filter, res);
	if (filter.has_start && filter.has_end && stay_nights(filter.dates) < 1) {
		response_fault(res, "/endDate", "date.order", "endDate must be after startDate");
		return ERR_INVALID;
	}
	if (err == OK)
		*ret_filter = filter;
	return err;
}
