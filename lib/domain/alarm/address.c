/* SPDX-License-Identifier: MIT */
#include "domain/alarm/address.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define EMAIL_LANES 2 /* mails that are sent at the same time */

bool
email_is_valid(const char *text)
{
	static const char local[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
				    "0123456789.!#$%&'*+/=?^_`{|}~-";
	static const char domain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
				     "0123456789.-";
	size_t n = strspn(text, local);
	const char *host = text + n + 1;
	if (n == 0 || n > 64 || text[n] != '@' || text[0] == '.' || text[n - 1] == '.')
		return false;
	size_t len = strspn(host, domain);
	return len > 0 && !host[len] && !strchr(".-", host[0]) && !strchr(".-", host[len - 1]) &&
	       !strstr(text, "..");
}

static char
lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

bool
email_is_same(const char *one, const char *other)
{
	while (*one && lower(*one) == lower(*other)) {
		one++;
		other++;
	}
	return lower(*one) == lower(*other);
}

/* The length of the part before the path, "https://example.com:8443"; 0: the URL has none. */
static size_t
origin_length(const char *url)
{
	size_t scheme = strncmp(url, "https://", 8) == 0  ? 8
	                : strncmp(url, "http://", 7) == 0 ? 7
	                                                  : 0;
	size_t host = scheme ? strcspn(url + scheme, "/?#") : 0;
	return host ? scheme + host : 0;
}

bool
webhook_url_is_valid(const char *url)
{
	static const char host[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
				   "0123456789.-_:[]/";
	const size_t n = origin_length(url);
	if (!n || n >= DESTINATION_SIZE || strspn(url, host) < n || strchr("/:", url[n - 1]))
		return false;
	for (const char *c = url; *c; c++)
		if (*c <= ' ' || *c > '~' || strchr("\"<>\\^`{|}", *c))
			return false;
	return true;
}

void
webhook_destination(const char *url, char ret_destination[DESTINATION_SIZE])
{
	snprintf(ret_destination, DESTINATION_SIZE, "%.*s", (int)origin_length(url), url);
}

void
email_destination(const char *lane, uint64_t notification_id,
                  char ret_destination[DESTINATION_SIZE])
{
	snprintf(ret_destination, DESTINATION_SIZE, "%s/%" PRIu64, lane,
	         notification_id % EMAIL_LANES);
}
