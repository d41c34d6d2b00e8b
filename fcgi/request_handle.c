/* SPDX-License-Identifier: MIT */
#include "fcgi/request_handle.h"

#include "base/text.h"

#include <string.h>

/* Internal operations need the secret that the services share. */
static enum err
service_token_check(const struct program *program, const struct raw_request *raw,
                    const struct route *route)
{
	const char *secret = program->settings->service_token;
	if (!route->internal)
		return OK;
	if (!*secret ||
	    !text_equal_secret(param_or(raw->params, "HTTP_X_SERVICE_TOKEN", ""), secret))
		return ERR_UNAUTHORIZED;
	return OK;
}

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

/* From the route to the outcome of its handler. */
static enum err
handle(const struct program *program, const struct raw_request *raw, struct request *req,
       struct response *res, unsigned *ret_allowed)
{
	enum err err = route_match(program, raw, req, ret_allowed);
	if (err != OK)
		return err;
	if (req->method == OPTIONS)
		return OK;
	err = service_token_check(program, raw, req->route);
	if (err == OK)
		err = request_read(raw, req, res);
	if (err == OK)
		err = req->route->handler(program->app, req, res);
	return err == OK ? res->broken : err;
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
	http->route = req.route;
	http->correlation = res.correlation;
	err = http_response_write(&req, &res, err, allowed, http);
	response_done(&res);
	if (err != OK)
		err = http_response_write(&req, &res, err, 0, http);
	if (err != OK)
		http->silent = true; /* no memory even for the problem: nginx will answer 502 */
	request_done(&req);
}
