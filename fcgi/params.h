/*
 * params - the FastCGI parameters that nginx sends with a request: NAME=value.
 */
#ifndef FCGI_PARAMS_H
#define FCGI_PARAMS_H

/* The value of a parameter; NULL if there is none. params ends with a NULL. */
const char *param_get(char *const params[], const char *name);

/* The value of a parameter, or fallback if there is none. */
const char *param_or(char *const params[], const char *name, const char *fallback);

#endif
