/* SPDX-License-Identifier: MIT */
/*
 * pool - idle handles of libcurl, each with its open connection. Thread-safe.
 */
#ifndef ADAPTERS_CURL_POOL_H
#define ADAPTERS_CURL_POOL_H

#include <curl/curl.h>
#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>

#define CURL_POOL_MAX 64 /* idle handles; any more are closed */

struct curl_pool {
	pthread_mutex_t lock;
	CURL *idle[CURL_POOL_MAX];
	size_t n;
};

void curl_pool_init(struct curl_pool *pool);

/* Closes the idle handles; none may be in use. */
void curl_pool_done(struct curl_pool *pool);

/* The handle that was used last, or a new one, without options. NULL: out of memory. */
CURL *curl_pool_take(struct curl_pool *pool);

/* Returns a handle. reuse: its connection may serve another transfer; else both are closed. */
void curl_pool_give(struct curl_pool *pool, CURL *handle, bool reuse);

#endif
