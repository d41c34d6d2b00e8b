/*
 * params - what nginx tells of a request: NAME=value, as FastCGI hands it on.
 */
#ifndef FCGI_PARAMS_H
#define FCGI_PARAMS_H

#include <stdbool.h>

/* The value of a parameter; NULL if there is none. params ends with a NULL. */
const char *param_get(char *const params[], const char *name);

/* The same with a value in its place. */
const char *param_or(char *const params[], const char *name, const char *fallback);

/* Whether a Content-Type is of the given media type, whatever its parameters and case. */
bool media_type_is(const char *content_type, const char *type);

/* Whether an Accept header ranks text/html above JSON: a browser that shows a page. */
bool accept_prefers_html(const char *accept);

#endif
