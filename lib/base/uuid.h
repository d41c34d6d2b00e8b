/* SPDX-License-Identifier: MIT */
/*
 * uuid - UUIDv7 (RFC 9562): ordered by time, from the kernel's random bytes.
 */
#ifndef BASE_UUID_H
#define BASE_UUID_H

#include "base/err.h"

#include <stddef.h>
#include <stdint.h>

#define UUID_TEXT 37

/* Writes a new one in its usual form. ERR_SYSTEM if the kernel gives no random bytes. */
MUST_CHECK enum err uuid_v7(char ret_text[UUID_TEXT]);

/* Fills with random bytes of the kernel's generator. ERR_SYSTEM. */
MUST_CHECK enum err random_bytes(void *to, size_t n);

/* A random number; of the clock if the kernel gives no random bytes. For pauses, not for secrets.
 */
uint32_t random_u32(void);

#endif
