/*
 * fingerprint - by which a repeated request is told from another one with the same key.
 */
#ifndef FCGI_FINGERPRINT_H
#define FCGI_FINGERPRINT_H

#include "base/err.h"

#define FINGERPRINT_BYTES 32

struct json_object;

/*
 * Hashes (BLAKE2b) what the members say: the same for any order of members, for a number and its
 * text, for null and a missing member. The member that carries the key itself is left out.
 * ERR_MEMORY.
 */
MUST_CHECK enum err fingerprint_of(struct json_object *body, struct json_object *query,
                                   unsigned char ret_fingerprint[FINGERPRINT_BYTES]);

#endif
