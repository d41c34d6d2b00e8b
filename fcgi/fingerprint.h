/* SPDX-License-Identifier: MIT */
/*
 * fingerprint - a hash that tells a repeated request from another one with the same key.
 */
#ifndef FCGI_FINGERPRINT_H
#define FCGI_FINGERPRINT_H

#include "base/err.h"

#define FINGERPRINT_BYTES 32

struct json_object;

/*
 * Hashes the values of the members (BLAKE2b). The hash does not depend on the order of members, nor
 * on whether a number was sent as a text or a null member was left out. The member that carries the
 * key itself is not hashed. ERR_MEMORY.
 */
MUST_CHECK enum err fingerprint_of(struct json_object *body, struct json_object *query,
                                   unsigned char ret_fingerprint[FINGERPRINT_BYTES]);

/*
 * The key of a form that a browser posts without script. The Back button brings the page with the
 * key it had, so the key alone does not name a request: the same form sent again unchanged gets the
 * same result, and one that was filled in otherwise (another card, other dates) is a new request.
 */
#define FORM_KEY_TEXT (2 * FINGERPRINT_BYTES + 1)
void key_of_form(const char *key, const unsigned char fingerprint[FINGERPRINT_BYTES],
                 char ret_key[FORM_KEY_TEXT]);

#endif
