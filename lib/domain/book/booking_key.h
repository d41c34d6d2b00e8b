/* SPDX-License-Identifier: MIT */
/*
 * booking_key - the text of a booking's key: whoever shows it may see, pay and cancel that booking.
 *
 *	b17-1-3q2-796tvu_erb7v3q2-7w
 *
 * To whom it was given, the number of the booking, the version of its key, and 128 bits that only a holder
 * of the secret can compute from the three. A key is never stored: it is made where it is given out (port booking_keys).
 */
#ifndef DOMAIN_BOOK_BOOKING_KEY_H
#define DOMAIN_BOOK_BOOKING_KEY_H

#include "base/err.h"

#include <stdbool.h>
#include <stdint.h>

#define BOOKING_KEY_SIZE         64 /* of a key's text, its NUL included */
#define BOOKING_KEY_MAC_CHARS    22 /* 128 bits in base64url */
/* A replay gives the key of an anonymous booking again only to an Idempotency-Key of so many characters:
 * such keys share one scope, and a shorter one can be guessed. */
#define BOOKING_KEY_REPLAY_CHARS 22

/* Both open the booking. The one of a mail is in no answer, so who shows it can read the mailbox of the
 * booking's contact. */
enum booking_key_kind {
	BOOKING_KEY_ANSWERED, /* 'b': the answer to whoever booked */
	BOOKING_KEY_MAILED,   /* 'm': a mail to the contact */
	BOOKING_KEY_KIND_MAX
};

/* What stands for a client of an anonymous booking: as the MAC of a key, but of its network's address. */
#define CLIENT_MARK_SIZE (BOOKING_KEY_MAC_CHARS + 1)

struct booking_key {
	enum booking_key_kind kind;
	uint64_t book_id;
	uint32_t version;
	char mac[BOOKING_KEY_MAC_CHARS + 1];
};

/* Whether a bearer token is meant as a booking's key and not as an access token. */
bool booking_key_is_meant(const char *text);

/* ERR_MALFORMED: it is none. */
MUST_CHECK enum err booking_key_parse(const char *text, struct booking_key *ret_key);

/* Writes the text. */
void booking_key_format(const struct booking_key *key, char text[BOOKING_KEY_SIZE]);

#endif
