/* SPDX-License-Identifier: MIT */
/*
 * media_type - the media type of a request's body, by its Content-Type. What the client accepts is
 * decided by nginx alone (nginx/negotiation.conf).
 */
#ifndef FCGI_MEDIA_TYPE_H
#define FCGI_MEDIA_TYPE_H

#include <stdbool.h>

/* Whether a Content-Type has the given media type; case and parameters are ignored. */
bool media_type_is(const char *content_type, const char *type);

/* Whether the charset of a Content-Type, if it names one, is UTF-8 or a part of it. */
bool media_type_is_utf8(const char *content_type);

#endif
