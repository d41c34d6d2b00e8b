/* SPDX-License-Identifier: MIT */
#include "fcgi/request_handle.h"

#include "base/mem.h"
#include "fcgi/credentials.h"
#include "fcgi/request_audit.h"
#include "fcgi/response.h"

#include <inttypes.h>
#include <string.h>

/* Finds the route; ret_allowed is filled where the answer has an Allow header. */
static enum err
route_match(const struct program *program, const struct raw_request *raw, struct request *req,
            unsigned *ret_allowed)
{
	struct route_match match = {.route = NULL};
	bool internal = strcmp(param_or(raw->params, "HOTEL_LISTENER", ""), "internal") == 0;
	enum err err = route_find(program->service->routes, program->service->n_routes, internal,
	                          req->method, req->path, &match);
	req->route = match.route;
	memcpy(req->ids, match.ids, sizeof(req->ids));
	if (err == ERR_METHOD || (err == OK && req->method == OPTIONS))
		*ret_allowed = match.allowed;
	return err;
}

/* A write to what has no ETag, such as a list: no tag can be its own, and it exists. */
static enum err
condition_check(const struct request *req)
{
	if (req->method == GET || req->method == HEAD || req->route->guarded)
		return OK;
	return precondition_check(&req->condition, 0);
}

/* A request that is invalid had no effect, so a key that is known was used for another one. That is
 * said before anything else; a browser's form may be corrected (key_of_form()). */
static enum err
key_check(const struct program *program, const struct request *req, struct response *res)
{
	if (!*req->key.key || req->prefers_html || !program->service->key_find)
		return ERR_INVALID;
	enum err err = program->service->key_find(program->app, &req->key);
	if (err == ERR_NOT_FOUND)
		return ERR_INVALID;
	if (err != OK && err != ERR_KEY_REUSED)
		return err;
	res->faults.n = 0;
	return ERR_KEY_REUSED;
}

/* Header fields that were cut off could change what the request means. */
static enum err
params_check(const struct raw_request *raw, struct response *res)
{
	if (!raw->params_too_large)
		return OK;
	response_detail(res, "The header has too many fields, or they are too large together. "
	                     "Send fewer or shorter ones.");
	return ERR_MALFORMED;
}

/* From the route to the outcome of its handler. */
static enum err
handle(const struct program *program, const struct raw_request *raw, struct request *req,
       struct response *res, unsigned *ret_allowed)
{
	enum err err = params_check(raw, res);
	if (err == OK)
		err = route_match(program, raw, req, ret_allowed);
	if (err != OK)
		return err;
	if (req->method == OPTIONS)
		return OK;
	err = credentials_read(program, raw, req, &req->credentials, res);
	if (err == OK)
		err = request_read(raw, req, res);
	if (err == OK)
		err = condition_check(req);
	if (err == OK)
		err = req->route->handler(program->app, req, res);
	if (err == ERR_INVALID)
		err = key_check(program, req, res);
	return err == OK ? res->broken : err;
}

/* What the first word of a path names. */
static const char *
noun_of(const char *path)
{
	static const struct {
		const char *path, *noun;
	} nouns[] = {{"/rooms/", "room"},
	             {"/books/", "booking"},
	             {"/payments/", "payment"},
	             {"/mypages/", "booking in the view"},
	             {"/guestManagementPages/", "booking in the view"},
	             {"/notifications/", "notification"},
	             {"/accounts/me/sessions/", "session"}};
	for (size_t i = 0; i < ARRAY_SIZE(nouns); i++)
		if (strncmp(path, nouns[i].path, strlen(nouns[i].path)) == 0)
			return nouns[i].noun;
	return "resource";
}

/* Says what there is not, and for whom: who does not own a thing is told no more. */
static void
not_found_explain(const struct request *req, struct response *res)
{
	const char *noun = noun_of(req->path);
	const uint64_t id = req->ids[0], caller = req->caller.id;
	const bool is_host = req->caller.roles == ROLE_HOST;
	if (!req->route) {
		response_detail(res, "There is no such path. /openapi.yaml describes all of them.");
		return;
	}
	if (req->route->internal || req->route->caller == CALLER_NONE)
		return;
	if (req->route->open)
		response_detail(res, "There is no %s %" PRIu64 ".", noun, id);
	else if (req->caller.proven)
		response_detail(res, "You have no %s %" PRIu64 ".", noun, id);
	else if (req->route->caller == CALLER_RECIPIENT)
		response_detail(res,
		                "Recipient %" PRIu64 " has no %s %" PRIu64
		                ". Send the recipientId that it is for.",
		                caller, noun, id);
	else if (req->route->caller == CALLER_HOST)
		response_detail(res,
		                "Host %" PRIu64 " offers no %s %" PRIu64
		                ". Send the hostId of its host; a deleted one stays deleted.",
		                caller, noun, id);
	else
		response_detail(res,
		                "%s %" PRIu64 " has no %s %" PRIu64
		                ". Send the guestId of its guest, or role=host and the hostId of "
		                "its host.",
		                is_host ? "Host" : "Guest", caller, noun, id);
}

void
request_handle(const struct program *program, const struct raw_request *raw,
               struct http_response *http)
{
	struct response res = {.status = 0};
	struct request req;
	unsigned allowed = 0;
	request_begin(raw, program->settings, &req);
	http_response_begin(http, &req);
	enum err err = handle(program, raw, &req, &res, &allowed);
	err = request_audit(program, raw, &req, &res, err);
	http->route = req.route;
	http->correlation = res.correlation;
	if (err == ERR_NOT_FOUND && !*res.detail)
		not_found_explain(&req, &res);
	err = http_response_write(&req, &res, err, allowed, http);
	response_done(&res);
	if (err != OK)
		err = http_response_write(&req, &res, err, 0, http);
	if (err != OK)
		http->silent = true; /* no memory even for the problem: nginx will answer 502 */
	request_done(&req);
}
