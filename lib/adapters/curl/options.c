/* SPDX-License-Identifier: MIT */
#include "adapters/curl/options.h"

#include <stdio.h>

enum err
curl_start(void)
{
	return curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK ? OK : ERR_SYSTEM_CODE(0);
}

CURLcode
options_set(CURL *handle, const char *url, const char *protocols, uint32_t timeout_ms)
{
	CURLcode code = CURLE_OK;
	OPTION_SET(code, handle, CURLOPT_URL, url);
	OPTION_SET(code, handle, CURLOPT_PROTOCOLS_STR, protocols);
	OPTION_SET(code, handle, CURLOPT_PROXY, "");
	OPTION_SET(code, handle, CURLOPT_FOLLOWLOCATION, 0L);
	OPTION_SET(code, handle, CURLOPT_NOSIGNAL, 1L);
	OPTION_SET(code, handle, CURLOPT_TIMEOUT_MS, (long)timeout_ms);
	OPTION_SET(code, handle, CURLOPT_CONNECTTIMEOUT_MS, (long)timeout_ms);
	return code;
}

long
response_status(CURL *handle)
{
	long status = 0;
	return curl_easy_getinfo(handle, CURLINFO_RESPONSE_CODE, &status) == CURLE_OK ? status : 0;
}

bool
header_add(struct curl_slist **headers, const char *name, const char *value)
{
	char line[HEADER_LINE_MAX];
	const int n = snprintf(line, sizeof(line), "%s: %s", name, value);
	if (n < 0 || n >= (int)sizeof(line))
		return false;
	struct curl_slist *longer = curl_slist_append(*headers, line);
	if (longer)
		*headers = longer;
	return longer;
}

void
slist_done(struct curl_slist **list)
{
	curl_slist_free_all(*list);
}
