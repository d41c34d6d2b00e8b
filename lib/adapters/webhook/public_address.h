/*
 * address - which addresses are the public's: whatever leads into the house or its neighbourhood is
 * none that a recipient may have us call.
 */
#ifndef ADAPTERS_WEBHOOK_ADDRESS_H
#define ADAPTERS_WEBHOOK_ADDRESS_H

#include <stdbool.h>
#include <sys/socket.h>

/* Whether an IPv4 or IPv6 address is reachable by everybody: not loopback, private, link-local,
 * shared, multicast, reserved, nor one of these in IPv6's clothes. Any other family: no. */
bool address_is_public(const struct sockaddr *address);

#endif
