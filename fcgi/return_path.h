/* SPDX-License-Identifier: MIT */
/*
 * return_path - the page that a browser goes back to after signing in. It comes from outside, so only the
 * path of a page of ours counts, never a host: no open redirect (CWE-601).
 */
#ifndef FCGI_RETURN_PATH_H
#define FCGI_RETURN_PATH_H

#include "base/err.h"

#include <stdbool.h>

#define RETURN_FIELD     "return" /* of the form that signs in */
#define RETURN_PATH_SIZE 512      /* bytes with the end; what is longer leads nowhere */

struct request;

/*
 * Takes a path with its query, "/room.html?id=1", or the same percent-encoded once ("%2Froom.html%3Fid%3D1", as
 * it is in the query of the page to sign in on). False, and "" in ret_path: it is none of a page, has
 * characters that a URL does not have, is too long, or is a page on which one signs in or up.
 * What the page was told of an earlier problem or success is left out.
 */
bool return_path_read(const char *given, char ret_path[RETURN_PATH_SIZE]);

/* The page that has the form of this request, by Referer, with the room and the stay that were entered.
 * ERR_NOT_FOUND: it is not known. ERR_MEMORY. */
MUST_CHECK enum err return_path_of_form(const struct request *req, char ret_path[RETURN_PATH_SIZE]);

#endif
