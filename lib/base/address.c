/* SPDX-License-Identifier: MIT */
#include "base/address.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

void
address_network(const char *address, char ret_network[ADDRESS_SIZE])
{
	struct in6_addr in;
	const char *made = NULL;
	const bool is_v6 = inet_pton(AF_INET6, address, &in) == 1;
	if (is_v6 && IN6_IS_ADDR_V4MAPPED(&in)) {
		made = inet_ntop(AF_INET, &in.s6_addr[12], ret_network, ADDRESS_SIZE);
	} else if (is_v6) {
		memset(&in.s6_addr[8], 0, 8);
		made = inet_ntop(AF_INET6, &in, ret_network, ADDRESS_SIZE);
	}
	if (!made)
		snprintf(ret_network, ADDRESS_SIZE, "%s", address);
}
