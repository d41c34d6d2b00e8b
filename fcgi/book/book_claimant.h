/* SPDX-License-Identifier: MIT */
/*
 * book_claimant - who claims bookings: the account that is signed in, with the verified e-mail that its
 * access token has.
 */
#ifndef FCGI_BOOK_BOOK_CLAIMANT_H
#define FCGI_BOOK_BOOK_CLAIMANT_H

#include "domain/book/book.h"

struct request;
struct response;

/* ERR_UNAUTHORIZED: nobody is signed in, with the detail in res. A request that only says who it is, and
 * the key of a booking, are no account. */
MUST_CHECK enum err claimant_read(const struct request *req, struct claimant *ret_claimant,
                                  struct response *res);

/* Adds to the problem what whoever was refused can do. */
void claim_explain(enum err err, struct response *res);

#endif
