/* SPDX-License-Identifier: MIT */
/*
 * sign - the signature of a webhook, as specified by Standard Webhooks: HMAC-SHA256 over
 * "id.timestamp.body" with the decoded secret as the key.
 */
#ifndef ADAPTERS_WEBHOOK_SIGN_H
#define ADAPTERS_WEBHOOK_SIGN_H

#include "base/err.h"

#include <stddef.h>

#define SIGNATURE_SIZE sizeof("v1,K5oZfzN95Z9UVu1EsfQmfVNQhnkZ2pj9o9NDN/H/pI4=")

/* Signs. secret: "whsec_" and base64; timestamp: seconds since 1970, as text. ERR_INVALID: the
 * secret is malformed. */
MUST_CHECK enum err webhook_sign(const char *secret, const char *id, const char *timestamp,
                                 const char *body, size_t len, char ret_signature[SIGNATURE_SIZE]);

#endif
