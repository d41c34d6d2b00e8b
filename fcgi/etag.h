/* SPDX-License-Identifier: MIT */
/*
 * etag - entity tags made from a version ("7"), and the reading of If-Match and If-None-Match
 * (RFC 9110, 8.8.3 and 13.1).
 */
#ifndef FCGI_ETAG_H
#define FCGI_ETAG_H

#include "base/err.h"
#include "domain/precondition.h"

#define ETAG_TEXT 26

enum etag_strength { ETAG_STRONG, ETAG_WEAK };

/*
 * Reads the header's value; NULL: no such header. Tags that cannot be ours are left out, and weak
 * ones too where the comparison is strong. ERR_MALFORMED: neither * nor a list of tags in quotes,
 * or of more than VERSION_SET_MAX that can be ours.
 */
MUST_CHECK enum err etags_parse(const char *value, enum etag_strength comparison,
                                struct version_set *ret_set);

/* Writes "7" or W/"7" with its quotes and returns text. */
const char *etag_format(uint64_t version, enum etag_strength strength, char text[ETAG_TEXT]);

#endif
