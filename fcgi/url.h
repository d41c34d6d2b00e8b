/* SPDX-License-Identifier: MIT */
/*
 * url - adds percent-encoded query parameters to a URL.
 */
#ifndef FCGI_URL_H
#define FCGI_URL_H

#include "base/buf.h"
#include "base/err.h"

/* Appends ?name=value, or &name=value if there is a ? already. ERR_TOO_LARGE, ERR_MEMORY. */
MUST_CHECK enum err url_parameter_add(struct buf *url, const char *name, const char *value);

#endif
