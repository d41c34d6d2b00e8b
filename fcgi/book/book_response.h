/* SPDX-License-Identifier: MIT */
/*
 * book_response - a booking, or why there is none, as the body of a response.
 */
#ifndef FCGI_BOOK_BOOK_RESPONSE_H
#define FCGI_BOOK_BOOK_RESPONSE_H

#include "app/book/book.h"

struct json_object;
struct response;

/* The booking with links to what the caller may do with it now. NULL: out of memory. */
struct json_object *book_item(const struct app *app, const struct caller *caller,
                              const struct book *book);

/* Answers with the booking: body, ETag, and the log's correlation. ERR_MEMORY. */
MUST_CHECK enum err book_response(const struct app *app, const struct caller *caller,
                                  const struct book *book, struct response *res);

/*
 * Answers with the result of placing, paying or cancelling. OK: the booking; 202 while its payment
 * is pending. Any other err is returned, with what the result has added to the problem: detail,
 * taken nights, alternatives, a link to the booking.
 */
MUST_CHECK enum err book_response_result(const struct app *app, const struct caller *caller,
                                         const struct book_result *result, enum err err,
                                         struct response *res);

#endif
