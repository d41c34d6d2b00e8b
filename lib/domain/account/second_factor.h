/* SPDX-License-Identifier: MIT */
/*
 * second_factor - one-time codes by the clock (RFC 6238), and recovery codes for a lost device.
 *
 * A key is shown once, and counts after a code made with it was given. A code counts once: so does
 * none of its step or of an earlier one. Recovery codes are random enough to be stored as plain hashes.
 */
#ifndef DOMAIN_ACCOUNT_SECOND_FACTOR_H
#define DOMAIN_ACCOUNT_SECOND_FACTOR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define OTP_KEY_BYTES           20 /* RFC 4226, R6 */
#define OTP_KEY_TEXT            33 /* in base32, with the NUL */
#define OTP_CODE_DIGITS         6
#define OTP_STEP_S              30
#define OTP_WINDOW              1 /* steps before and after the present one that count */
#define RECOVERY_CODES          10
#define RECOVERY_BYTES          15 /* 120 random bits; OWASP ASVS 5.0, 6.5.2 */
#define RECOVERY_TEXT           28 /* "abcdef-ghijkl-mnopqr-stuvwx" with the NUL */
#define SECOND_FACTOR_CODE_TEXT 40 /* what a person may type, blanks included */

/* Whether the text has the form of a one-time code: six digits. Everything else may be a recovery
 * code. */
bool otp_code_is_formed(const char *text);

/* Tidies a code that a person typed, to what is hashed and compared: no blanks, no hyphens, small
 * letters. */
void second_factor_code_tidy(char *code);

/* Writes RECOVERY_BYTES as a recovery code, in base32's small letters (RFC 4648). Returns text. */
char *recovery_code_write(const unsigned char bytes[RECOVERY_BYTES], char text[RECOVERY_TEXT]);

#define OTP_SEAL_SIZE 41 /* two digits a byte of a key, and the NUL */
#define OTP_SEALED_SIZE \
	121 /* a nonce of 24, the key and a tag of 16 bytes, two digits each, and the NUL */

/*
 * The key of one-time codes as it is stored. seal says what it is sealed with: OTP_SEAL_PREFIX and the name of the
 * secret. Where there is no secret, seal is the key itself in hexadecimal digits. A seal has the form of a key,
 * so that a program of a version that knows no seals refuses codes and does everything else. "": there is none.
 */
#define OTP_SEAL_PREFIX "5ea1ed00"
struct otp_stored {
	char seal[OTP_SEAL_SIZE];
	char sealed[OTP_SEALED_SIZE]; /* "" where seal is the key */
};

/* Writes OTP_KEY_BYTES as apps for one-time codes take them: base32 without padding. Returns text. */
char *otp_key_write(const unsigned char bytes[OTP_KEY_BYTES], char text[OTP_KEY_TEXT]);

#endif
