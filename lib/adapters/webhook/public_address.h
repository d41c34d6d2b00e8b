/* SPDX-License-Identifier: MIT */
/*
 * public_address - which network addresses are public. Recipients choose the URLs of webhooks, so
 * non-public addresses must not be callable (SSRF).
 */
#ifndef ADAPTERS_WEBHOOK_PUBLIC_ADDRESS_H
#define ADAPTERS_WEBHOOK_PUBLIC_ADDRESS_H

#include <stdbool.h>
#include <sys/socket.h>

/* Whether an IPv4 or IPv6 address is public: not loopback, private, link-local, shared, multicast
 * or reserved, nor an IPv6 address that embeds one of these. Other address families: false. */
bool address_is_public(const struct sockaddr *address);

#endif
