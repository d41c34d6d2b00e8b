/* request_handle - one request from what came over the wire to the bytes that go back. */
#include "fcgi/request_handle.h"

#include "base/text.h"
#include "fcgi/params.h"
#include "fcgi/response_write.h"

#include <string.h>

/* Internal operations are for whoever shows the secret that services share. */
static enum err
service_token_check(const struct program *program, const struct raw_request *in,
                    const struct route *route)
{
	const char *secret = program->settings->service_token;
	if (!route->internal)
		return OK;
	if (!*secret ||
	    !text_equal_secret(param_or(in->params, "HTTP_X_SERVICE_TOKEN", ""), secret))
		return ERR_UNAUTHORIZED;
	return OK;
}

/* Finds the route; ret_allowed is filled for answers that name the path's methods. */
static enum err
route_take(const struct program *program, const struct raw_request *in, struct request *req,
           unsigned *ret_allowed)
{
	struct route_match match = {.route = NULL};
	bool internal = strcmp(param_or(in->params, "HOTEL_LISTENER", ""), "internal") == 0;
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
handle(const struct program *program, const struct raw_request *in, struct request *req,
       struct response *res, unsigned *ret_allowed)
{
	enum err err = route_take(program, in, req, ret_allowed);
	if (err != OK)
		return err;
	if (req->method == OPTIONS)
		return OK;
	err = service_token_check(program, in, req->route);
	if (err == OK)
		err = request_read(in, req, res);
	if (err == OK)
		err = req->route->handler(program->app, req, res);
	return err == OK ? res->broken : err;
}

static void
answer_begin(const struct request *req, struct http_response *answer)
{
	*answer = (struct http_response){
		.head = answer->head, .body = answer->body, .method = req->method};
	answer->head.max = RESPONSE_HEAD_MAX;
	answer->body.max = RESPONSE_BODY_MAX;
	memcpy(answer->request_id, req->origin.request_id, sizeof(answer->request_id));
	memcpy(answer->traceparent, req->origin.traceparent, sizeof(answer->traceparent));
}

void
request_handle(const struct program *program, const struct raw_request *in,
               struct http_response *answer)
{
	struct response res = {.status = 0};
	struct request req;
	unsigned allowed = 0;
	request_begin(in, program->settings, &req);
	answer_begin(&req, answer);
	enum err err = handle(program, in, &req, &res, &allowed);
	answer->route = req.route;
	answer->correlation = res.correlation;
	answer->silent = res.hang;
	answer->hold_until_ms = res.hang ? req.deadline_ms : 0;
	err = response_write(&req, &res, err, allowed, answer);
	response_done(&res);
	if (err != OK)
		err = response_write(&req, &res, err, 0, answer);
	if (err != OK)
		answer->silent = true; /* not even memory for saying so: nginx will answer 502 */
	request_done(&req);
}

void
http_response_done(struct http_response *answer)
{
	buf_done(&answer->head);
	buf_done(&answer->body);
}
