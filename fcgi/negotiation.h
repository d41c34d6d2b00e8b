/* SPDX-License-Identifier: MIT */
/*
 * negotiation - what a client sends (Content-Type) and prefers (Accept, Accept-Language).
 */
#ifndef FCGI_NEGOTIATION_H
#define FCGI_NEGOTIATION_H

#include "domain/language.h"

#include <stdbool.h>

/* Whether a Content-Type has the given media type; case and parameters are ignored. */
bool media_type_is(const char *content_type, const char *type);

/* Whether the charset of a Content-Type, if it names one, is UTF-8 or a part of it. */
bool media_type_is_utf8(const char *content_type);

/* Whether an Accept header ranks text/html above JSON, as browsers do for pages. */
bool accept_prefers_html(const char *accept);

/*
 * The language in which the client wants to be written to: the one that its user has chosen on the
 * pages (cookie "language"), else the one that Accept-Language ranks highest, by the lookup of RFC
 * 4647, 3.4. LANGUAGE_MAX: neither names one of ours.
 */
enum language language_wanted(const char *cookies, const char *accept_language);

#endif
