/* SPDX-License-Identifier: MIT */
/*
 * FastCGI conversations. The first byte of the input says in how large parts the rest arrives; and
 * libfcgi takes every request that the parser takes.
 */
#include "fuzz.h"

#include "base/mem.h"
#include "fcgi/fcgi_connection.h"
#include "fcgi/record_parser.h"

#include <fcntl.h>
#include <stdbool.h>
#include <unistd.h>

#define BODY_MAX 300

static int
null_fd(void)
{
	static int fd = -1;
	if (fd < 0) {
		fd = open("/dev/null", O_WRONLY | O_CLOEXEC);
		PROPERTY(fd >= 0 && fcgi_connection_init() == OK);
	}
	return fd;
}

/* Feeds it in parts of at most this many bytes; an error is the last outcome. */
static enum err
feed(struct record_parser *parser, const char *bytes, size_t n, size_t part)
{
	enum err err = OK;
	record_parser_init(parser, BODY_MAX);
	while (err == OK && n > 0) {
		size_t now = n < part ? n : part;
		err = record_parser_feed(parser, bytes, now);
		PROPERTY(parser->params.len <= PARAMS_BYTES_MAX && parser->body.len <= BODY_MAX);
		bytes += now;
		n -= now;
	}
	PROPERTY(err == OK || parser->fault);
	return err;
}

static bool
same(const struct buf *a, const struct buf *b)
{
	return a->len == b->len && (a->len == 0 || memcmp(a->data, b->data, a->len) == 0);
}

/* NAME=value each, at most so many and so long, after the role. */
static void
check_libfcgi(const struct record_parser *parser)
{
	static struct fcgi_connection connection;
	static bool prepared;
	if (!prepared)
		fcgi_connection_prepare(&connection);
	prepared = true;
	PROPERTY(fcgi_connection_open(&connection, null_fd(), parser) == OK);
	char *const *params = fcgi_connection_params(&connection);
	size_t n = 0, bytes = 0;
	for (; params[n]; n++) {
		const char *equals = strchr(params[n], '=');
		PROPERTY(equals && equals > params[n]);
		bytes += strlen(params[n]);
	}
	PROPERTY(n >= 1 && n <= 1 + PARAMS_COUNT_MAX);
	PROPERTY(bytes <= PARAMS_BYTES_MAX + strlen(params[0]));
	fcgi_connection_drop(&connection);
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	struct record_parser whole, parts;
	if (n == 0)
		return 0;
	CLEANUP(free_p) char *text = fuzz_text(bytes + 1, n - 1);
	enum err err = feed(&whole, text, n - 1, n);
	PROPERTY(err == feed(&parts, text, n - 1, bytes[0] + 1u));
	PROPERTY(whole.stage == parts.stage && same(&whole.params, &parts.params) &&
	         same(&whole.body, &parts.body) && whole.body_arrived == parts.body_arrived &&
	         whole.params_too_large == parts.params_too_large);
	if (err == OK && whole.stage == STAGE_COMPLETE)
		check_libfcgi(&whole);
	record_parser_done(&whole);
	record_parser_done(&parts);
	return 0;
}
