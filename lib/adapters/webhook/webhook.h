/*
 * webhook - events to where recipients want them, by libcurl.
 *
 *	POST <webhookUrl>
 *	Content-Type: application/json
 *	webhook-id: 0190...-guest          the same at every try
 *	webhook-timestamp: 1800000000      of this try
 *	webhook-signature: v1,...          see sign.h
 *
 * No redirects, no proxies, no kept connections; of the answer only the status counts, 2xx takes
 * it. Each connection is looked at when it is made: an address that is not the public's is refused
 * whatever name led to it, unless HOTEL_WEBHOOK_PRIVATE=allow.
 */
#ifndef ADAPTERS_WEBHOOK_WEBHOOK_H
#define ADAPTERS_WEBHOOK_WEBHOOK_H

#include "app/alarm/ports.h"
#include "config/settings.h"

/* The sender of webhooks, by the settings, which have to outlive it. libcurl has to be initialised
 * (http_start()). */
struct channel_sender webhook_sender(const struct settings *settings);

#endif
