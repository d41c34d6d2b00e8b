/* SPDX-License-Identifier: MIT */
#include "fcgi/ssi.h"

#include "base/day.h"
#include "base/mem.h"
#include "base/money.h"
#include "base/text.h"
#include "fcgi/request.h"

#include <ctype.h>
#include <inttypes.h>
#include <json-c/json.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define NAME_MAX_BYTES 96
#define PIECE_MAX      900 /* bytes; nginx's ssi_value_length is 1k */

struct ssi {
	struct buf *to;
	enum err err; /* the first one; later calls do nothing */
};

static void object_write(struct ssi *ssi, const char *prefix, struct json_object *object);

/* ---- variables ------------------------------------------------------------------------------- */

static void ssi_addf(struct ssi *ssi, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

static void
ssi_addf(struct ssi *ssi, const char *format, ...)
{
	char text[PIECE_MAX + 2 * NAME_MAX_BYTES + 64];
	va_list args;
	va_start(args, format);
	int n = vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	if (n < 0 || n >= (int)sizeof(text))
		ssi->err = ssi->err == OK ? ERR_BUG_HERE() : ssi->err;
	if (ssi->err == OK)
		ssi->err = buf_add(ssi->to, text, (size_t)n);
}

/* Escaped for HTML; and for nginx, to which quotes, "$" and "\" mean something in a value. */
static enum err
escape(const char *text, struct buf *to)
{
	enum err err = OK;
	while (err == OK && *text) {
		size_t n = strcspn(text, "&<>\"'$\\`");
		err = n ? buf_add(to, text, n) : buf_addf(to, "&#%d;", *text);
		text += n ? n : 1;
	}
	return err;
}

/* In pieces, each of which nginx takes as one value. */
static void
set(struct ssi *ssi, const char *prefix, const char *name, const char *value)
{
	CLEANUP(buf_done) struct buf escaped = BUF_INIT(ssi->to->max);
	const char *joint = *prefix && *name ? "_" : "";
	enum err err = escape(value, &escaped);
	ssi->err = ssi->err == OK ? err : ssi->err;
	size_t at = 0;
	do {
		size_t n = escaped.len - at < PIECE_MAX ? escaped.len - at : PIECE_MAX;
		ssi_addf(ssi, "<!--# set var=\"%s%s%s\" value=\"", prefix, joint, name);
		if (at > 0)
			ssi_addf(ssi, "${%s%s%s}", prefix, joint, name);
		ssi_addf(ssi, "%.*s\" -->", (int)n, escaped.len ? escaped.data + at : "");
		at += n;
	} while (ssi->err == OK && at < escaped.len);
}

static void
set_number(struct ssi *ssi, const char *prefix, const char *name, int64_t number)
{
	char text[24];
	snprintf(text, sizeof(text), "%" PRId64, number);
	set(ssi, prefix, name, text);
}

/* The prefix of a member's own members, "book" and "contact" to "book_contact". */
static const char *
joined(struct ssi *ssi, const char *prefix, const char *name, char text[NAME_MAX_BYTES])
{
	int n = snprintf(text, NAME_MAX_BYTES, "%s%s%s", prefix, *prefix ? "_" : "", name);
	if (n < 0 || n >= NAME_MAX_BYTES)
		ssi->err = ssi->err == OK ? ERR_BUG_HERE() : ssi->err;
	return text;
}

/* ---- as people write it ---------------------------------------------------------------------- */

/* Two or four digits of a date, without a leading zero. */
static void
date_part_set(struct ssi *ssi, const char *prefix, const char *name, const char *digits, size_t n)
{
	char text[DAY_TEXT];
	size_t zeros = *digits == '0';
	snprintf(text, sizeof(text), "%.*s", (int)(n - zeros), digits + zeros);
	set(ssi, prefix, name, text);
}

static void
date_set(struct ssi *ssi, const char *prefix, const char *text)
{
	date_part_set(ssi, prefix, "year", text, 4);
	date_part_set(ssi, prefix, "month", text + 5, 2);
	date_part_set(ssi, prefix, "day", text + 8, 2);
}

/* As the hotel's clocks show it: "2027-05-05 14:32 KST". */
static void
instant_set(struct ssi *ssi, const char *prefix, instant_t instant)
{
	char text[MOMENT_TEXT];
	instant_format_local(instant, text);
	date_set(ssi, prefix, text);
	set(ssi, prefix, "time", text + DAY_TEXT);
	set(ssi, prefix, "moment", text);
}

/* "85,000 KRW", and "85000" for a form. */
static void
money_set(struct ssi *ssi, const char *prefix, money_t amount, const char *currency)
{
	char text[MONEY_TEXT], grouped[MONEY_GROUPED_TEXT];
	set(ssi, prefix, "money", money_format_grouped(amount, currency, grouped));
	money_format(amount, currency, text);
	text[strcspn(text, " ")] = '\0';
	set(ssi, prefix, "amount", text);
}

static void
text_write(struct ssi *ssi, const char *prefix, const char *text)
{
	day_t day;
	instant_t instant;
	set(ssi, prefix, "", text);
	if (strlen(text) + 1 == DAY_TEXT && day_parse(text, &day) == OK)
		date_set(ssi, prefix, text);
	if (instant_parse(text, &instant) == OK)
		instant_set(ssi, prefix, instant);
}

static const char *
text_of(struct json_object *object, const char *name)
{
	struct json_object *value = json_object_object_get(object, name);
	return json_object_is_type(value, json_type_string) ? json_object_get_string(value) : "";
}

/* What is known only from several members of an object. */
static void
together_write(struct ssi *ssi, const char *prefix, struct json_object *object)
{
	static const char *const amounts[] = {"price", "total"};
	char name[NAME_MAX_BYTES];
	struct json_object *amount;
	day_t start, end;
	const char *currency = text_of(object, "currency");
	for (size_t i = 0; *currency && i < ARRAY_SIZE(amounts); i++)
		if (json_object_object_get_ex(object, amounts[i], &amount))
			money_set(ssi, joined(ssi, prefix, amounts[i], name),
			          json_object_get_uint64(amount), currency);
	if (day_parse(text_of(object, "startDate"), &start) == OK &&
	    day_parse(text_of(object, "endDate"), &end) == OK)
		set_number(ssi, prefix, "nights", end - start);
}

/* Where the reader of a list is, and where the pages beside it are. */
static void
page_write(struct ssi *ssi, const char *prefix, struct json_object *page)
{
	int64_t number = json_object_get_int64(json_object_object_get(page, "number"));
	int64_t pages = json_object_get_int64(json_object_object_get(page, "totalPages"));
	object_write(ssi, prefix, page);
	set_number(ssi, prefix, "shown", number + 1);
	if (number > 0)
		set_number(ssi, prefix, "prev", number <= pages ? number - 1 : pages - 1);
	if (number + 1 < pages)
		set_number(ssi, prefix, "next", number + 1);
}

/* ---- objects and lists ----------------------------------------------------------------------- */

static void
links_write(struct ssi *ssi, const char *prefix, struct json_object *links)
{
	char name[NAME_MAX_BYTES];
	joined(ssi, prefix, "link", name);
	json_object_object_foreach(links, rel, link)
	{
		char query[NAME_MAX_BYTES];
		const char *href = text_of(link, "href"), *mark = strchr(href, '?');
		set(ssi, name, rel, href);
		if (mark)
			set(ssi, joined(ssi, name, rel, query), "query", mark + 1);
	}
}

static void
member_write(struct ssi *ssi, const char *prefix, const char *name, struct json_object *value)
{
	char whole[NAME_MAX_BYTES];
	joined(ssi, prefix, name, whole);
	if (strcmp(name, "_links") == 0)
		links_write(ssi, prefix, value);
	else if (strcmp(name, "page") == 0 && json_object_is_type(value, json_type_object))
		page_write(ssi, whole, value);
	else if (json_object_is_type(value, json_type_object) && *name != '_')
		object_write(ssi, whole, value);
	else if (!json_object_is_type(value, json_type_object) &&
	         !json_object_is_type(value, json_type_array))
		text_write(ssi, whole, value ? json_object_get_string(value) : "");
}

static void
object_write(struct ssi *ssi, const char *prefix, struct json_object *object)
{
	json_object_object_foreach(object, name, value) member_write(ssi, prefix, name, value);
	together_write(ssi, prefix, object);
}

/* A list's variables have its name in the singular. */
static void
singular(const char *name, size_t n, char text[NAME_MAX_BYTES])
{
	const char *end = "";
	if (n > 3 && strncmp(name + n - 3, "ies", 3) == 0) {
		n -= 3;
		end = "y";
	} else if (n > 1 && name[n - 1] == 's') {
		n--;
	}
	snprintf(text, NAME_MAX_BYTES, "%.*s%s", (int)n, name, end);
}

static void
rows_write(struct ssi *ssi, const char *name, struct json_object *list)
{
	char prefix[NAME_MAX_BYTES];
	singular(name, strlen(name), prefix);
	set_number(ssi, prefix, "count", (int64_t)json_object_array_length(list));
	for (size_t i = 0; i < json_object_array_length(list); i++) {
		struct json_object *item = json_object_array_get_idx(list, i);
		if (json_object_is_type(item, json_type_object))
			object_write(ssi, prefix, item);
		else
			text_write(ssi, prefix, json_object_get_string(item));
		ssi_addf(ssi,
		         "<!--# include virtual=\"/templates/fragments/%s.html\" wait=\"yes\" -->",
		         name);
	}
}

/* The lists of the body: members, or members of _embedded. */
static void
lists_write(struct ssi *ssi, struct json_object *object)
{
	json_object_object_foreach(object, name, value)
	{
		if (json_object_is_type(value, json_type_array))
			rows_write(ssi, name, value);
		else if (strcmp(name, "_embedded") == 0)
			lists_write(ssi, value);
	}
}

/* ---- the whole ------------------------------------------------------------------------------- */

/* The resource by its path: "book" of /books/17, "timeline" of /books/17/timeline. */
static void
resource_name(const char *path, char name[NAME_MAX_BYTES])
{
	singular("", 0, name);
	for (; *path; path += strcspn(path, "/")) {
		path += strspn(path, "/");
		size_t n = strcspn(path, "/");
		if (islower((unsigned char)*path) &&
		    strspn(path, "abcdefghijklmnopqrstuvwxyz") == n)
			singular(path, n, name);
	}
}

/* The names are the client's; only those that can be a variable are kept. */
static void
query_write(struct ssi *ssi, struct json_object *query)
{
	if (!query)
		return;
	json_object_object_foreach(query, name, value)
	{
		size_t n = strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ");
		const char *text = json_object_get_string(value);
		if (n > 0 && n < NAME_MAX_BYTES / 2 && !name[n] && text)
			set(ssi, "asked", name, text);
	}
	together_write(ssi, "asked", query);
}

enum err
ssi_write(const struct request *req, struct json_object *body, const char *slug, const char *tag,
          struct buf *to)
{
	struct ssi ssi = {.to = to};
	char resource[NAME_MAX_BYTES];
	const bool whole = strcmp(req->page, SSI_DATA) != 0;
	resource_name(req->path, resource);
	set(&ssi, resource, "problem", slug);
	if (*tag)
		set(&ssi, resource, "tag", tag);
	if (whole)
		query_write(&ssi, req->query);
	if (!*slug && body)
		object_write(&ssi, resource, body);
	if (whole)
		ssi_addf(&ssi,
		         "<!--# include virtual=\"/templates/%s.html?$args\" wait=\"yes\" -->",
		         req->page);
	if (body)
		lists_write(&ssi, body);
	if (whole)
		ssi_addf(&ssi, "<!--# include virtual=\"/templates/%s.end.html?$args\" -->",
		         req->page);
	return ssi.err;
}
