/* SPDX-License-Identifier: MIT */
/*
 * GET /rooms - searches open rooms; with dates only those free for the whole stay, each with its
 * total; with hostId only those of that host, with role=host only the caller's own; with
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

struct room_query {
	struct room_search search;
	unsigned given; /* START, END, HOST */
	unsigned role;  /* index into role_names */
};

static const char *const sorts[] = {
	[ROOM_SORT_ID] = "id",     [ROOM_SORT_PRICE] = "price",       [ROOM_SORT_NAME] = "name",
	[ROOM_SORT_CITY] = "city", [ROOM_SORT_CAPACITY] = "capacity", NULL};

static const struct field query[] = {
	FIELD(room_query, search.stay.start, DATE, "startDate", OPTIONAL,
              GIVEN(room_query, given, START)),
	FIELD(room_query, search.stay.end, DATE, "endDate", OPTIONAL,
              GIVEN(room_query, given, END)),
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

static enum err
read_query(const struct app *app, const struct request *req, struct room_query *input,
           struct response *res)
{
	enum err paging = request_paging(req, sorts, false, &input->search.paging, res);
	enum err err = request_query(req, query, input, res);
	/* Dates are given both or not at all, and make a stay that can be booked. */
	const unsigned dates = input->given & (START | END);
	if (dates == (START | END)) {
		stay_check(input->search.stay, app_today(app),
		           app->settings->past_dates == PAST_ALLOW, &res->faults);
	} else if (err == OK) {
		if (dates == START)
			response_fault(res, "/endDate", "required",
			               "endDate is required together with startDate");
		if (dates == END)
			response_fault(res, "/startDate", "required",
			               "startDate is required together with endDate");
	}
	input->search.of_host = is_host(input) || input->given & HOST;
	if (err == OK && paging == OK && res->faults.n)
		return ERR_INVALID;
	return err == OK ? paging : err;
}

struct row_list {
	const struct stay *stay;
	const struct caller *host; /* NULL: a guest searches */
	struct json_object *items;
};

static void
append(void *arg, const struct room *room)
{
	struct row_list *rows = arg;
	struct json_object *item = room_item(room, rows->host);
	int nights = stay_nights(*rows->stay);
	money_t total;
	if (nights > 0 && money_times(room->price, (uint32_t)nights, &total) == OK)
		json_put_u64(&item, "total", total);
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

	struct row_list found = {&input.search.stay, is_host(&input) ? &req->caller : NULL,
	                         json_new_array()};
	err = app->rooms->search(app->rooms->self, &input.search, append, &found, &total);
	if (err != OK) {
		json_p(&found.items);
		return err;
	}
	return response_body(res, hal_page(req, "rooms", found.items, &input.search.paging, total));
}
