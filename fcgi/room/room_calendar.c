/* SPDX-License-Identifier: MIT */
/*
 * GET /rooms/{id}/calendar - the taken nights of a room, as far as the events of book have arrived, and
 * the days on which a stay can start.
 *
 *	200  the nights in order        404  no such room
 *	422  invalid range
 */
#include "adapters/json/json.h"
#include "app/app.h"
#include "fcgi/hal.h"
#include "fcgi/request.h"
#include "fcgi/response.h"
#include "fcgi/room/handlers.h"

#include <inttypes.h>

#define RANGE_DAYS     31
#define RANGE_DAYS_MAX 366
#define TO_GIVEN       1u

struct calendar_query {
	struct stay range;
	unsigned given; /* TO_GIVEN */
};

static const struct field query[] = {FIELD(calendar_query, range.start, DATE, "from", OPTIONAL),
                                     FIELD(calendar_query, range.end, DATE, "to", OPTIONAL,
                                           GIVEN(calendar_query, given, TO_GIVEN)),
                                     FIELD_END};

static enum err
read_range(const struct app *app, const struct request *req, struct stay *ret_range,
           struct response *res)
{
	struct calendar_query input = {.range.start = app_today(app)};
	enum err err = request_query(req, query, &input, res);
	if (err != OK)
		return err;
	if (!(input.given & TO_GIVEN))
		input.range.end = input.range.start + (req->page ? RANGE_DAYS_MAX : RANGE_DAYS);
	int days = stay_nights(input.range);
	if (days < 1)
		response_fault(res, "/to", "date.order", "to must be after from");
	else if (days > RANGE_DAYS_MAX)
		response_fault(res, "/to", "range",
		               "the range has %d days; at most %d can be shown at once", days,
		               RANGE_DAYS_MAX);
	*ret_range = input.range;
	return res->faults.n ? ERR_INVALID : OK;
}

static void
append(void *arg, day_t night)
{
	struct json_object **taken = arg;
	json_append_day(taken, night);
}

/* The first and the last day on which a stay can start; any past one has no first. */
static struct json_object *
bookable_view(const struct app *app)
{
	const day_t today = app_today(app);
	struct json_object *view = json_new_object();
	if (app->settings->past_dates == PAST_ALLOW)
		json_put_null(&view, "first");
	else
		json_put_day(&view, "first", today);
	json_put_day(&view, "last", stay_last_start(today));
	return view;
}

/* The taken nights as stays: consecutive nights together. */
struct stay_list {
	struct json_object *items;
	struct stay last; /* without nights: none yet */
};

static void
stay_add(struct stay_list *list)
{
	struct json_object *item = json_new_object();
	if (stay_nights(list->last) < 1) {
		json_p(&item);
		return;
	}
	json_put_day(&item, "startDate", list->last.start);
	json_put_day(&item, "endDate", list->last.end);
	json_append(&list->items, item);
}

static void
append_to_stay(void *arg, day_t night)
{
	struct stay_list *list = arg;
	if (night != list->last.end) {
		stay_add(list);
		list->last.start = night;
	}
	list->last.end = night + 1;
}

/* A page without script has no calendar; it lists when the room is taken. */
static enum err
taken_stays(const struct app *app, uint64_t room_id, struct stay range, struct response *res)
{
	struct json_object *view = json_new_object();
	struct stay_list list = {.items = json_new_array()};
	enum err err =
		app->rooms->calendar(app->rooms->self, room_id, range, append_to_stay, &list);
	stay_add(&list);
	json_put_value(&view, "stays", list.items);
	if (err == OK)
		return response_body(res, view);
	json_p(&view);
	return err;
}

enum err
room_calendar(const struct app *app, const struct request *req, struct response *res)
{
	struct stay range;
	enum err err = read_range(app, req, &range, res);
	if (err != OK)
		return err;
	if (req->page)
		return taken_stays(app, req->ids[0], range, res);
	struct json_object *taken = json_new_array();
	err = app->rooms->calendar(app->rooms->self, req->ids[0], range, append, &taken);
	if (err != OK) {
		json_p(&taken);
		return err;
	}
	char from[DAY_TEXT], to[DAY_TEXT];
	struct json_object *view = json_new_object();
	json_put_u64(&view, "roomId", req->ids[0]);
	json_put_day(&view, "from", range.start);
	json_put_day(&view, "to", range.end);
	json_put_value(&view, "taken", taken);
	json_put_value(&view, "bookable", bookable_view(app));
	hal_link(&view, "self", "%s?from=%s&to=%s", req->path, day_format(range.start, from),
	         day_format(range.end, to));
	hal_link(&view, "room", "/rooms/%" PRIu64, req->ids[0]);
	return response_body(res, view);
}
