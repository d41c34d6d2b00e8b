/* SPDX-License-Identifier: MIT */
/*
 * GET /rooms - searches open rooms; with dates only those free for the whole stay, each with its
 * total; with flexible or nights for one of several stays, which each room names; with hostId only those of that host, with role=host only the caller's own; with
 * status=Deleted those that are not offered any more. Dates that
 * cannot be booked are refused as POST /books refuses them.
 *
 *	200  a page                     422  invalid query
 *	401  role=host, and nobody is signed in
 */
#include "adapters/json/json.h"
#include "app/app.h"
#include "fcgi/hal.h"
#include "fcgi/paging.h"
#include "fcgi/request.h"
#include "fcgi/response.h"
#include "fcgi/room/handlers.h"
#include "fcgi/room/room_host_check.h"
#include "fcgi/room/room_response.h"

#define START 1u
#define END   2u
#define HOST  4u
#define MOVED 8u
#define SOME  16u

struct room_query {
	struct room_search search;
	unsigned given; /* START, END, HOST, MOVED, SOME */
	uint32_t flexible, nights;
	unsigned role; /* index into role_names */
};

static const char *const sorts[] = {
	[ROOM_SORT_ID] = "id",     [ROOM_SORT_PRICE] = "price",       [ROOM_SORT_NAME] = "name",
	[ROOM_SORT_CITY] = "city", [ROOM_SORT_CAPACITY] = "capacity", NULL};

static const struct field query[] = {
	FIELD(room_query, search.stay.start, DATE, "startDate", OPTIONAL,
              GIVEN(room_query, given, START)),
	FIELD(room_query, search.stay.end, DATE, "endDate", OPTIONAL,
              GIVEN(room_query, given, END)),
	FIELD(room_query, flexible, NUMBER, "flexible", OPTIONAL, .max = STAY_FLEXIBLE_MAX,
              GIVEN(room_query, given, MOVED)),
	FIELD(room_query, nights, NUMBER, "nights", OPTIONAL, .min = 1, .max = STAY_NIGHTS_MAX,
              GIVEN(room_query, given, SOME)),
	FIELD(room_query, search.guests, NUMBER, "guests", OPTIONAL, .min = 1,
              .max = ROOM_CAPACITY_MAX),
	FIELD(room_query, search.max_price, MONEY, "maxPrice", OPTIONAL, .min = 1,
              .decimal = "maxAmount"),
	FIELD(room_query, search.text, TEXT, "q", OPTIONAL, .max = ROOM_NAME_CHARS),
	FIELD(room_query, search.city, TEXT, "city", OPTIONAL, .max = ROOM_CITY_CHARS),
	FIELD(room_query, search.host_id, ID, "hostId", OPTIONAL, GIVEN(room_query, given, HOST)),
	FIELD(room_query, role, CHOICE, "role", OPTIONAL, .choices = role_names),
	FIELD(room_query, search.room_id, ID, "roomId", OPTIONAL, .min = 1),
	FIELD(room_query, search.status, CHOICE, "status", OPTIONAL, .choices = room_status_names),
	FIELD_END};

static bool
is_host(const struct room_query *input)
{
	return role_at(input->role) == ROLE_HOST;
}

/* So many nights somewhere in the range that the dates are. */
static void
nights_check(const struct app *app, struct room_query *input, struct response *res)
{
	const struct stay range = input->search.stay;
	const struct stay first = {range.start, range.start + (day_t)input->nights};
	if (input->given & MOVED)
		response_fault(res, "/flexible", "range", "flexible and nights exclude each other");
	if (stay_nights(range) > STAY_RANGE_MAX)
		response_fault(res, "/endDate", "range",
		               "the range has %d days; with nights it has at most %d",
		               stay_nights(range), STAY_RANGE_MAX);
	else if (stay_nights(range) > 0 && stay_nights(range) < stay_nights(first))
		response_fault(res, "/nights", "range",
		               "there are only %d nights between the dates", stay_nights(range));
	stay_check(stay_nights(range) > 0 ? first : range, app_today(app),
	           app->settings->past_dates == PAST_ALLOW, &res->faults);
	if (!res->faults.n)
		stay_choose_within(range, input->nights, stay_last_start(app_today(app)),
		                   &input->search.choice);
}

/* Dates are given both or not at all, and make a stay that can be booked. */
static void
dates_check(const struct app *app, struct room_query *input, struct response *res)
{
	const bool past = app->settings->past_dates == PAST_ALLOW;
	const day_t today = app_today(app);
	if (input->given & SOME) {
		nights_check(app, input, res);
		return;
	}
	stay_check(input->search.stay, today, past, &res->faults);
	if (input->flexible && !res->faults.n)
		stay_choose_near(input->search.stay, input->flexible,
		                 past ? input->search.stay.start - STAY_FLEXIBLE_MAX : today,
		                 stay_last_start(today), &input->search.choice);
}

/* One date alone, or none with what needs dates. */
static void
dates_missing(unsigned given, struct response *res)
{
	const unsigned dates = given & (START | END);
	const char *with = dates == START || dates == END ? "the other date"
	                   : given & MOVED                ? "flexible"
	                                                  : "nights";
	if (!(given & (START | END | MOVED | SOME)))
		return;
	if (!(given & START))
		response_fault(res, "/startDate", "required",
		               "startDate is required together with %s",
		               dates == END ? "endDate" : with);
	if (!(given & END))
		response_fault(res, "/endDate", "required", "endDate is required together with %s",
		               dates == START ? "startDate" : with);
}

static enum err
read_query(const struct app *app, const struct request *req, struct room_query *input,
           struct response *res)
{
	enum err paging = request_paging(req, sorts, false, &input->search.paging, res);
	enum err err = request_query(req, query, input, res);
	if ((input->given & (START | END)) == (START | END))
		dates_check(app, input, res);
	else if (err == OK)
		dates_missing(input->given, res);
	input->search.of_host = is_host(input) || input->given & HOST;
	if (err == OK && paging == OK && res->faults.n)
		return ERR_INVALID;
	return err == OK ? paging : err;
}

struct row_list {
	const struct caller *host; /* NULL: a guest searches */
	bool with_dates;           /* each room names the stay that it is free for */
	struct json_object *items;
};

static void
append(void *arg, const struct room *room, struct stay stay)
{
	struct row_list *rows = arg;
	struct json_object *item = room_item(room, rows->host);
	money_t total;
	if (stay_nights(stay) > 0 && room_total(room->price, stay, &total) == OK)
		json_put_u64(&item, "total", total);
	if (rows->with_dates) {
		json_put_day(&item, "startDate", stay.start);
		json_put_day(&item, "endDate", stay.end);
	}
	json_append(&rows->items, item);
}

enum err
room_list(const struct app *app, const struct request *req, struct response *res)
{
	struct room_query input = {.role = 0};
	uint64_t total;
	enum err err = read_query(app, req, &input, res);
	if (err == OK && is_host(&input))
		err = room_host_check(req, res);
	if (err != OK)
		return err;

	struct row_list found = {is_host(&input) ? &req->caller : NULL, input.search.choice.n > 0,
	                         json_new_array()};
	err = app->rooms->search(app->rooms->self, &input.search, append, &found, &total);
	if (err != OK) {
		json_p(&found.items);
		return err;
	}
	return response_body(res, hal_page(req, "rooms", found.items, &input.search.paging, total));
}
