/* webhook - events to where recipients want them, by libcurl. */
#include "adapters/webhook/webhook.h"

#include "adapters/webhook/public_address.h"
#include "adapters/webhook/sign.h"
#include "base/mem.h"

#include <curl/curl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define RESPONSE_BODY_MAX 65536u /* bytes of an answer, headers included, that are waited for */

/* One call. */
struct call {
	bool private_allowed;
	bool private_met; /* an address was refused */
	size_t answered;  /* bytes */
	char timestamp[24], signature[SIGNATURE_SIZE];
};

static void
say(struct attempt_result *result, enum attempt_outcome outcome, const char *reason)
{
	result->outcome = outcome;
	snprintf(result->reason, REASON_SIZE, "%s", reason);
}

/* What the name led to is known here, and it is this that is connected to. */
static curl_socket_t
socket_open(void *arg, curlsocktype purpose, struct curl_sockaddr *address)
{
	struct call *call = arg;
	if (purpose != CURLSOCKTYPE_IPCXN)
		return CURL_SOCKET_BAD;
	if (!call->private_allowed && !address_is_public(&address->addr)) {
		call->private_met = true;
		return CURL_SOCKET_BAD;
	}
	return socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

/* Nothing of the answer is kept. Past the maximum the transfer ends; the status is known by then,
 * or never will be. */
static size_t
answer_drop(char *bytes, size_t size, size_t n, void *arg)
{
	struct call *call = arg;
	(void)bytes;
	call->answered += size * n;
	return call->answered <= RESPONSE_BODY_MAX ? size * n : 0;
}

static void
slist_p(struct curl_slist **list)
{
	curl_slist_free_all(*list);
}

/* false: out of memory, the list is as it was. */
static bool
header_add(struct curl_slist **headers, const char *name, const char *value)
{
	char line[256];
	snprintf(line, sizeof(line), "%s: %s", name, value);
	struct curl_slist *longer = curl_slist_append(*headers, line);
	if (longer)
		*headers = longer;
	return longer;
}

static bool
headers_add(const struct outgoing_message *message, const struct call *call,
            struct curl_slist **headers)
{
	const char *traceparent = message->job->event.traceparent;
	return header_add(headers, "Content-Type", "application/json") &&
	       header_add(headers, "User-Agent", "MyHotel") &&
	       header_add(headers, "webhook-id", message->id) &&
	       header_add(headers, "webhook-timestamp", call->timestamp) &&
	       header_add(headers, "webhook-signature", call->signature) &&
	       header_add(headers, "Expect", "") &&
	       (!*traceparent || header_add(headers, "traceparent", traceparent));
}

static CURLcode
way_set(CURL *handle, const struct outgoing_message *message, struct call *call)
{
	CURLcode code = curl_easy_setopt(handle, CURLOPT_URL, message->job->target);
	if (!code)
		code = curl_easy_setopt(handle, CURLOPT_PROTOCOLS_STR, "http,https");
	if (!code)
		code = curl_easy_setopt(handle, CURLOPT_PROXY, "");
	if (!code)
		code = curl_easy_setopt(handle, CURLOPT_FOLLOWLOCATION, 0L);
	if (!code)
		code = curl_easy_setopt(handle, CURLOPT_NOSIGNAL, 1L);
	if (!code)
		code = curl_easy_setopt(handle, CURLOPT_TIMEOUT_MS, (long)message->timeout_ms);
	if (!code)
		code = curl_easy_setopt(handle, CURLOPT_CONNECTTIMEOUT_MS,
		                        (long)message->timeout_ms);
	if (!code)
		code = curl_easy_setopt(handle, CURLOPT_OPENSOCKETFUNCTION, socket_open);
	if (!code)
		code = curl_easy_setopt(handle, CURLOPT_OPENSOCKETDATA, call);
	return code;
}

static CURLcode
body_set(CURL *handle, const struct outgoing_message *message, struct call *call,
         struct curl_slist *headers)
{
	CURLcode code = curl_easy_setopt(handle, CURLOPT_POST, 1L);
	if (!code)
		code = curl_easy_setopt(handle, CURLOPT_POSTFIELDSIZE,
		                        (long)message->job->body_len);
	if (!code)
		code = curl_easy_setopt(handle, CURLOPT_POSTFIELDS, message->job->body);
	if (!code)
		code = curl_easy_setopt(handle, CURLOPT_HTTPHEADER, headers);
	if (!code)
		code = curl_easy_setopt(handle, CURLOPT_WRITEFUNCTION, answer_drop);
	if (!code)
		code = curl_easy_setopt(handle, CURLOPT_WRITEDATA, call);
	if (!code)
		code = curl_easy_setopt(handle, CURLOPT_HEADERFUNCTION, answer_drop);
	if (!code)
		code = curl_easy_setopt(handle, CURLOPT_HEADERDATA, call);
	return code;
}

/* A status is the receiver's word about this event; without one the receiver is away. */
static void
outcome(const struct call *call, CURLcode code, long status, struct attempt_result *ret_result)
{
	if (call->private_met && !status)
		say(ret_result, ATTEMPT_PERMANENT, "private-address");
	else if (status >= 200 && status <= 299)
		say(ret_result, ATTEMPT_DELIVERED, "");
	else if (status >= 300) {
		ret_result->outcome = status == 410 ? ATTEMPT_PERMANENT : ATTEMPT_RETRY;
		snprintf(ret_result->reason, REASON_SIZE, "http-%ld", status);
	} else if (code == CURLE_OPERATION_TIMEDOUT)
		say(ret_result, ATTEMPT_UNREACHABLE, "http-timeout");
	else if (code == CURLE_COULDNT_RESOLVE_HOST || code == CURLE_COULDNT_CONNECT)
		say(ret_result, ATTEMPT_UNREACHABLE, "http-unreachable");
	else
		say(ret_result, ATTEMPT_UNREACHABLE, "http-broken");
}

static void
call_make(const struct outgoing_message *message, struct call *call,
          struct attempt_result *ret_result)
{
	CLEANUP(slist_p) struct curl_slist *headers = NULL;
	CURL *handle = curl_easy_init();
	long status = 0;
	if (!handle || !headers_add(message, call, &headers) || way_set(handle, message, call) ||
	    body_set(handle, message, call, headers)) {
		say(ret_result, ATTEMPT_RETRY, "no-memory");
	} else {
		CURLcode code = curl_easy_perform(handle);
		if (curl_easy_getinfo(handle, CURLINFO_RESPONSE_CODE, &status))
			status = 0;
		outcome(call, code, status, ret_result);
	}
	curl_easy_cleanup(handle);
}

static void
webhook_send(void *self, const struct outgoing_message *message, struct attempt_result *ret_result)
{
	const struct settings *settings = self;
	const struct delivery_job *job = message->job;
	struct call call = {.private_allowed = settings->webhook_private == WEBHOOK_PRIVATE_ALLOW};
	snprintf(call.timestamp, sizeof(call.timestamp), "%" PRId64, instant_now() / 1000);
	if (!webhook_url_is_valid(job->target) ||
	    webhook_sign(job->secret, message->id, call.timestamp, job->body, job->body_len,
	                 call.signature) != OK)
		say(ret_result, ATTEMPT_PERMANENT, "address");
	else
		call_make(message, &call, ret_result);
}

struct channel_sender
webhook_sender(const struct settings *settings)
{
	return (struct channel_sender){.self = (void *)(uintptr_t)settings, .send = webhook_send};
}
