/*
 * book_response - a book, or why there is none, as the handlers of this program answer it.
 */
#ifndef FCGI_BOOK_BOOK_RESPONSE_H
#define FCGI_BOOK_BOOK_RESPONSE_H

#include "app/book/book.h"

struct json_object;
struct response;

/* The book with links to what the caller may do with it now. NULL: out of memory. */
struct json_object *book_item(const struct app *app, const struct caller *caller,
                              const struct book *book);

/* Answers with the book as it stands: body, ETag, and the log's correlation. ERR_MEMORY. */
MUST_CHECK enum err book_response(const struct app *app, const struct caller *caller,
                                  const struct book *book, struct response *res);

/*
 * Answers what came of placing or paying. OK: Booked, or 202 for one that is to be paid a little
 * later. Any other err is returned after the problem was given what the outcome knows: detail,
 * taken nights, alternatives, a link to the book.
 */
MUST_CHECK enum err book_response_outcome(const struct app *app, const struct caller *caller,
                                          const struct book_outcome *outcome, enum err err,
                                          struct response *res);

#endif
