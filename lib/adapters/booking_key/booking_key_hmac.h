/* SPDX-License-Identifier: MIT */
/*
 * booking_key_hmac - the port booking_keys: the first 128 bits of HMAC-SHA-256 (RFC 2104) over the
 * booking's number, the version of its key and its kind, under a secret that book, pay, mypage and alarm have.
 */
#ifndef ADAPTERS_BOOKING_KEY_BOOKING_KEY_HMAC_H
#define ADAPTERS_BOOKING_KEY_BOOKING_KEY_HMAC_H

#include "app/booking_keys.h"

/* The secret has to outlive the port: one text, or several with a space between; keys are made by the
 * first and checked by all, so that the secret can be replaced before the old one goes. */
struct booking_keys booking_keys_hmac(const char *secret);

#endif
