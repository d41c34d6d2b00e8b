/* SPDX-License-Identifier: MIT */
/*
 * fingerprint - a hash that tells a repeated request from another one with the same key.
 */
#ifndef FCGI_FINGERPRINT_H
#define FCGI_FINGERPRINT_H

#include "adapters/json/fields.h"

#define FINGERPRINT_BYTES 32

/*
 * Hashes what a struct holds of the fields of its table (BLAKE2b), after they were read: so a request
 * means the same by form and by JSON, whatever the order of its members, the spelling of its numbers,
 * dates and line breaks, and the members that nobody reads. Fields that note whether they were given
 * count only if they were.
 */
void fingerprint_of(const struct field table[], const void *from,
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
