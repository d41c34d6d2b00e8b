/* webhook - events to where recipients want them, by libcurl. */
#include "adapters/webhook/webhook.h"

#include "adapters/webhook/address.h"
#include "adapters/webhook/sign.h"
#include "base/mem.h"

#include <curl/curl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define ANSWER_MAX 65536u /* bytes of an answer, headers included, that are waited for */

/* One call. */
struct call {
	bool private_allowed;
	bool private_met; /* an address was refused */
	size_t answered;  /* bytes */
	char timestamp[24], signature[SIGNATURE_SIZE];
};

static void
say(struct carrying *carrying, enum carried carried, const char *reason)
{
	carrying->carried = carried;
	snprintf(carrying->reason, REASON_SIZE, "%s", reason);
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
	return call->answered <= ANSWER_MAX ? size * n : 0;
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
headers_add(const struct parcel *parcel, const struct call *call, struct curl_slist **headers)
{
	const char *traceparent = parcel->job->event.traceparent;
	return header_add(headers, "Content-Type", "application/json") &&
	       header_add(headers, "User-Agent", "MyHotel") &&
	       header_add(headers, "webhook-id", parcel->id) &&
	       header_add(headers, "webhook-timestamp", call->timestamp) &&
	       header_add(headers, "webhook-signature", call->signature) &&
	       header_add(headers, "Expect", "") &&
	       (!*traceparent || header_add(headers, "traceparent", traceparent));
}

static CURLcode
way_set(CURL *handle, const struct parcel *parcel, struct call *call)
{
	CURLcode code = curl_easy_setopt(handle, CURLOPT_URL, parcel->job->target);
	if (!code)
		code = curl_easy_setopt(handle, CURLOPT_PROTOCOLS_STR, "http,https");
	if (!code)
		code = curl_easy_setopt(handle, CURLOPT_PROXY, "");
	if (!code)
		code = curl_easy_setopt(handle, CURLOPT_FOLLOWLOCATION, 0L);
	if (!code)
		code = curl_easy_setopt(handle, CURLOPT_NOSIGNAL, 1L);
	if (!code)
		code = curl_easy_setopt(handle, CURLOPT_TIMEOUT_MS, (long)parcel->timeout_ms);
	if (!code)
		code = curl_easy_setopt(handle, CURLOPT_CONNECTTIMEOUT_MS,
		                        (long)parcel->timeout_ms);
	if (!code)
		code = curl_easy_setopt(handle, CURLOPT_OPENSOCKETFUNCTION, socket_open);
	if (!code)
		code = curl_easy_setopt(handle, CURLOPT_OPENSOCKETDATA, call);
	return code;
}

static CURLcode
body_set(CURL *handle, const struct parcel *parcel, struct call *call, struct curl_slist *headers)
{
	CURLcode code = curl_easy_setopt(handle, CURLOPT_POST, 1L);
	if (!code)
		code = curl_easy_setopt(handle, CURLOPT_POSTFIELDSIZE, (long)parcel->job->body_len);
	if (!code)
		code = curl_easy_setopt(handle, CURLOPT_POSTFIELDS, parcel->job->body);
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
outcome(const struct call *call, CURLcode code, long status, struct carrying *ret_carrying)
{
	if (call->private_met && !status)
		say(ret_carrying, CARRIED_NEVER, "private-address");
	else if (status >= 200 && status <= 299)
		say(ret_carrying, CARRIED_TAKEN, "");
	else if (status >= 300) {
		ret_carrying->carried = status == 410 ? CARRIED_NEVER : CARRIED_LATER;
		snprintf(ret_carrying->reason, REASON_SIZE, "http-%ld", status);
	} else if (code == CURLE_OPERATION_TIMEDOUT)
		say(ret_carrying, CARRIED_AWAY, "http-timeout");
	else if (code == CURLE_COULDNT_RESOLVE_HOST || code == CURLE_COULDNT_CONNECT)
		say(ret_carrying, CARRIED_AWAY, "http-unreachable");
	else
		say(ret_carrying, CARRIED_AWAY, "http-broken");
}

static void
call_make(const struct parcel *parcel, struct call *call, struct carrying *ret_carrying)
{
	CLEANUP(slist_p) struct curl_slist *headers = NULL;
	CURL *handle = curl_easy_init();
	long status = 0;
	if (!handle || !headers_add(parcel, call, &headers) || way_set(handle, parcel, call) ||
	    body_set(handle, parcel, call, headers)) {
		say(ret_carrying, CARRIED_LATER, "no-memory");
	} else {
		CURLcode code = curl_easy_perform(handle);
		if (curl_easy_getinfo(handle, CURLINFO_RESPONSE_CODE, &status))
			status = 0;
		outcome(call, code, status, ret_carrying);
	}
	curl_easy_cleanup(handle);
}

static void
webhook_carry(void *self, const struct parcel *parcel, struct carrying *ret_carrying)
{
	const struct settings *settings = self;
	const struct delivery_job *job = parcel->job;
	struct call call = {.private_allowed = settings->webhook_private == WEBHOOK_PRIVATE_ALLOW};
	snprintf(call.timestamp, sizeof(call.timestamp), "%" PRId64, instant_now() / 1000);
	if (!webhook_url_is_fit(job->target) ||
	    webhook_sign(job->secret, parcel->id, call.timestamp, job->body, job->body_len,
	                 call.signature) != OK)
		say(ret_carrying, CARRIED_NEVER, "address");
	else
		call_make(parcel, &call, ret_carrying);
}

struct carrier
webhook_carrier(const struct settings *settings)
{
	return (struct carrier){.self = (void *)(uintptr_t)settings, .carry = webhook_carry};
}
