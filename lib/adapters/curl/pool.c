/* SPDX-License-Identifier: MIT */
#include "adapters/curl/pool.h"

#include <sys/socket.h>

void
curl_pool_init(struct curl_pool *pool)
{
	*pool = (struct curl_pool){.n = 0};
	pthread_mutex_init(&pool->lock, NULL); /* cannot fail on Linux */
}

/* The socket is shut down first: libcurl would say goodbye (SMTP's QUIT) and wait up to two minutes
 * for the reply, whatever the timeouts. */
static void
handle_close(CURL *handle)
{
	curl_socket_t fd = CURL_SOCKET_BAD;
	if (!handle)
		return;
	if (!curl_easy_getinfo(handle, CURLINFO_ACTIVESOCKET, &fd) && fd != CURL_SOCKET_BAD)
		(void)shutdown(fd, SHUT_RDWR);
	curl_easy_cleanup(handle);
}

void
curl_pool_done(struct curl_pool *pool)
{
	for (size_t i = 0; i < pool->n; i++)
		handle_close(pool->idle[i]);
	pthread_mutex_destroy(&pool->lock);
}

CURL *
curl_pool_take(struct curl_pool *pool)
{
	CURL *handle = NULL;
	pthread_mutex_lock(&pool->lock);
	if (pool->n)
		handle = pool->idle[--pool->n];
	pthread_mutex_unlock(&pool->lock);
	return handle ? handle : curl_easy_init();
}

void
curl_pool_give(struct curl_pool *pool, CURL *handle, bool reuse)
{
	if (reuse)
		curl_easy_reset(handle); /* drops the options, keeps the connection */
	pthread_mutex_lock(&pool->lock);
	if (reuse && pool->n < CURL_POOL_MAX) {
		pool->idle[pool->n++] = handle;
		handle = NULL;
	}
	pthread_mutex_unlock(&pool->lock);
	handle_close(handle);
}
