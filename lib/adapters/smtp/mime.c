/* SPDX-License-Identifier: MIT */
#include "adapters/smtp/mime.h"

#include "adapters/smtp/calendar.h"
#include "base/base64.h"
#include "base/mem.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#define LINE_BYTES 57 /* of a body line: 76 characters in base64 */
#define WORD_BYTES 45 /* of an encoded word: at most 75 characters in all */
#define PART_MAX   32768u

/* ---- headers ---- */

/* The number of bytes for the next encoded word, without splitting a character. */
static size_t
word_part(const char *text)
{
	size_t n = strlen(text);
	if (n <= WORD_BYTES)
		return n;
	for (n = WORD_BYTES; ((unsigned char)text[n] & 0xC0) == 0x80; n--)
		continue;
	return n;
}

/* A header with arbitrary text, as encoded words (RFC 2047). */
static enum err
header_encoded(struct buf *to, const char *name, const char *text)
{
	enum err err = buf_addf(to, "%s:", name);
	for (size_t n; err == OK && *text; text += n) {
		char word[BASE64_SIZE(WORD_BYTES)];
		n = word_part(text);
		err = buf_addf(to, "%s =?UTF-8?B?%s?=", to->data[to->len - 1] == ':' ? "" : "\r\n",
		               base64_write(text, n, word));
	}
	return err == OK ? buf_add(to, "\r\n", 2) : err;
}

/* A header without encoding. It is left out unless its text is letters, digits, dots, hyphens and
 * underscores: no user input can end the line. */
static enum err
header_plain(struct buf *to, const char *name, const char *text)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
				    "0123456789._-";
	if (!*text || text[strspn(text, plain)])
		return OK;
	return buf_addf(to, "%s: %s\r\n", name, text);
}

static enum err
header_date(struct buf *to, instant_t at)
{
	const time_t seconds = (time_t)(at / 1000);
	struct tm utc;
	char text[64];
	if (!gmtime_r(&seconds, &utc) ||
	    !strftime(text, sizeof(text), "%a, %d %b %Y %H:%M:%S +0000", &utc))
		return ERR_BUG_HERE();
	return buf_addf(to, "Date: %s\r\n", text);
}

static enum err
headers_add(const struct mail *mail, struct buf *to)
{
	enum err err = buf_addf(to, "From: MyHotel <%s>\r\nTo: <%s>\r\n", mail->from, mail->to);
	if (err == OK)
		err = header_encoded(to, "Subject", mail->subject);
	if (err == OK)
		err = header_date(to, mail->date);
	if (err == OK)
		err = buf_addf(to, "Message-ID: <%s%s>\r\n", mail->id, strchr(mail->from, '@'));
	if (err == OK)
		err = header_plain(to, "X-Request-Id", mail->request_id);
	if (err == OK)
		err = header_plain(to, "Traceparent", mail->traceparent);
	return err == OK ? buf_addf(to,
	                            "Content-Language: %s\r\n"
	                            "Auto-Submitted: auto-generated\r\n"
	                            "MIME-Version: 1.0\r\n",
	                            language_name(mail->language))
	                 : err;
}

/* ---- bodies ---- */

static enum err
text_body(const struct mail *mail, struct buf *to)
{
	enum err err = buf_addf(to, "%s\r\n\r\n", mail->message);
	for (size_t i = 0; err == OK && i < mail->n_facts; i++)
		err = buf_addf(to, "%s: %s\r\n", mail->facts[i].label, mail->facts[i].value);
	return err == OK ? buf_addf(to, "\r\n-- \r\n%s\r\n", mail->footer) : err;
}

/* Appends a text with the special characters of HTML escaped. */
static enum err
html_add(struct buf *to, const char *before, const char *text, const char *after)
{
	static const struct {
		char character;
		const char *entity;
	} entities[] = {
		{'&', "&amp;"}, {'<', "&lt;"}, {'>', "&gt;"}, {'"', "&quot;"}, {'\'', "&#39;"}};
	enum err err = buf_addf(to, "%s", before);
	for (; err == OK && *text; text++) {
		const char *entity = NULL;
		for (size_t i = 0; i < ARRAY_SIZE(entities); i++)
			entity = entities[i].character == *text ? entities[i].entity : entity;
		err = entity ? buf_addf(to, "%s", entity) : buf_add(to, text, 1);
	}
	return err == OK ? buf_addf(to, "%s", after) : err;
}

