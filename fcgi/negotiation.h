/* SPDX-License-Identifier: MIT */
/*
 * negotiation - media types: what a client sends (Content-Type) and prefers (Accept).
 */
#ifndef FCGI_NEGOTIATION_H
#define FCGI_NEGOTIATION_H

#include <stdbool.h>

/* Whether a Content-Type has the given media type; case and parameters are ignored. */
bool media_type_is(const char *content_type, const char *type);

/* Whether the charset of a Content-Type, if it names one, is UTF-8 or a part of it. */
bool media_type_is_utf8(const char *content_type);

/* Whether an Accept header ranks text/html above JSON, as browsers do for pages. */
bool accept_prefers_html(const char *accept);

#endif
