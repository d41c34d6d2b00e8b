/* SPDX-License-Identifier: MIT */
/*
 * request_handle - takes one HTTP request from nginx's parameters to the bytes of its response:
 * raw_request -> request -> (handler) -> response -> http_response. It knows no socket.
 */
#ifndef FCGI_REQUEST_HANDLE_H
#define FCGI_REQUEST_HANDLE_H

#include "fcgi/http_response.h"
#include "fcgi/request_read.h"
#include "fcgi/service.h"

/* What all requests of a program share. */
struct program {
	const struct service *service;
	const struct settings *settings;
	const struct app *app;
};

/* Answers a request; every outcome has a response. http may be reused, with its buffers. */
void request_handle(const struct program *program, const struct raw_request *raw,
                    struct http_response *http);

#endif
