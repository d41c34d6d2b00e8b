/* SPDX-License-Identifier: MIT */
/*
 * etag - entity tags made from a row's version ("7"), and the reading and comparing of If-Match and
 * If-None-Match (RFC 9110); http_response.c makes the 304.
 */
#ifndef FCGI_ETAG_H
#define FCGI_ETAG_H

#include <stdbool.h>
#include <stdint.h>

#define ETAGS_MAX 16 /* further tags of a list are ignored */
#define ETAG_TEXT 24

/* An If-Match or If-None-Match. Tags that cannot be ours are left out. */
struct etags {
	bool given; /* the header is present */
	bool any;   /* its value is * */
	unsigned n;
	struct {
		uint64_t version;
		bool weak;
	} tag[ETAGS_MAX];
};

/* Parses the header's value; NULL: no such header. */
void etags_parse(const char *value, struct etags *ret_tags);

/* If-None-Match: whether a tag matches the version, by weak comparison. */
bool etags_match(const struct etags *tags, uint64_t version);

/*
 * If-Match: the version that the row must have; 0: any. Versions only grow, and a client only knows
 * versions it has seen, so of a list only the highest can still be current.
 */
uint64_t etags_version(const struct etags *tags);

/* Writes "7" with its quotes and returns text. */
const char *etag_format(uint64_t version, char text[ETAG_TEXT]);

#endif
