/* SPDX-License-Identifier: MIT */
#include "fcgi/negotiation.h"

#include <string.h>
#include <strings.h>

bool
media_type_is(const char *content_type, const char *type)
{
	size_t n = strlen(type);
	if (strncasecmp(content_type, type, n) != 0)
		return false;
	return strchr("; \t", content_type[n]) != NULL; /* strchr() finds the final NUL, too */
}

/* A weight as RFC 9110, 12.4.2 writes it, "0.8", in thousandths; 0 for anything else. */
static int
weight_read(const char *text)
{
	if (*text != '0' && *text != '1')
		return 0;
	int weight = (*text - '0') * 1000;
	if (text[1] == '.')
		for (int i = 2, place = 100; place && text[i] >= '0' && text[i] <= '9'; i++) {
			weight += (text[i] - '0') * place;
			place /= 10;
		}
	return weight < 1000 ? weight : 1000;
}

bool
media_type_is_utf8(const char *content_type)
{
	static const char *const fine[] = {"utf-8", "\"utf-8\"", "utf8", "us-ascii"};
	const char *at = strcasestr(content_type, "charset=");
	if (!at)
		return true;
	at += strlen("charset=");
	size_t n = strcspn(at, "; \t");
	for (size_t i = 0; i < sizeof(fine) / sizeof(*fine); i++)
		if (strlen(fine[i]) == n && strncasecmp(at, fine[i], n) == 0)
			return true;
	return false;
}

/* The q parameter of a media range of n bytes, 0 to 1000; 1000 without one. */
static int
range_weight(const char *range, size_t n)
{
	const char *end = range + n;
	for (const char *at = range; (at = memchr(at, ';', (size_t)(end - at)));) {
		at += 1 + strspn(at + 1, " \t");
		if (end - at > 2 && strncasecmp(at, "q=", 2) == 0)
			return weight_read(at + 2);
	}
	return 1000;
}

/* The highest weight of a media type in Accept; 0 if it is not listed. Wildcards do not count. */
static int
accept_weight(const char *accept, const char *type)
{
	int best = 0;
	while (*accept) {
		accept += strspn(accept, ", \t");
		size_t n = strcspn(accept, ",");
		size_t len = strcspn(accept, ",; \t");
		if (len == strlen(type) && strncasecmp(accept, type, len) == 0) {
			int weight = range_weight(accept, n);
			best = weight > best ? weight : best;
		}
		accept += n;
	}
	return best;
}

bool
accept_prefers_html(const char *accept)
{
	int html = accept_weight(accept, "text/html");
	return html > accept_weight(accept, "application/json") &&
	       html > accept_weight(accept, "application/hal+json");
}

/* The language that a range of n bytes stands for by lookup: "ko-KR" stands for "ko". "*" stands for
 * the default, so for none. */
static enum language
range_language(const char *range, size_t n)
{
	for (unsigned language = 0; language < LANGUAGE_MAX; language++) {
		const char *name = language_name((enum language)language);
		const size_t len = strlen(name);
		if (n >= len && strncasecmp(range, name, len) == 0 &&
		    (n == len || range[len] == '-'))
			return (enum language)language;
	}
	return LANGUAGE_MAX;
}

/* Of two with the same weight the first counts; a weight of 0 means that it is not acceptable. */
static enum language
language_accepted(const char *accept)
{
	enum language best = LANGUAGE_MAX;
	int best_weight = 0;
	while (*accept) {
		accept += strspn(accept, ", \t");
		const size_t n = strcspn(accept, ","), len = strcspn(accept, ",; \t");
		const enum language language = range_language(accept, len);
		const int weight = language < LANGUAGE_MAX ? range_weight(accept, n) : 0;
		if (weight > best_weight) {
			best = language;
			best_weight = weight;
		}
		accept += n;
	}
	return best;
}

/* The cookie that /me sets. */
static enum language
language_chosen(const char *cookies)
{
	static const char name[] = "language=";
	while (*cookies) {
		char value[LANGUAGE_TEXT] = "";
		cookies += strspn(cookies, "; ");
		const size_t n = strcspn(cookies, ";");
		if (n == strlen(name) + LANGUAGE_TEXT - 1 &&
		    strncmp(cookies, name, strlen(name)) == 0)
			memcpy(value, cookies + strlen(name), LANGUAGE_TEXT - 1);
		if (language_of(value) < LANGUAGE_MAX)
			return language_of(value);
		cookies += n;
	}
	return LANGUAGE_MAX;
}

enum language
language_wanted(const char *cookies, const char *accept_language)
{
	const enum language chosen = language_chosen(cookies);
	return chosen < LANGUAGE_MAX ? chosen : language_accepted(accept_language);
}
