/* SPDX-License-Identifier: MIT */
#include "adapters/smtp/client_name.h"

#include "base/mem.h"

#include <arpa/inet.h>
#include <curl/curl.h>
#include <netdb.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define LITERAL_SIZE 80

/* Connects no further than to the kernel's choice of a local address: nothing is sent. */
static bool
local_address(const struct addrinfo *server, char *ret_text, size_t size)
{
	struct sockaddr_storage local;
	socklen_t len = sizeof(local);
	int fd = socket(server->ai_family, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	bool known = fd >= 0 && connect(fd, server->ai_addr, server->ai_addrlen) == 0 &&
	             getsockname(fd, (struct sockaddr *)&local, &len) == 0 &&
	             getnameinfo((struct sockaddr *)&local, len, ret_text, (socklen_t)size, NULL, 0,
	                         NI_NUMERICHOST) == 0;
	if (fd >= 0)
		close(fd);
	return known;
}

/* "[192.0.2.1]" or "[IPv6:2001:db8::1]" (RFC 5321, 4.1.3). */
static void
literal_of(const char *host, const char *port, char ret_literal[LITERAL_SIZE])
{
	const struct addrinfo wanted = {.ai_socktype = SOCK_DGRAM};
	struct addrinfo *server = NULL;
	char address[INET6_ADDRSTRLEN + 1] = "127.0.0.1", bare[256];
	snprintf(bare, sizeof(bare), "%.*s", (int)strcspn(host + (*host == '['), "]"),
	         host + (*host == '['));
	if (getaddrinfo(bare, port, &wanted, &server) == 0 &&
	    !local_address(server, address, sizeof(address)))
		snprintf(address, sizeof(address), "127.0.0.1");
	if (server)
		freeaddrinfo(server);
	snprintf(ret_literal, LITERAL_SIZE, "[%s%s]", strchr(address, ':') ? "IPv6:" : "", address);
}

static void
url_done(CURLU **url)
{
	curl_url_cleanup(*url);
}

static void
part_done(char **part)
{
	curl_free(*part);
}

/* The path of a URL without one is "/". */
static bool
has_path(CURLU *url)
{
	CLEANUP(part_done) char *path = NULL;
	return curl_url_get(url, CURLUPART_PATH, &path, 0) == CURLUE_OK && path[0] && path[1];
}

static bool
name_set(CURLU *url, const char *from)
{
	CLEANUP(part_done) char *host = NULL;
	CLEANUP(part_done) char *port = NULL;
	char path[LITERAL_SIZE + 256], literal[LITERAL_SIZE];
	const char *at = strrchr(from, '@');
	const char *name = at ? at + 1 : "";
	if (!strchr(name, '.')) {
		if (curl_url_get(url, CURLUPART_HOST, &host, CURLU_URLDECODE) != CURLUE_OK ||
		    curl_url_get(url, CURLUPART_PORT, &port, CURLU_DEFAULT_PORT) != CURLUE_OK)
			return false;
		literal_of(host, port, literal);
		name = literal;
	}
	snprintf(path, sizeof(path), "/%s", name);
	return curl_url_set(url, CURLUPART_PATH, path, CURLU_URLENCODE) == CURLUE_OK;
}

enum err
smtp_url_with_name(const char *url, const char *from, char *ret_url, size_t size)
{
	CLEANUP(url_done) CURLU *parts = curl_url();
	CLEANUP(part_done) char *whole = NULL;
	if (!parts)
		return ERR_MEMORY;
	if (curl_url_set(parts, CURLUPART_URL, url, 0) != CURLUE_OK ||
	    (!has_path(parts) && !name_set(parts, from)) ||
	    curl_url_get(parts, CURLUPART_URL, &whole, 0) != CURLUE_OK || strlen(whole) >= size)
		return ERR_INVALID;
	memcpy(ret_url, whole, strlen(whole) + 1);
	return OK;
}
