/* SPDX-License-Identifier: MIT */
/*
 * webhook - sends events to the URLs of recipients, by libcurl.
 *
 *	POST <webhookUrl>
 *	Content-Type: application/cloudevents+json
 *	webhook-id: 0190...-guest          the same at every attempt
 *	webhook-timestamp: 1800000000      of this attempt
 *	webhook-signature: v1,...          see sign.h
 *
 * No redirects, no proxies, no persistent connections. A response with a 2xx status is success; the
 * rest of the response is ignored. Against SSRF the address of each connection is checked when it
 * is made: one that is not public is refused, whatever name resolved to it, unless any
 * address is allowed.
 */
#ifndef ADAPTERS_WEBHOOK_WEBHOOK_H
#define ADAPTERS_WEBHOOK_WEBHOOK_H

#include "app/alarm/ports.h"

struct webhook_options {
	bool any_address_allowed; /* HOTEL_WEBHOOK_PRIVATE=allow */
};

/* The sender of webhooks; the options have to outlive it. libcurl has to be initialised. */
struct channel_sender webhook_sender(struct webhook_options *options);

#endif
