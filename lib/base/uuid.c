/* SPDX-License-Identifier: MIT */
/* uuid - UUIDv7 (RFC 9562). */
#include "base/uuid.h"

#include "base/clock.h"
#include "base/day.h"

#include <stdio.h>
#include <sys/random.h>

enum err
random_bytes(void *to, size_t n)
{
	unsigned char *at = to;
	while (n > 0) {
		size_t chunk = n < 256 ? n : 256; /* up to 256 bytes come whole, uninterrupted */
		if (getrandom(at, chunk, 0) != (ssize_t)chunk)
			return ERR_SYSTEM_HERE();
		at += chunk;
		n -= chunk;
	}
	return OK;
}

uint32_t
random_u32(void)
{
	uint32_t random;
	return random_bytes(&random, sizeof(random)) == OK ? random : (uint32_t)monotonic_ms();
}

enum err
uuid_v7(char ret_text[UUID_TEXT])
{
	unsigned char b[16];
	enum err err = random_bytes(b, sizeof(b));
	if (err != OK)
		return err;
	uint64_t ms = (uint64_t)instant_now();
	for (int i = 0; i < 6; i++)
		b[i] = (unsigned char)(ms >> (8 * (5 - i)));
	b[6] = (unsigned char)(0x70 | (b[6] & 0x0f));
	b[8] = (unsigned char)(0x80 | (b[8] & 0x3f));
	snprintf(ret_text, UUID_TEXT,
	         "%02x%02x%02x%02x-%02x%02x-%02x%02x-%02x%02x-%02x%02x%02x%02x%02x%02x", b[0], b[1],
	         b[2], b[3], b[4], b[5], b[6], b[7], b[8], b[9], b[10], b[11], b[12], b[13], b[14],
	         b[15]);
	return OK;
}
