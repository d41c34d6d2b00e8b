/* SPDX-License-Identifier: MIT */
/*
 * cookie - reads a cookie of a request (RFC 6265, 5.4).
 */
#ifndef FCGI_COOKIE_H
#define FCGI_COOKIE_H

#include <stdbool.h>
#include <stddef.h>

/* Copies the value of the first cookie of this name in a Cookie header. Whether there is one that fits. */
bool cookie_find(const char *cookies, const char *name, char *ret_value, size_t size);

#endif
