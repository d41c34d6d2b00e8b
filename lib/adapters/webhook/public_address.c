/* SPDX-License-Identifier: MIT */
#include "adapters/webhook/public_address.h"

#include "base/mem.h"

#include <netinet/in.h>
#include <stdint.h>
#include <string.h>

/* The IPv4 blocks that are not public, from IANA's special-purpose registry. */
static const struct {
	uint32_t net;
	unsigned bits;
} special4[] = {
	{0x00000000, 8},  /* this network */
	{0x0A000000, 8},  /* private */
	{0x64400000, 10}, /* shared address space of carriers */
	{0x7F000000, 8},  /* loopback */
	{0xA9FE0000, 16}, /* link-local: metadata services of clouds */
	{0xAC100000, 12}, /* private */
	{0xC0000000, 24}, /* protocols */
	{0xC0000200, 24}, /* documentation */
	{0xC0586300, 24}, /* relays from IPv6 */
	{0xC0A80000, 16}, /* private */
	{0xC6120000, 15}, /* benchmarks */
	{0xC6336400, 24}, /* documentation */
	{0xCB007100, 24}, /* documentation */
	{0xE0000000, 4},  /* multicast */
	{0xF0000000, 4},  /* reserved, and broadcast */
};

/* Only 2000::/3 is assigned for public use, except these blocks. */
static const struct {
	unsigned char net[16];
	unsigned bits;
} special6[] = {
	{{0x20, 0x01, 0x00}, 23},       /* protocols, Teredo among them */
	{{0x20, 0x01, 0x0D, 0xB8}, 32}, /* documentation */
	{{0x20, 0x02}, 16},             /* 6to4: embeds an IPv4 address */
	{{0x3F, 0xFF}, 20},             /* documentation */
};

static bool
is_public4(uint32_t address)
{
	for (size_t i = 0; i < ARRAY_SIZE(special4); i++)
		if ((address ^ special4[i].net) >> (32 - special4[i].bits) == 0)
			return false;
	return true;
}

static bool
begins_with(const unsigned char address[16], const unsigned char net[16], unsigned bits)
{
	const unsigned rest = bits % 8;
	if (memcmp(address, net, bits / 8) != 0)
		return false;
	return !rest || (address[bits / 8] ^ net[bits / 8]) >> (8 - rest) == 0;
}

static bool
is_public6(const unsigned char address[16])
{
	static const unsigned char mapped[16] = {[10] = 0xFF, [11] = 0xFF};
	static const unsigned char translated[16] = {0x00, 0x64, 0xFF, 0x9B};
	if (begins_with(address, mapped, 96) || begins_with(address, translated, 96))
		return is_public4((uint32_t)address[12] << 24 | (uint32_t)address[13] << 16 |
		                  (uint32_t)address[14] << 8 | address[15]);
	if (address[0] >> 5 != 1)
		return false;
	for (size_t i = 0; i < ARRAY_SIZE(special6); i++)
		if (begins_with(address, special6[i].net, special6[i].bits))
			return false;
	return true;
}

bool
address_is_public(const struct sockaddr *address)
{
	if (address->sa_family == AF_INET) {
		struct sockaddr_in in;
		memcpy(&in, address, sizeof(in));
		return is_public4(ntohl(in.sin_addr.s_addr));
	}
	if (address->sa_family == AF_INET6) {
		struct sockaddr_in6 in6;
		memcpy(&in6, address, sizeof(in6));
		return is_public6(in6.sin6_addr.s6_addr);
	}
	return false;
}
