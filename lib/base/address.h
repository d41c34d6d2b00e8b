/* SPDX-License-Identifier: MIT */
/*
 * address - addresses of networks, as text.
 */
#ifndef BASE_ADDRESS_H
#define BASE_ADDRESS_H

/* Size of an address as text, with its 0: INET6_ADDRSTRLEN. */
#define ADDRESS_SIZE 46

/*
 * What requests of one customer are counted by. Of IPv6 it is the network of 64 bits: every customer has
 * at least one (RFC 6177), and may choose any address in it. An IPv4 address in IPv6 notation (RFC 4291
 * 2.5.5.2) is that IPv4 address. Anything else stays as it is.
 */
void address_network(const char *address, char ret_network[ADDRESS_SIZE]);

#endif
