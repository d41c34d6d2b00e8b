/* SPDX-License-Identifier: MIT */
#include "domain/book/booking_key.h"

#include "base/text.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define DIGITS_MAX 20

static const char letters[BOOKING_KEY_KIND_MAX + 1] = {
	[BOOKING_KEY_ANSWERED] = 'b', [BOOKING_KEY_MAILED] = 'm'};

bool
booking_key_is_meant(const char *text)
{
	return *text && strchr(letters, *text) && text[1] >= '1' && text[1] <= '9' &&
	       !strchr(text, '.');
}

/* Digits up to a '-', which *at is moved behind. */
static enum err
number_read(const char **at, uint64_t max, uint64_t *ret_number)
{
	char digits[DIGITS_MAX];
	const size_t n = strcspn(*at, "-");
	if (n == 0 || n >= sizeof(digits) || (*at)[n] != '-' || **at == '0')
		return ERR_MALFORMED;
	memcpy(digits, *at, n);
	digits[n] = '\0';
	*at += n + 1;
	return text_to_u64(digits, max, ret_number) == OK ? OK : ERR_MALFORMED;
}

enum err
booking_key_parse(const char *text, struct booking_key *ret_key)
{
	uint64_t book_id, version;
	const char *at = text + 1;
	if (!booking_key_is_meant(text))
		return ERR_MALFORMED;
	if (number_read(&at, INT64_MAX, &book_id) != OK ||
	    number_read(&at, UINT32_MAX, &version) != OK || strlen(at) != BOOKING_KEY_MAC_CHARS)
		return ERR_MALFORMED;
	ret_key->kind = (enum booking_key_kind)(strchr(letters, *text) - letters);
	ret_key->book_id = book_id;
	ret_key->version = (uint32_t)version;
	memcpy(ret_key->mac, at, sizeof(ret_key->mac));
	return OK;
}

void
booking_key_format(const struct booking_key *key, char text[BOOKING_KEY_SIZE])
{
	snprintf(text, BOOKING_KEY_SIZE, "%c%" PRIu64 "-%" PRIu32 "-%s", letters[key->kind],
	         key->book_id, key->version, key->mac);
}
