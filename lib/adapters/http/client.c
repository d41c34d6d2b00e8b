/* SPDX-License-Identifier: MIT */
#include "adapters/http/client.h"

#include "adapters/curl/options.h"
#include "adapters/curl/pool.h"
#include "adapters/http/service_tokens.h"
#include "adapters/json/json.h"
#include "adapters/json/members.h"
#include "base/mem.h"
#include "base/text.h"

#include <stdio.h>
#include <string.h>

struct http_client {
	char url[128];
	char socket[128]; /* "": url is an address */
	char token[128];
	struct service_tokens tokens;
	struct curl_pool pool;
};

enum err
http_start(void)
{
	return curl_start();
}

enum err
http_client_open(const struct http_options *options, struct http_client **ret_client)
{
	struct http_client *client = calloc(1, sizeof(*client));
	if (!client)
		return ERR_MEMORY;
	enum err err = text_copy(client->url, sizeof(client->url), options->url);
	if (err == OK)
		err = text_copy(client->socket, sizeof(client->socket), options->socket);
	if (err == OK)
		err = text_copy(client->token, sizeof(client->token), options->token);
	if (err == OK)
		err = service_tokens_init(&client->tokens, options->issuer,
		                          options->service ? options->service : "");
	if (err != OK) {
		free(client);
		return err;
	}
	curl_pool_init(&client->pool);
	*ret_client = client;
	return OK;
}

void
http_client_close(struct http_client *client)
{
	if (!client)
		return;
	curl_pool_done(&client->pool);
	service_tokens_done(&client->tokens);
	free(client);
}

/* What comes back. */
struct reply {
	struct buf *body;
	size_t headers; /* bytes */
	bool ended;     /* the headers, by their empty line; libcurl is content without it */
};

static size_t
receive(char *bytes, size_t size, size_t n, void *arg)
{
	struct reply *reply = arg;
	return buf_add(reply->body, bytes, size * n) == OK ? size * n : 0;
}

static size_t
receive_header(char *bytes, size_t size, size_t n, void *arg)
{
	struct reply *reply = arg;
	reply->headers += size * n;
	reply->ended = size * n <= 2 && memchr(bytes, '\n', size * n);
	return reply->headers <= HTTP_HEADERS_MAX ? size * n : 0;
}

/* The token of a call as a service or as an account; "" for others. */
static enum err
bearer_write(struct http_client *client, const struct http_call *call,
             char bearer[sizeof("Bearer ") + TOKEN_TEXT])
{
	char token[TOKEN_TEXT] = "";
	if (call->access_token)
		snprintf(bearer, sizeof("Bearer ") + TOKEN_TEXT, "Bearer %s", call->access_token);
	if (call->access_token || !call->called)
		return OK;
	enum err err = service_tokens_take(&client->tokens, call->called, token);
	if (err == OK && *token)
		snprintf(bearer, sizeof("Bearer ") + TOKEN_TEXT, "Bearer %s", token);
	return err;
}

/* A header with an empty value is left out. */
static bool
headers_add(const struct http_client *client, const struct http_call *call, const char *bearer,
            struct curl_slist **headers)
{
	const struct {
		const char *name, *value;
	} lines[] = {
		{"Accept", "application/json"},
		{"X-Request-Id", call->origin->request_id},
		{"Traceparent", call->origin->traceparent},
		{"Content-Type", call->form   ? "application/x-www-form-urlencoded"
	                         : call->body ? "application/json"
	                                      : ""},
		{"X-Service-Token", call->called ? client->token : ""},
		{"Authorization", call->authorization ? call->authorization : bearer},
	};
	for (size_t i = 0; i < ARRAY_SIZE(lines); i++)
		if (*lines[i].value && !header_add(headers, lines[i].name, lines[i].value))
			return false;
	return true;
}

/* Without any one of its options the call would not be the one that was meant. */
static CURLcode
call_set(CURL *handle, const struct http_client *client, const struct http_call *call,
         struct curl_slist *headers, const struct buf *body, struct reply *reply)
{
	char url[384];
	if ((size_t)snprintf(url, sizeof(url), "%s%s", client->url, call->path) >= sizeof(url))
		return CURLE_URL_MALFORMAT;
	CURLcode code = options_set(handle, url, "http,https", call->timeout_ms);
	if (*client->socket)
		OPTION_SET(code, handle, CURLOPT_UNIX_SOCKET_PATH, client->socket);
	OPTION_SET(code, handle, CURLOPT_HTTPHEADER, headers);
	OPTION_SET(code, handle, CURLOPT_WRITEFUNCTION, receive);
	OPTION_SET(code, handle, CURLOPT_WRITEDATA, reply);
	OPTION_SET(code, handle, CURLOPT_HEADERFUNCTION, receive_header);
	OPTION_SET(code, handle, CURLOPT_HEADERDATA, reply);
	OPTION_SET(code, handle, CURLOPT_CUSTOMREQUEST, call->method);
	if (body->len) {
		OPTION_SET(code, handle, CURLOPT_POSTFIELDSIZE, (long)body->len);
		OPTION_SET(code, handle, CURLOPT_POSTFIELDS, body->data);
	}
	return code;
}

/* A call that failed before it sent a byte had no effect. */
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
        struct buf *response, long *ret_status)
{
	CLEANUP(slist_done) struct curl_slist *headers = NULL;
	struct reply reply = {.body = response};
	char bearer[sizeof("Bearer ") + TOKEN_TEXT] = "";
	if (bearer_write(client, call, bearer) != OK)
		return ERR_NOT_SENT;
	CURL *handle = curl_pool_take(&client->pool);
	if (!handle)
		return ERR_MEMORY;
	enum err err = ERR_MEMORY;
	if (headers_add(client, call, bearer, &headers) &&
	    call_set(handle, client, call, headers, body, &reply) == CURLE_OK)
		err = err_of(curl_easy_perform(handle));
	if (err == OK && !reply.ended)
		err = ERR_UNKNOWN;
	if (err == OK)
		*ret_status = response_status(handle);
	curl_pool_give(&client->pool, handle, true);
	return err;
}

enum err
http_call(struct http_client *client, const struct http_call *call, long *ret_status,
          struct json_object **ret_json)
{
	CLEANUP(buf_done) struct buf body = BUF_INIT(HTTP_RESPONSE_MAX);
	CLEANUP(buf_done)
	struct buf response = BUF_INIT(call->response_max ? call->response_max : HTTP_RESPONSE_MAX);
	struct json_object *json = NULL;
	const char *why;
	if (call->body && json_write(call->body, &body) != OK)
		return ERR_MEMORY;
	if (call->form && buf_add(&body, call->form, strlen(call->form)) != OK)
		return ERR_MEMORY;
	enum err err = perform(client, call, &body, &response, ret_status);
	if (err != OK)
		return err;
	if (!response.len || json_read(response.data, response.len, &json, &why) != OK)
		json = NULL;
	*ret_json = json;
	return OK;
}

/* Of a problem document. */
struct problem_members {
	uint32_t status;
	char type[64];
};

bool
http_is_problem(long status, const struct json_object *answer, const char *type)
{
	static const struct member members[] = {MEMBER(problem_members, status, COUNT, "status"),
	                                        MEMBER(problem_members, type, TEXT, "type"),
	                                        MEMBER_END};
	struct problem_members problem;
	if (!answer || members_read(members, answer, &problem) != OK)
		return false;
	return problem.status == (uint32_t)status && (!type || strcmp(problem.type, type) == 0);
}
