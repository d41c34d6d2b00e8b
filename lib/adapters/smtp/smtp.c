/* SPDX-License-Identifier: MIT */
#include "adapters/smtp/smtp.h"

#include "adapters/curl/options.h"
#include "adapters/curl/pool.h"
#include "adapters/smtp/client_name.h"
#include "adapters/smtp/mime.h"
#include "base/mem.h"

#include <stdio.h>
#include <string.h>

#define IDLE_MAX_S 20L /* a connection that was idle for longer is not used again */

struct smtp {
	char url[512], user[128], password[128], ca_file[128];
	long use_ssl;
	bool verify;
	struct curl_pool pool;
};

/* The bytes of a mail, of which libcurl has read so many. */
struct upload {
	const struct buf *bytes;
	size_t read;
};

static size_t
upload_read(char *to, size_t size, size_t n, void *arg)
{
	struct upload *upload = arg;
	const size_t left = upload->bytes->len - upload->read;
	const size_t part = left < size * n ? left : size * n;
	memcpy(to, upload->bytes->data + upload->read, part);
	upload->read += part;
	return part;
}

/* CURLOPT_TIMEOUT_MS does not cover the reply to QUIT, which libcurl sends when a new connection
 * replaces an old one: hence one connection per handle, and a timeout for each reply. */
static CURLcode
server_set(CURL *handle, const struct smtp *smtp, uint32_t timeout_ms)
{
	CURLcode code = options_set(handle, smtp->url, "smtp,smtps", timeout_ms);
	OPTION_SET(code, handle, CURLOPT_MAXCONNECTS, 1L);
	OPTION_SET(code, handle, CURLOPT_SERVER_RESPONSE_TIMEOUT, (long)(timeout_ms + 999) / 1000);
	OPTION_SET(code, handle, CURLOPT_MAXAGE_CONN, IDLE_MAX_S);
	OPTION_SET(code, handle, CURLOPT_USE_SSL, smtp->use_ssl);
	OPTION_SET(code, handle, CURLOPT_SSL_VERIFYPEER, smtp->verify ? 1L : 0L);
	OPTION_SET(code, handle, CURLOPT_SSL_VERIFYHOST, smtp->verify ? 2L : 0L);
	if (*smtp->ca_file)
		OPTION_SET(code, handle, CURLOPT_CAINFO, smtp->ca_file);
	if (*smtp->user) {
		OPTION_SET(code, handle, CURLOPT_USERNAME, smtp->user);
		OPTION_SET(code, handle, CURLOPT_PASSWORD, smtp->password);
	}
	return code;
}

static CURLcode
mail_set(CURL *handle, const struct mail *mail, struct curl_slist *to, struct upload *upload)
{
	CURLcode code = CURLE_OK;
	OPTION_SET(code, handle, CURLOPT_MAIL_FROM, mail->from);
	OPTION_SET(code, handle, CURLOPT_MAIL_RCPT, to);
	OPTION_SET(code, handle, CURLOPT_UPLOAD, 1L);
	OPTION_SET(code, handle, CURLOPT_READFUNCTION, upload_read);
	OPTION_SET(code, handle, CURLOPT_READDATA, upload);
	return code;
}

/*
 * A 4xx or 5xx reply is about this mail, with three exceptions that are about us: the server is
 * closing (421), it wants a login (53x), or it replied before the mail was begun. A transfer that
 * ended without a reply means an unreachable server.
 */
static struct attempt_result
result_of(CURLcode code, long status, bool begun)
{
	const bool about_mail =
		code == CURLE_SEND_ERROR || (code == CURLE_WEIRD_SERVER_REPLY && begun);
	if (code == CURLE_OK)
		return attempt_result(ATTEMPT_DELIVERED, "");
	if (code == CURLE_LOGIN_DENIED)
		return attempt_result(ATTEMPT_UNREACHABLE, "smtp-login");
	if (code == CURLE_PEER_FAILED_VERIFICATION || code == CURLE_SSL_CACERT_BADFILE)
		return attempt_result(ATTEMPT_UNREACHABLE, "smtp-certificate");
	if (code == CURLE_USE_SSL_FAILED || code == CURLE_SSL_CONNECT_ERROR)
		return attempt_result(ATTEMPT_UNREACHABLE, "smtp-tls");
	if (code == CURLE_COULDNT_RESOLVE_HOST || code == CURLE_COULDNT_CONNECT)
		return attempt_result(ATTEMPT_UNREACHABLE, "smtp-unreachable");
	if (code == CURLE_OPERATION_TIMEDOUT)
		return attempt_result(ATTEMPT_UNREACHABLE, "smtp-timeout");
	if (status < 400 || status > 599)
		return attempt_result(ATTEMPT_UNREACHABLE, "smtp-broken");
	if (!about_mail || status == 421 || status / 10 == 53)
		return attempt_result_status(ATTEMPT_UNREACHABLE, "smtp", status);
	return attempt_result_status(status < 500 ? ATTEMPT_RETRY : ATTEMPT_REJECTED, "smtp",
	                             status);
}

