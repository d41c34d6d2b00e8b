/* SPDX-License-Identifier: MIT */
/*
 * record_parser - the records of one FastCGI request, checked as their bytes arrive.
 *
 * Takes what a web server sends to a responder and nothing else (FastCGI 1.0, 3.3, 5.1 to 5.3):
 * BEGIN_REQUEST, PARAMS up to an empty one, STDIN up to an empty one, all of one request id. It does
 * no input and no output.
 */
#ifndef FCGI_RECORD_PARSER_H
#define FCGI_RECORD_PARSER_H

#include "base/buf.h"
#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define RECORD_HEADER    8            /* bytes */
#define PARAMS_BYTES_MAX (64 * 1024)  /* kept, names and values with their lengths */
#define PARAMS_COUNT_MAX 1024         /* names with their values */
#define PARAMS_READ_MAX  (128 * 1024) /* bytes; what is over PARAMS_BYTES_MAX is read and dropped */

enum record_stage { STAGE_BEGIN, STAGE_PARAMS, STAGE_STDIN, STAGE_COMPLETE };

struct record_parser {
	enum record_stage stage;
	unsigned char header[RECORD_HEADER]; /* of the present record */
	size_t header_len, content_left, padding_left;
	unsigned request_id;
	struct buf begin;      /* content of BEGIN_REQUEST */
	struct buf params;     /* content of PARAMS: whole pairs, as FastCGI encodes them */
	struct buf body;       /* content of STDIN, up to its max */
	size_t params_arrived; /* bytes */
	uint64_t body_arrived; /* bytes; more than body has if it is over its max */
	bool params_too_large; /* params is only the beginning of them */
	const char *fault;     /* after ERR_MALFORMED and ERR_TOO_LARGE: what is wrong, in words */
};

/* body_max: bytes of the body to keep; the rest is read and dropped. */
void record_parser_init(struct record_parser *parser, size_t body_max);
void record_parser_done(struct record_parser *parser);

/*
 * Takes the next bytes, up to the end of the request (STAGE_COMPLETE); those after it are ignored.
 * ERR_MALFORMED: records that no web server sends. ERR_TOO_LARGE: over PARAMS_READ_MAX. ERR_MEMORY.
 * After an error nothing more may be fed.
 */
MUST_CHECK enum err record_parser_feed(struct record_parser *parser, const void *bytes, size_t n);

/* Writes the head of a complete request again, BEGIN_REQUEST and PARAMS, without padding. Errors
 * are those of buf_add(). */
MUST_CHECK enum err record_parser_write_head(const struct record_parser *parser, struct buf *to);

#endif
