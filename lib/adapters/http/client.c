/* client - HTTP to the other contexts, by libcurl. */
#include "adapters/http/client.h"

#include "adapters/json/json.h"
#include "base/mem.h"

#include <curl/curl.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>

#define KEPT_MAX 64 /* idle handles with their connections; more are closed */

struct http_client {
	char url[128];
	char socket[128]; /* "" : by address */
	char token[128];
	pthread_mutex_t lock; /* of what follows */
	CURL *kept[KEPT_MAX];
	size_t n_kept;
};

enum err
http_start(void)
{
	return curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK ? OK : ERR_SYSTEM_CODE(0);
}

enum err
http_client_open(const struct http_options *options, struct http_client **ret_client)
{
	struct http_client *client = calloc(1, sizeof(*client));
	if (!client)
		return ERR_MEMORY;
	snprintf(client->url, sizeof(client->url), "%s", options->url);
	snprintf(client->socket, sizeof(client->socket), "%s", options->socket);
	snprintf(client->token, sizeof(client->token), "%s", options->token);
	pthread_mutex_init(&client->lock, NULL); /* cannot fail on Linux */
	*ret_client = client;
	return OK;
}

void
http_client_close(struct http_client *client)
{
	if (!client)
		return;
	for (size_t i = 0; i < client->n_kept; i++)
		curl_easy_cleanup(client->kept[i]);
	pthread_mutex_destroy(&client->lock);
	free(client);
}

/* A handle with its connection, from the last call if there is one. NULL: out of memory. */
static CURL *
handle_take(struct http_client *client)
{
	CURL *handle = NULL;
	pthread_mutex_lock(&client->lock);
	if (client->n_kept)
		handle = client->kept[--client->n_kept];
	pthread_mutex_unlock(&client->lock);
	return handle ? handle : curl_easy_init();
}

static void
handle_give(struct http_client *client, CURL *handle)
{
	curl_easy_reset(handle); /* options go, the connection stays */
	pthread_mutex_lock(&client->lock);
	if (client->n_kept < KEPT_MAX) {
		client->kept[client->n_kept++] = handle;
		handle = NULL;
	}
	pthread_mutex_unlock(&client->lock);
	curl_easy_cleanup(handle);
}

static size_t
receive(char *bytes, size_t size, size_t n, void *arg)
{
	return buf_add(arg, bytes, size * n) == OK ? size * n : 0;
}

static void
slist_p(struct curl_slist **list)
{
	curl_slist_free_all(*list);
}

/* Appends "name: value" unless the value is empty; false: out of memory, the list is as it was. */
static bool
header_add(struct curl_slist **headers, const char *name, const char *value)
{
	char line[256];
	if (!*value)
		return true;
	snprintf(line, sizeof(line), "%s: %s", name, value);
	struct curl_slist *longer = curl_slist_append(*headers, line);
	if (longer)
		*headers = longer;
	return longer;
}

static bool
headers_add(const struct http_client *client, const struct http_call *call,
            struct curl_slist **headers)
{
	return header_add(headers, "Accept", "application/json") &&
	       header_add(headers, "X-Request-Id", call->origin->request_id) &&
	       header_add(headers, "Traceparent", call->origin->traceparent) &&
	       (!call->body || header_add(headers, "Content-Type", "application/json")) &&
	       (!call->as_service || header_add(headers, "X-Service-Token", client->token));
}

/* Every option counts: one that does not take means we would call something else than was meant. */
static bool
prepare(CURL *handle, const struct http_client *client, const struct http_call *call,
        struct curl_slist *headers, const struct buf *body, struct buf *answer)
{
	char url[384];
	snprintf(url, sizeof(url), "%s%s", client->url, call->path);
	CURLcode code = curl_easy_setopt(handle, CURLOPT_URL, url);
	if (!code && *client->socket)
		code = curl_easy_setopt(handle, CURLOPT_UNIX_SOCKET_PATH, client->socket);
	if (!code)
		code = curl_easy_setopt(handle, CURLOPT_PROTOCOLS_STR, "http,https");
	if (!code)
		code = curl_easy_setopt(handle, CURLOPT_PROXY, "");
	if (!code)
		code = curl_easy_setopt(handle, CURLOPT_NOSIGNAL, 1L);
	if (!code)
		code = curl_easy_setopt(handle, CURLOPT_TIMEOUT_MS, (long)call->timeout_ms);
	if (!code)
		code = curl_easy_setopt(handle, CURLOPT_CONNECTTIMEOUT_MS, (long)call->timeout_ms);
	if (!code)
		code = curl_easy_setopt(handle, CURLOPT_HTTPHEADER, headers);
	if (!code)
		code = curl_easy_setopt(handle, CURLOPT_WRITEFUNCTION, receive);
	if (!code)
		code = curl_easy_setopt(handle, CURLOPT_WRITEDATA, answer);
	if (!code)
		code = curl_easy_setopt(handle, CURLOPT_CUSTOMREQUEST, call->method);
	if (!code && call->body) {
		code = curl_easy_setopt(handle, CURLOPT_POSTFIELDSIZE, (long)body->len);
		if (!code)
			code = curl_easy_setopt(handle, CURLOPT_POSTFIELDS, body->data);
	}
	return code == CURLE_OK;
}

/* Only what failed before a byte could be sent is known to have had no effect. */
static enum err
err_of(CURLcode code)
{
	if (code == CURLE_OK)
		return OK;
	if (code == CURLE_COULDNT_RESOLVE_HOST || code == CURLE_COULDNT_CONNECT)
		return ERR_NOT_SENT;
	return ERR_UNKNOWN;
}

static enum err
perform(struct http_client *client, const struct http_call *call, const struct buf *body,
        struct buf *answer, long *ret_status)
{
	CLEANUP(slist_p) struct curl_slist *headers = NULL;
	CURL *handle = handle_take(client);
	if (!handle)
		return ERR_MEMORY;
	enum err err = ERR_MEMORY;
	if (headers_add(client, call, &headers) &&
	    prepare(handle, client, call, headers, body, answer))
		err = err_of(curl_easy_perform(handle));
	if (err == OK && curl_easy_getinfo(handle, CURLINFO_RESPONSE_CODE, ret_status))
		err = ERR_UNKNOWN;
	handle_give(client, handle);
	return err;
}

enum err
http_call(struct http_client *client, const struct http_call *call, long *ret_status,
          struct json_object **ret_json)
{
	CLEANUP(buf_done) struct buf body = BUF_INIT(HTTP_ANSWER_MAX);
	CLEANUP(buf_done) struct buf answer = BUF_INIT(HTTP_ANSWER_MAX);
	struct json_object *json = NULL;
	const char *why;
	if (call->body && json_write(call->body, &body) != OK)
		return ERR_MEMORY;
	enum err err = perform(client, call, &body, &answer, ret_status);
	if (err != OK)
		return err;
	if (!answer.len || json_read(answer.data, answer.len, &json, &why) != OK)
		json = NULL;
	*ret_json = json;
	return OK;
}
