/* SPDX-License-Identifier: MIT */
/*
 * ssi - the representation of a response for the pages: server side includes (SSI) of nginx.
 *
 * nginx serves a page by asking the service for a resource, and names the page in HOTEL_PAGE. The
 * answer sets a variable for each member and includes the page's template, which has all markup and
 * all texts in each language:
 *
 *	<!--# set var="book_id" value="5" --> ... <!--# include virtual="/templates/booking.html?$args" -->
 *
 * The names are those of the JSON: the resource, then the members, joined by "_": book_contact_name.
 * People write money and dates otherwise than programs, so there are further variables:
 *
 *	price, with currency        _money            "85,000 KRW"
 *	                            _amount           "85000", as a form has it
 *	a date or an instant        _year, _month, _day
 *	an instant                  _time             "14:15 KST": the hotel's clocks; _moment with the date
 *	startDate with endDate      nights
 *	page                        _shown, _prev, _next   the number from 1; the pages beside it, if any
 *	_links                      link_<rel>        the path; link_<rel>_query what follows its "?"
 *	a problem                   problem           its slug; "" if there is none
 *	a strong ETag               tag               with its quotes, for the field ifMatch of a form
 *	the request's query         asked_<name>
 *
 * A list has <element>_count, its name in the singular: rooms to "room", identities to "identity". Each element of a list (of _embedded, or errors of a problem) sets its variables and includes
 * /templates/fragments/<list>.html; all rows stand between the template and its second part, PAGE.end.html.
 * With HOTEL_PAGE "data" a template includes a resource itself: no template, and the status is 200.
 *
 * Values are escaped for HTML, and so that nginx finds neither the end of the value nor a variable
 * in it. Templates write them with encoding="none".
 */
#ifndef FCGI_SSI_H
#define FCGI_SSI_H

#include "base/buf.h"
#include "base/err.h"

struct json_object;
struct request;

#define SSI_DATA     "data"   /* a resource without a page */
#define PAGE_SIGN_IN "signin" /* what nobody sees in place of a page that is for somebody */

/* Writes a body, or a problem if the slug is not "". The tag is the body's ETag; "": none.
 * ERR_MEMORY, ERR_TOO_LARGE. */
MUST_CHECK enum err ssi_write(const struct request *req, struct json_object *body, const char *slug,
                              const char *tag, struct buf *to);

#endif
