/* SPDX-License-Identifier: MIT */
/*
 * options - what every transfer by libcurl has in common.
 */
#ifndef ADAPTERS_CURL_OPTIONS_H
#define ADAPTERS_CURL_OPTIONS_H

#include "base/err.h"

#include <curl/curl.h>
#include <stdbool.h>
#include <stdint.h>

/* Initialises libcurl: once, before there are threads. ERR_SYSTEM. */
MUST_CHECK enum err curl_start(void);

/* Sets an option of a handle unless an option before it failed, which leaves its error in code. */
#define OPTION_SET(code, handle, option, value) \
	((code) = (code) != CURLE_OK ? (code) : curl_easy_setopt(handle, option, value))

/* Sets the URL, the protocols that are allowed ("http,https"), and one deadline for the transfer:
 * no proxy, no redirects, no signals. */
MUST_CHECK CURLcode options_set(CURL *handle, const char *url, const char *protocols,
                                uint32_t timeout_ms);

/* The status of the last response; 0: there was none. */
long response_status(CURL *handle);

#define HEADER_LINE_MAX 4096 /* bytes of a header that is sent */

/* Appends "name: value". false: out of memory, or it is too long; the list is unchanged. */
MUST_CHECK bool header_add(struct curl_slist **headers, const char *name, const char *value);

/* For CLEANUP(). */
void slist_done(struct curl_slist **list);

#endif
