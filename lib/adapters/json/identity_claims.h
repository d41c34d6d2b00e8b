/* SPDX-License-Identifier: MIT */
/*
 * identity_claims - what an OpenID provider says of a person, in an ID token or at its userinfo endpoint
 * (OpenID Connect Core 5.1).
 */
#ifndef ADAPTERS_JSON_IDENTITY_CLAIMS_H
#define ADAPTERS_JSON_IDENTITY_CLAIMS_H

#include "base/err.h"
#include "domain/account/identity.h"

struct json_object;

/*
 * Reads sub, e-mail and name. An e-mail counts only if email_verified is true, and if it is one that
 * could sign up here; a name is left out if it could not be a name here. iss stays as it is.
 * ERR_MALFORMED: there is no sub, or not one of at most 255 bytes.
 */
MUST_CHECK enum err identity_claims_read(struct json_object *json, struct identity_claims *claims);

#endif
