/* SPDX-License-Identifier: MIT */
#include "fcgi/url.h"

#include <string.h>

/* Appends a text, percent-encoded for a query (RFC 3986). */
static enum err
encode(struct buf *url, const char *text)
{
	static const char plain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
				    "0123456789-._~,:@/";
	enum err err = OK;
	while (err == OK && *text) {
		size_t n = strspn(text, plain);
		err = n ? buf_add(url, text, n) : buf_addf(url, "%%%02X", (unsigned char)*text);
		text += n ? n : 1;
	}
	return err;
}

enum err
url_parameter_add(struct buf *url, const char *name, const char *value)
{
	enum err err = buf_add(url, strchr(url->data, '?') ? "&" : "?", 1);
	if (err == OK)
		err = encode(url, name);
	if (err == OK)
		err = buf_add(url, "=", 1);
	return err == OK ? encode(url, value) : err;
}
