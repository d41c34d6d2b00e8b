/* SPDX-License-Identifier: MIT */
#include "adapters/webhook/webhook.h"

#include "adapters/curl/options.h"
#include "adapters/json/event.h"
#include "adapters/webhook/public_address.h"
#include "adapters/webhook/sign.h"
#include "base/clock.h"
#include "base/mem.h"

#include <inttypes.h>
#include <stdio.h>

#define RESPONSE_BODY_MAX 65536u /* bytes of a response that are read, headers included */

struct call {
	bool any_address_allowed;
	bool not_public; /* the connection was refused because of its address */
	size_t received; /* bytes of the response */
	char timestamp[24], signature[SIGNATURE_SIZE];
};

/* libcurl calls this with the resolved address that it is about to connect to: the check cannot be
 * bypassed by a name that resolves differently the next time (SSRF, DNS rebinding). */
static curl_socket_t
socket_open(void *arg, curlsocktype purpose, struct curl_sockaddr *address)
{
	struct call *call = arg;
	if (purpose != CURLSOCKTYPE_IPCXN)
		return CURL_SOCKET_BAD;
	if (!call->any_address_allowed && !address_is_public(&address->addr)) {
		call->not_public = true;
		return CURL_SOCKET_BAD;
	}
	return socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

/* Ignores the response. Beyond the maximum it ends the transfer: the status is known by then. */
static size_t
response_ignore(char *bytes, size_t size, size_t n, void *arg)
{
	struct call *call = arg;
	(void)bytes;
	call->received += size * n;
	return call->received <= RESPONSE_BODY_MAX ? size * n : 0;
}

static bool
headers_add(const struct outgoing_message *message, const struct call *call,
            struct curl_slist **headers)
{
	const char *traceparent = message->job->event.traceparent;
	return header_add(headers, "Content-Type", EVENT_CONTENT_TYPE) &&
	       header_add(headers, "User-Agent", "MyHotel") &&
	       header_add(headers, "webhook-id", message->id) &&
	       header_add(headers, "webhook-timestamp", call->timestamp) &&
	       header_add(headers, "webhook-signature", call->signature) &&
	       header_add(headers, "Expect", "") &&
	       (!*traceparent || header_add(headers, "traceparent", traceparent));
}

static CURLcode
call_set(CURL *handle, const struct outgoing_message *message, struct call *call,
         struct curl_slist *headers)
{
	const struct delivery_job *job = message->job;
	CURLcode code = options_set(handle, job->target, "http,https", message->timeout_ms);
	OPTION_SET(code, handle, CURLOPT_OPENSOCKETFUNCTION, socket_open);
	OPTION_SET(code, handle, CURLOPT_OPENSOCKETDATA, call);
	OPTION_SET(code, handle, CURLOPT_POST, 1L);
	OPTION_SET(code, handle, CURLOPT_POSTFIELDSIZE, (long)job->body_len);
	OPTION_SET(code, handle, CURLOPT_POSTFIELDS, job->body);
	OPTION_SET(code, handle, CURLOPT_HTTPHEADER, headers);
	OPTION_SET(code, handle, CURLOPT_WRITEFUNCTION, response_ignore);
	OPTION_SET(code, handle, CURLOPT_WRITEDATA, call);
	OPTION_SET(code, handle, CURLOPT_HEADERFUNCTION, response_ignore);
	OPTION_SET(code, handle, CURLOPT_HEADERDATA, call);
	return code;
}

/* A status is the receiver's decision about this event. Without one the receiver is unreachable. */
static struct attempt_result
result_of(const struct call *call, CURLcode code, long status)
{
	if (call->not_public && !status)
		return attempt_result(ATTEMPT_PERMANENT, "private-address");
	if (status >= 200 && status <= 299)
		return attempt_result(ATTEMPT_DELIVERED, "");
	if (status >= 300)
		return attempt_result_status(status == 410 ? ATTEMPT_PERMANENT : ATTEMPT_RETRY,
		                             "http", status);
	if (code == CURLE_OPERATION_TIMEDOUT)
		return attempt_result(ATTEMPT_UNREACHABLE, "http-timeout");
	if (code == CURLE_COULDNT_RESOLVE_HOST || code == CURLE_COULDNT_CONNECT)
		return attempt_result(ATTEMPT_UNREACHABLE, "http-unreachable");
	return attempt_result(ATTEMPT_UNREACHABLE, "http-broken");
}

static struct attempt_result
call_make(const struct outgoing_message *message, struct call *call)
{
	CLEANUP(slist_done) struct curl_slist *headers = NULL;
	CURL *handle = curl_easy_init();
	struct attempt_result result = attempt_result(ATTEMPT_RETRY, "no-memory");
	if (handle && headers_add(message, call, &headers) &&
	    call_set(handle, message, call, headers) == CURLE_OK) {
		CURLcode code = curl_easy_perform(handle);
		result = result_of(call, code, response_status(handle));
	}
	curl_easy_cleanup(handle);
	return result;
}

static void
webhook_send(void *self, const struct outgoing_message *message, struct attempt_result *ret_result)
{
	const struct webhook_options *options = self;
	const struct delivery_job *job = message->job;
	struct call call = {.any_address_allowed = options->any_address_allowed};
	snprintf(call.timestamp, sizeof(call.timestamp), "%" PRId64, instant_now() / 1000);
	if (!webhook_url_is_valid(job->target) ||
	    webhook_sign(job->secret, message->id, call.timestamp, job->body, job->body_len,
	                 call.signature) != OK)
		*ret_result = attempt_result(ATTEMPT_PERMANENT, "address");
	else
		*ret_result = call_make(message, &call);
}

struct channel_sender
webhook_sender(struct webhook_options *options)
{
	return (struct channel_sender){.self = options, .send = webhook_send};
}
