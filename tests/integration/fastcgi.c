/* SPDX-License-Identifier: MIT */
#include "fastcgi.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

enum record { BEGIN_REQUEST = 1, END_REQUEST = 3, PARAMS = 4, STDIN = 5, STDOUT = 6 };

#define HEADER_SIZE 8
#define RECORD_MAX  65535

int
fastcgi_connect(const char *path)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	const struct timeval minute = {.tv_sec = 60};
	snprintf(address.sun_path, sizeof(address.sun_path), "%s", path);
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd >= 0 && setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &minute, sizeof(minute)) == 0 &&
	    connect(fd, (struct sockaddr *)&address, sizeof(address)) == 0)
		return fd;
	if (fd >= 0)
		close(fd);
	return -1;
}

/* Sends all; some tests are about a peer that has closed. */
static void
send_all(int fd, const void *bytes, size_t n)
{
	const char *at = bytes;
	while (n > 0) {
		ssize_t sent = send(fd, at, n, MSG_NOSIGNAL);
		if (sent <= 0)
			return;
		at += sent;
		n -= (size_t)sent;
	}
}

static void
record_send(int fd, enum record type, const void *content, size_t n)
{
	const unsigned char header[HEADER_SIZE] = {
		1, (unsigned char)type, 0, 1, (unsigned char)(n >> 8), (unsigned char)n, 0, 0};
	send_all(fd, header, sizeof(header));
	send_all(fd, content, n);
}

/* A length of a name or value: one byte, or four with the highest bit set. */
static size_t
length_put(char *to, size_t n)
{
	if (n < 128) {
		to[0] = (char)n;
		return 1;
	}
	to[0] = (char)(0x80 | n >> 24);
	to[1] = (char)(n >> 16);
	to[2] = (char)(n >> 8);
	to[3] = (char)n;
	return 4;
}

void
fastcgi_begin(int fd, const char *const params[])
{
	static const unsigned char responder[8] = {0, 1};
	record_send(fd, BEGIN_REQUEST, responder, sizeof(responder));
	for (; params[0]; params += 2) {
		char pair[RECORD_MAX];
		size_t name = strlen(params[0]), value = strlen(params[1]);
		size_t n = length_put(pair, name);
		n += length_put(pair + n, value);
		memcpy(pair + n, params[0], name);
		memcpy(pair + n + name, params[1], value);
		record_send(fd, PARAMS, pair, n + name + value);
	}
	record_send(fd, PARAMS, "", 0);
}

void
fastcgi_stdin(int fd, const char *bytes, size_t n)
{
	do {
		size_t part = n < RECORD_MAX ? n : RECORD_MAX;
		record_send(fd, STDIN, bytes, part);
		bytes += part;
		n -= part;
	} while (n > 0);
}

static bool
receive_all(int fd, void *to, size_t n)
{
	return n == 0 || recv(fd, to, n, MSG_WAITALL) == (ssize_t)n;
}

static void
answer_split(struct fastcgi_answer *answer)
{
	const char *end = strstr(answer->text, "\r\n\r\n");
	answer->body = end ? end + 4 : answer->text + answer->len;
	if (strncmp(answer->text, "Status: ", 8) == 0)
		answer->status = (int)strtol(answer->text + 8, NULL, 10);
}

struct fastcgi_answer
fastcgi_receive(int fd)
{
	static char content[RECORD_MAX + 255];
	struct fastcgi_answer answer = {.text = calloc(1, 1)};
	unsigned char header[HEADER_SIZE];
	while (!answer.ended && receive_all(fd, header, sizeof(header))) {
		size_t n = (size_t)header[4] << 8 | header[5];
		if (!receive_all(fd, content, n + header[6]))
			break;
		answer.ended = header[1] == END_REQUEST;
		char *more = header[1] == STDOUT ? realloc(answer.text, answer.len + n + 1) : NULL;
		if (!more)
			continue;
		answer.text = more;
		memcpy(answer.text + answer.len, content, n);
		answer.len += n;
		answer.text[answer.len] = '\0';
	}
	close(fd);
	answer_split(&answer);
	return answer;
}

void
fastcgi_free(struct fastcgi_answer *answer)
{
	free(answer->text);
	answer->text = NULL;
}

int
fastcgi_send(const char *path, const char *method, const char *uri, const char *body)
{
	char length[24], document[256];
	const char *query = strchr(uri, '?');
	snprintf(length, sizeof(length), "%zu", strlen(body));
	snprintf(document, sizeof(document), "%.*s", (int)strcspn(uri, "?"), uri);
	const char *const params[] = {"REQUEST_METHOD",
	                              method,
	                              "DOCUMENT_URI",
	                              document,
	                              "QUERY_STRING",
	                              query ? query + 1 : "",
	                              "CONTENT_TYPE",
	                              *body ? "application/json" : "",
	                              "CONTENT_LENGTH",
	                              *body ? length : "",
	                              "HOTEL_LISTENER",
	                              "public",
	                              NULL};
	int fd = fastcgi_connect(path);
	if (fd < 0)
		return -1;
	fastcgi_begin(fd, params);
	if (*body)
		fastcgi_stdin(fd, body, strlen(body));
	fastcgi_stdin(fd, "", 0);
	return fd;
}

struct fastcgi_answer
fastcgi_request(const char *path, const char *method, const char *uri, const char *body)
{
	return fastcgi_receive(fastcgi_send(path, method, uri, body));
}

bool
fastcgi_has_line(const struct fastcgi_answer *answer, const char *line)
{
	char whole[300];
	snprintf(whole, sizeof(whole), "%s\r\n", line);
	const char *at = strstr(answer->text, whole);
	return at && at < answer->body && (at == answer->text || at[-1] == '\n');
}
