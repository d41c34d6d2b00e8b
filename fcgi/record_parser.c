/* SPDX-License-Identifier: MIT */
#include "fcgi/record_parser.h"

#include <string.h>

#define VERSION     1
#define RESPONDER   1
#define BEGIN_BYTES 8      /* of BEGIN_REQUEST's content */
#define CONTENT_MAX 0xffff /* bytes in one record */

enum record_type { BEGIN_REQUEST = 1, PARAMS = 4, STDIN = 5 };

static const unsigned char expected_type[] = {
	[STAGE_BEGIN] = BEGIN_REQUEST, [STAGE_PARAMS] = PARAMS, [STAGE_STDIN] = STDIN};

void
record_parser_init(struct record_parser *parser, size_t body_max)
{
	*parser = (struct record_parser){.begin = BUF_INIT(BEGIN_BYTES),
	                                 .params = BUF_INIT(PARAMS_BYTES_MAX),
	                                 .body = BUF_INIT(body_max)};
}

void
record_parser_done(struct record_parser *parser)
{
	buf_done(&parser->begin);
	buf_done(&parser->params);
	buf_done(&parser->body);
}

static enum err
malformed(struct record_parser *parser, const char *fault)
{
	parser->fault = fault;
	return ERR_MALFORMED;
}

/* ---- names and values ------------------------------------------------------------------------ */

struct span {
	const char *at;
	size_t n;
};

/* A length (3.4): one byte, or four with the highest bit of the first set. Whether it is there. */
static bool
length_take(struct span *from, size_t *ret_length)
{
	const unsigned char *at = (const unsigned char *)from->at;
	size_t size = from->n > 0 && at[0] >= 0x80 ? 4 : 1;
	if (from->n < size)
		return false;
	*ret_length = at[0];
	if (size == 4)
		*ret_length = (size_t)(at[0] & 0x7f) << 24 | (size_t)at[1] << 16 |
		              (size_t)at[2] << 8 | at[3];
	from->at += size;
	from->n -= size;
	return true;
}

/* Takes one pair off. Whether all of it is there. */
static bool
pair_take(struct span *from, struct span *ret_name, struct span *ret_value)
{
	struct span rest = *from;
	size_t name, value;
	if (!length_take(&rest, &name) || !length_take(&rest, &value) || name > rest.n ||
	    value > rest.n - name)
		return false;
	*ret_name = (struct span){rest.at, name};
	*ret_value = (struct span){rest.at + name, value};
	*from = (struct span){rest.at + name + value, rest.n - name - value};
	return true;
}

/* libfcgi makes the text NAME=value of a pair, in which it could be misread. */
static bool
pair_is_text(struct span name, struct span value)
{
	return name.n > 0 && !memchr(name.at, '\0', name.n) && !memchr(name.at, '=', name.n) &&
	       (value.n == 0 || !memchr(value.at, '\0', value.n));
}

/* Checks each pair. Of too many or too large ones the beginning is kept, of whole pairs. */
static enum err
params_check(struct record_parser *parser)
{
	struct span left = {parser->params.data, parser->params.len}, name, value;
	size_t count = 0;
	parser->params_too_large = parser->params_arrived > parser->params.len;
	for (; left.n > 0 && count < PARAMS_COUNT_MAX; count++) {
		if (!pair_take(&left, &name, &value)) {
			if (!parser->params_too_large)
				return malformed(parser, "a parameter is longer than its record");
			break;
		}
		if (!pair_is_text(name, value))
			return malformed(parser, "a parameter has no name, or a NUL or = in it");
	}
	if (left.n > 0)
		parser->params_too_large = true;
	parser->params.len -= left.n;
	return OK;
}

/* ---- records --------------------------------------------------------------------------------- */

/* Checks a header (3.3) that is complete. */
static enum err
header_check(struct record_parser *parser)
{
	const unsigned char *header = parser->header;
	unsigned id = (unsigned)header[2] << 8 | header[3];
	bool begins = parser->stage == STAGE_BEGIN;
	parser->content_left = (size_t)header[4] << 8 | header[5];
	parser->padding_left = header[6];
	if (header[0] != VERSION)
		return malformed(parser, "a record is not of version 1");
	if (header[1] != expected_type[parser->stage])
		return malformed(parser, "a record is of another type than expected");
	if (begins ? id == 0 : id != parser->request_id)
		return malformed(parser, "a record is of another request");
	if (begins && parser->content_left != BEGIN_BYTES)
		return malformed(parser, "BEGIN_REQUEST is not of 8 bytes");
	parser->request_id = id;
	return OK;
}

