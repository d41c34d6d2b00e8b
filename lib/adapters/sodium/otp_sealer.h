/* SPDX-License-Identifier: MIT */
/*
 * otp_sealer - the port otp_sealer by XChaCha20-Poly1305 (libsodium), with the number of the account as
 * additional data: a sealed key that is moved to another account opens nothing.
 */
#ifndef ADAPTERS_SODIUM_OTP_SEALER_H
#define ADAPTERS_SODIUM_OTP_SEALER_H

#include "app/ports.h"

/* words: the secret, words with a blank between: the first one seals, the first OTP_SECRETS_MAX open; "": there is
 * none. Only what is derived from it is kept. ERR_MEMORY; ERR_SYSTEM: libsodium cannot be used. */
#define OTP_SECRETS_MAX 4
MUST_CHECK enum err otp_sealer_open(const char *words, struct otp_sealer *ret_sealer);

/* A zeroed one is fine. */
void otp_sealer_close(struct otp_sealer *sealer);

#endif
