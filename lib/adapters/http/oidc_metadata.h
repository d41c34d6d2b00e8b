/* SPDX-License-Identifier: MIT */
/*
 * oidc_metadata - what discovery says of a provider. Inside this folder only.
 */
#ifndef ADAPTERS_HTTP_OIDC_METADATA_H
#define ADAPTERS_HTTP_OIDC_METADATA_H

#include "base/buf.h"
#include "domain/account/identity.h"

#include <stdbool.h>

struct json_object;

#define OIDC_ENDPOINT_SIZE 320 /* of one URL */

struct oidc_metadata {
	char issuer[IDENTITY_ISSUER_SIZE];
	char authorization[OIDC_ENDPOINT_SIZE], token[OIDC_ENDPOINT_SIZE];
	char keys[OIDC_ENDPOINT_SIZE];
	char user[OIDC_ENDPOINT_SIZE]; /* "": there is none */
	bool secret_in_body; /* client_secret_post: it does not take client_secret_basic */
};

/* Reads it. ERR_INVALID: something is missing, of another issuer, or a URL that may not be asked; ret_why
 * says what. */
MUST_CHECK enum err oidc_metadata_read(const struct json_object *json, const char *issuer,
                                       struct oidc_metadata *ret_metadata, const char **ret_why);

/* Appends a text as forms have it (application/x-www-form-urlencoded); only letters, digits and -._~ stay,
 * so that it is right in queries as well. ERR_TOO_LARGE, ERR_MEMORY. */
MUST_CHECK enum err oidc_encode(struct buf *to, const char *text);

/* Appends "&name=value", or without the "&" to an empty text. As above. */
MUST_CHECK enum err oidc_parameter_add(struct buf *to, const char *name, const char *value);

#endif
