/*
 * etag - entity tags made of a row's version ("7"), and the conditions that name them (RFC 9110).
 */
#ifndef FCGI_ETAG_H
#define FCGI_ETAG_H

#include <stdbool.h>
#include <stdint.h>

#define ETAGS_MAX 16 /* further ones in a list are not looked at */
#define ETAG_TEXT 24

/* An If-Match or If-None-Match. Tags that no answer of ours had are left out. */
struct etags {
	bool given; /* there is such a header */
	bool any;   /* it is * */
	unsigned n;
	struct {
		uint64_t version;
		bool weak;
	} tag[ETAGS_MAX];
};

/* Reads the header's value; NULL: there is none. */
void etags_parse(const char *value, struct etags *ret_tags);

/* If-None-Match: whether a version is named, by weak comparison. */
bool etags_match(const struct etags *tags, uint64_t version);

/*
 * If-Match as the one version that a row may have: 0 for any. Versions only grow and a client knows
 * none but those it was shown, so of a list only the highest can still be the row's.
 */
uint64_t etags_version(const struct etags *tags);

/* Writes "7" with its quotes and returns text. */
const char *etag_format(uint64_t version, char text[ETAG_TEXT]);

#endif
