/* SPDX-License-Identifier: MIT */
/*
 * GET /books/{id}/timeline - every change of a booking: when, by whom, why.
 *
 *	200  the changes, oldest first  404  the caller has no such booking
 */
#include "adapters/json/json.h"
#include "app/app.h"
#include "base/mem.h"
#include "fcgi/book/handlers.h"
#include "fcgi/hal.h"
#include "fcgi/request.h"
#include "fcgi/response.h"

#include <inttypes.h>

/* The role of the actor. A caller without roles is the settler. */
static const char *
actor_role_name(unsigned roles)
{
	static const struct {
		enum role role;
		const char *name;
	} names[] = {{ROLE_SERVICE, "service"},
	             {ROLE_OPERATOR, "operator"},
	             {ROLE_HOST, "host"},
	             {ROLE_GUEST, "guest"}};
	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		if (roles & names[i].role)
			return names[i].name;
	return "system";
}

static struct json_object *
step_view(const struct book_step *step)
{
	bool first = step->version == 1;
	struct json_object *view = json_new_object(), *by = json_new_object();
	json_put_u64(&by, "id", step->by.id);
	json_put_text(&by, "role", actor_role_name(step->by.roles));
	json_put_u64(&view, "version", step->version);
	json_put_instant(&view, "at", step->at);
	json_put_text(&view, "from", first ? NULL : book_status_name(step->from));
	json_put_text(&view, "to", book_status_name(step->to));
	json_put_value(&view, "by", by);
	json_put_text(&view, "why", step->why);
	json_put_text(&view, "requestId", *step->request_id ? step->request_id : NULL);
	return view;
}

static void
append(void *arg, const struct book_step *step)
{
	struct json_object **steps = arg;
	json_append(steps, step_view(step));
}

enum err
book_timeline(const struct app *app, const struct request *req, struct response *res)
{
	struct book book;
	enum err err = app->books->find(app->books->self, req->ids[0], &req->caller, &book);
	if (err != OK)
		return err;
	struct json_object *steps = json_new_array();
	err = app->books->timeline(app->books->self, book.id, append, &steps);
	if (err != OK) {
		json_p(&steps);
		return err;
	}
	response_correlation(res, book.id);
	struct json_object *view = json_new_object();
	json_put_u64(&view, "bookId", book.id);
	json_put_value(&view, "steps", steps);
	char as[HAL_CALLER_TEXT];
	hal_caller(&req->caller, CALLER_GUEST_OR_HOST, as);
	hal_link(&view, "self", "%s%s", req->path, as);
	hal_link(&view, "book", "/books/%" PRIu64 "%s", book.id, as);
	return response_body(res, view);
}