/* The part of n bytes that still fits. */
static size_t
part_kept(const struct buf *buf, size_t n)
{
	size_t room = buf->max - buf->len;
	return n < room ? n : room;
}

static enum err
params_take(struct record_parser *parser, const void *bytes, size_t n)
{
	parser->params_arrived += n;
	if (parser->params_arrived > PARAMS_READ_MAX) {
		parser->fault = "the parameters are too large";
		return ERR_TOO_LARGE;
	}
	return buf_add(&parser->params, bytes, part_kept(&parser->params, n));
}

static enum err
content_take(struct record_parser *parser, const void *bytes, size_t n)
{
	switch (parser->stage) {
	case STAGE_BEGIN: return buf_add(&parser->begin, bytes, n);
	case STAGE_PARAMS: return params_take(parser, bytes, n);
	case STAGE_STDIN:
		parser->body_arrived += n;
		return buf_add(&parser->body, bytes, part_kept(&parser->body, n));
	case STAGE_COMPLETE: break;
	}
	return ERR_BUG_HERE();
}

/* A record has arrived with its padding; an empty one ends its stream. */
static enum err
record_end(struct record_parser *parser)
{
	const bool empty = parser->header[4] == 0 && parser->header[5] == 0;
	const unsigned char *begin = (const unsigned char *)parser->begin.data;
	enum err err = OK;
	parser->header_len = 0;
	if (parser->stage == STAGE_BEGIN) {
		if (begin[0] != 0 || begin[1] != RESPONDER)
			return malformed(parser, "the role is not that of a responder");
		parser->stage = STAGE_PARAMS;
	} else if (empty && parser->stage == STAGE_PARAMS) {
		err = params_check(parser);
		parser->stage = STAGE_STDIN;
	} else if (empty) {
		parser->stage = STAGE_COMPLETE;
	}
	return err;
}

/* How many of n bytes the present part of the record takes, header, content or padding. */
static size_t
part_size(const struct record_parser *parser, size_t n)
{
	size_t part = parser->padding_left;
	if (parser->header_len < RECORD_HEADER)
		part = RECORD_HEADER - parser->header_len;
	else if (parser->content_left > 0)
		part = parser->content_left;
	return n < part ? n : part;
}

/* Takes n bytes of that part. */
static enum err
part_take(struct record_parser *parser, const unsigned char *bytes, size_t n)
{
	enum err err = OK;
	if (parser->header_len < RECORD_HEADER) {
		memcpy(parser->header + parser->header_len, bytes, n);
		parser->header_len += n;
		if (parser->header_len == RECORD_HEADER)
			err = header_check(parser);
	} else if (parser->content_left > 0) {
		parser->content_left -= n;
		err = content_take(parser, bytes, n);
	} else {
		parser->padding_left -= n;
	}
	if (err == OK && parser->header_len == RECORD_HEADER && parser->content_left == 0 &&
	    parser->padding_left == 0)
		err = record_end(parser);
	return err;
}

enum err
record_parser_feed(struct record_parser *parser, const void *bytes, size_t n)
{
	const unsigned char *at = bytes;
	enum err err = OK;
	while (err == OK && n > 0 && parser->stage != STAGE_COMPLETE) {
		size_t part = part_size(parser, n);
		err = part_take(parser, at, part);
		at += part;
		n -= part;
	}
	return err;
}

/* ---- writing it again ------------------------------------------------------------------------ */

static enum err
record_write(const struct record_parser *parser, enum record_type type, const char *content,
             size_t n, struct buf *to)
{
	const unsigned char header[RECORD_HEADER] = {VERSION,
	                                             (unsigned char)type,
	                                             (unsigned char)(parser->request_id >> 8),
	                                             (unsigned char)parser->request_id,
	                                             (unsigned char)(n >> 8),
	                                             (unsigned char)n};
	enum err err = buf_add(to, header, sizeof(header));
	return err == OK ? buf_add(to, content, n) : err;
}

enum err
record_parser_write_head(const struct record_parser *parser, struct buf *to)
{
	const char *at = parser->params.data;
	size_t left = parser->params.len;
	enum err err = record_write(parser, BEGIN_REQUEST, parser->begin.data, BEGIN_BYTES, to);
	while (err == OK && left > 0) {
		size_t n = left < CONTENT_MAX ? left : CONTENT_MAX;
		err = record_write(parser, PARAMS, at, n, to);
		at += n;
		left -= n;
	}
	return err == OK ? record_write(parser, PARAMS, NULL, 0, to) : err;
}