static enum err
html_body(const struct mail *mail, struct buf *to)
{
	enum err err = buf_addf(to, "<!DOCTYPE html>\r\n<html lang=\"%s\"><head>",
	                        language_name(mail->language));
	if (err == OK)
		err = html_add(to, "<meta charset=\"utf-8\"><title>", mail->subject,
		               "</title></head>\r\n<body>");
	if (err == OK)
		err = html_add(to, "<p>", mail->message, "</p>\r\n<table>\r\n");
	for (size_t i = 0; err == OK && i < mail->n_facts; i++) {
		err = html_add(to, "<tr><th align=\"left\">", mail->facts[i].label, "</th>");
		if (err == OK)
			err = html_add(to, "<td>", mail->facts[i].value, "</td></tr>\r\n");
	}
	return err == OK ? html_add(to, "</table>\r\n<p><small>", mail->footer,
	                            "</small></p></body></html>\r\n")
	                 : err;
}

/* ---- parts ---- */

/* One part of a multipart body. */
static enum err
part_add(const struct mail *mail, struct buf *to, const char *boundary, const char *type,
         enum err (*write)(const struct mail *mail, struct buf *to))
{
	CLEANUP(buf_done) struct buf body = BUF_INIT(PART_MAX);
	enum err err = write(mail, &body);
	if (err == OK)
		err = buf_addf(to,
		               "--%s-%s\r\nContent-Type: %s\r\n"
		               "Content-Transfer-Encoding: base64\r\n\r\n",
		               mail->id, boundary, type);
	if (err != OK)
		return err;
	for (size_t at = 0; err == OK && at < body.len; at += LINE_BYTES) {
		char line[BASE64_SIZE(LINE_BYTES)];
		const size_t left = body.len - at;
		err = buf_addf(
			to, "%s\r\n",
			base64_write(body.data + at, left < LINE_BYTES ? left : LINE_BYTES, line));
	}
	return err;
}

static enum err
texts_add(const struct mail *mail, struct buf *to)
{
	enum err err = buf_addf(to,
	                        "Content-Type: multipart/alternative;\r\n"
	                        " boundary=\"%s-texts\"\r\n\r\n",
	                        mail->id);
	if (err == OK)
		err = part_add(mail, to, "texts", "text/plain; charset=utf-8", text_body);
	if (err == OK)
		err = part_add(mail, to, "texts", "text/html; charset=utf-8", html_body);
	return err == OK ? buf_addf(to, "--%s-texts--\r\n", mail->id) : err;
}

/* The texts, and the calendar as an attachment. */
static enum err
mixed_add(const struct mail *mail, struct buf *to)
{
	char type[160];
	snprintf(type, sizeof(type),
	         "text/calendar; charset=utf-8; method=%s\r\n"
	         "Content-Disposition: attachment; filename=\"stay.ics\"",
	         calendar_method(&mail->calendar));
	enum err err = buf_addf(to,
	                        "Content-Type: multipart/mixed;\r\n"
	                        " boundary=\"%s-parts\"\r\n\r\n--%s-parts\r\n",
	                        mail->id, mail->id);
	if (err == OK)
		err = texts_add(mail, to);
	if (err == OK)
		err = part_add(mail, to, "parts", type, calendar_write);
	return err == OK ? buf_addf(to, "--%s-parts--\r\n", mail->id) : err;
}

enum err
mail_write(const struct mail *mail, struct buf *to)
{
	if (!email_is_valid(mail->from) || !email_is_valid(mail->to))
		return ERR_INVALID;
	enum err err = headers_add(mail, to);
	if (err != OK)
		return err;
	return mail->calendar.present ? mixed_add(mail, to) : texts_add(mail, to);
}