/* After a failure the connection is not used again: the next mail starts on a new one. */
static struct attempt_result
upload_send(struct smtp *smtp, const struct mail *mail, struct upload *upload, uint32_t timeout_ms)
{
	CLEANUP(slist_done) struct curl_slist *to = curl_slist_append(NULL, mail->to);
	CURL *handle = curl_pool_take(&smtp->pool);
	struct attempt_result result = attempt_result(ATTEMPT_RETRY, "no-memory");
	if (!handle)
		return result;
	CURLcode code = CURLE_OUT_OF_MEMORY;
	if (to && server_set(handle, smtp, timeout_ms) == CURLE_OK &&
	    mail_set(handle, mail, to, upload) == CURLE_OK) {
		code = curl_easy_perform(handle);
		result = result_of(code, response_status(handle), upload->read > 0);
	}
	curl_pool_give(&smtp->pool, handle, code == CURLE_OK);
	return result;
}

static void
smtp_send(void *self, const struct outgoing_message *message, struct attempt_result *ret_result)
{
	struct smtp *smtp = self;
	CLEANUP(buf_done) struct buf bytes = BUF_INIT(MAIL_BYTES_MAX);
	struct upload upload = {.bytes = &bytes};
	if (!*smtp->url) {
		*ret_result = attempt_result(ATTEMPT_RETRY, "smtp-off");
		return;
	}
	enum err err = mail_write(message->mail, &bytes);
	if (err == OK)
		*ret_result = upload_send(smtp, message->mail, &upload, message->timeout_ms);
	else if (err == ERR_INVALID)
		*ret_result = attempt_result(ATTEMPT_PERMANENT, "address");
	else
		*ret_result = attempt_result(ATTEMPT_RETRY, "no-memory");
}

/* ---- opening ---- */

/* Opportunistic TLS does not verify: an unknown certificate is no worse than no TLS. */
static void
tls_choose(struct smtp *smtp, enum smtp_tls tls)
{
	const bool always = strncmp(smtp->url, "smtps://", 8) == 0;
	smtp->verify = always || tls == SMTP_TLS_REQUIRE;
	smtp->use_ssl = always || tls == SMTP_TLS_REQUIRE ? (long)CURLUSESSL_ALL
	                : tls == SMTP_TLS_TRY             ? (long)CURLUSESSL_TRY
	                                                  : (long)CURLUSESSL_NONE;
}

enum err
smtp_open(const struct smtp_options *options, struct channel_sender *ret_sender)
{
	struct smtp *smtp = calloc(1, sizeof(*smtp));
	enum err err = smtp ? OK : ERR_MEMORY;
	if (err == OK && *options->url)
		err = smtp_url_with_name(options->url, options->from, smtp->url, sizeof(smtp->url));
	if (err != OK) {
		free(smtp);
		return err;
	}
	snprintf(smtp->user, sizeof(smtp->user), "%s", options->user);
	snprintf(smtp->password, sizeof(smtp->password), "%s", options->password);
	snprintf(smtp->ca_file, sizeof(smtp->ca_file), "%s", options->ca_file);
	tls_choose(smtp, options->tls);
	curl_pool_init(&smtp->pool);
	*ret_sender = (struct channel_sender){.self = smtp, .send = smtp_send};
	return OK;
}

void
smtp_close(struct channel_sender *sender)
{
	struct smtp *smtp = sender->self;
	if (!smtp)
		return;
	curl_pool_done(&smtp->pool);
	free(smtp);
}
