/* SPDX-License-Identifier: MIT */
#include "tools/bench/response.h"

#include "base/text.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define BODY_MAX   (1ull << 40)
#define STATUS_AT  9 /* "HTTP/1.1 201 Created" */
#define STATUS_MAX 599

void
response_begin(struct response *response)
{
	response->part = RESPONSE_STATUS;
	response->status = 0;
	response->closes = response->chunked = response->measured = false;
	response->left = 0;
	response->line_len = 0;
}

static enum err
status_read(struct response *response)
{
	uint64_t status;
	if (strncmp(response->line, "HTTP/1.1 ", STATUS_AT) != 0 ||
	    response->line_len < STATUS_AT + 3)
		return ERR_MALFORMED;
	response->line[STATUS_AT + 3] = '\0';
	if (text_to_u64(response->line + STATUS_AT, STATUS_MAX, &status) != OK)
		return ERR_MALFORMED;
	response->status = (unsigned)status;
	response->part = RESPONSE_HEADER;
	return OK;
}

/* After the empty line: what follows. */
static enum err
head_end(struct response *response)
{
	const bool bare = response->status == 204 || response->status == 304;
	if (bare || (response->measured && !response->chunked && response->left == 0))
		response->part = RESPONSE_WHOLE;
	else if (response->chunked)
		response->part = RESPONSE_CHUNK_SIZE;
	else if (response->measured)
		response->part = RESPONSE_BODY;
	else
		return ERR_MALFORMED;
	return OK;
}

static enum err
header_read(struct response *response)
{
	if (response->line_len == 0)
		return head_end(response);
	char *value = strchr(response->line, ':');
	if (!value)
		return ERR_MALFORMED;
	*value++ = '\0';
	value += strspn(value, " \t");
	if (strcasecmp(response->line, "Content-Length") == 0) {
		response->measured = true;
		return text_to_u64(value, BODY_MAX, &response->left) == OK ? OK : ERR_MALFORMED;
	}
	if (strcasecmp(response->line, "Transfer-Encoding") == 0)
		response->chunked = strcasecmp(value, "chunked") == 0;
	if (strcasecmp(response->line, "Connection") == 0)
		response->closes = strcasecmp(value, "close") == 0;
	return OK;
}

static enum err
chunk_size_read(struct response *response)
{
	char *end;
	response->left = strtoull(response->line, &end, 16);
	if (end == response->line || response->left > BODY_MAX)
		return ERR_MALFORMED;
	response->part = response->left ? RESPONSE_CHUNK : RESPONSE_TRAILER;
	return OK;
}

static enum err
line_read(struct response *response)
{
	enum err err = OK;
	switch (response->part) {
	case RESPONSE_STATUS: err = status_read(response); break;
	case RESPONSE_HEADER: err = header_read(response); break;
	case RESPONSE_CHUNK_SIZE: err = chunk_size_read(response); break;
	case RESPONSE_CHUNK_END: response->part = RESPONSE_CHUNK_SIZE; break;
	case RESPONSE_TRAILER:
		if (response->line_len == 0)
			response->part = RESPONSE_WHOLE;
		break;
	case RESPONSE_BODY:
	case RESPONSE_CHUNK:
	case RESPONSE_WHOLE: err = ERR_BUG_HERE(); break;
	}
	response->line_len = 0;
	return err;
}

/* Takes bytes up to the end of a line. Returns how many, through ret_taken. */
static enum err
line_feed(struct response *response, const char *bytes, size_t n, size_t *ret_taken)
{
	const char *end = memchr(bytes, '\n', n);
	const size_t length = end ? (size_t)(end - bytes) : n;
	if (response->line_len + length > RESPONSE_LINE_MAX)
		return ERR_TOO_LARGE;
	memcpy(response->line + response->line_len, bytes, length);
	response->line_len += length;
	*ret_taken = length + (end ? 1 : 0);
	if (!end)
		return OK;
	if (response->line_len && response->line[response->line_len - 1] == '\r')
		response->line_len--;
	response->line[response->line_len] = '\0';
	return line_read(response);
}

static size_t
body_feed(struct response *response, size_t n)
{
	const size_t taken = n < response->left ? n : (size_t)response->left;
	response->left -= taken;
	if (response->left == 0)
		response->part = response->chunked ? RESPONSE_CHUNK_END : RESPONSE_WHOLE;
	return taken;
}

enum err
response_feed(struct response *response, const char *bytes, size_t n)
{
	enum err err = OK;
	while (err == OK && n > 0) {
		size_t taken = 0;
		if (response->part == RESPONSE_WHOLE)
			return ERR_MALFORMED;
		if (response->part == RESPONSE_BODY || response->part == RESPONSE_CHUNK)
			taken = body_feed(response, n);
		else
			err = line_feed(response, bytes, n, &taken);
		bytes += taken;
		n -= taken;
	}
	return err;
}
