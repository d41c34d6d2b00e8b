/* SPDX-License-Identifier: MIT */
/*
 * oidc_provider - the port oidc_provider by HTTP: discovery (OpenID Connect Discovery 1.0, RFC 8414),
 * token endpoint (RFC 6749, 4.1.3), keys and userinfo of one issuer.
 *
 * URLs are https, or http on loopback; no redirect is followed; answers, times and calls at a time are
 * bounded (app/account/identity_ports.h). What discovery said is kept, and used on while the provider
 * is away.
 */
#ifndef ADAPTERS_HTTP_OIDC_PROVIDER_H
#define ADAPTERS_HTTP_OIDC_PROVIDER_H

#include "app/account/identity_ports.h"

struct oidc_options {
	const char *issuer; /* its URL, as ID tokens have it */
	const char *client; /* client_id, as it knows us */
	const char *secret; /* "": a public client */
};

/* libcurl has to be initialised (http_start()). The texts are copied. ERR_MEMORY, ERR_TOO_LARGE. */
MUST_CHECK enum err oidc_provider_open(const struct oidc_options *options,
                                       struct oidc_provider *ret_provider);

/* No call may be running. A zeroed provider is fine. */
void oidc_provider_close(struct oidc_provider *provider);

#endif
