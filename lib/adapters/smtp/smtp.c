/* smtp - letters to the mail server, by libcurl. */
#include "adapters/smtp/smtp.h"

#include "adapters/smtp/mime.h"
#include "base/mem.h"

#include <curl/curl.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#define KEPT_MAX   4   /* handles with their connections */
#define KEPT_AGE_S 20L /* an older connection is not used again */

struct smtp {
	char url[128], user[128], password[128], ca_file[128];
	long use_ssl;
	bool verify;
	pthread_mutex_t lock; /* of what follows */
	CURL *kept[KEPT_MAX];
	size_t n_kept;
};

/* A letter on its way. */
struct sending {
	const struct buf *letter;
	size_t sent;
};

static CURL *
handle_take(struct smtp *smtp)
{
	CURL *handle = NULL;
	pthread_mutex_lock(&smtp->lock);
	if (smtp->n_kept)
		handle = smtp->kept[--smtp->n_kept];
	pthread_mutex_unlock(&smtp->lock);
	return handle ? handle : curl_easy_init();
}

/* Without QUIT: who does not answer that would be waited for two minutes, whatever was set. */
static void
handle_end(CURL *handle)
{
	curl_socket_t fd = CURL_SOCKET_BAD;
	if (!handle)
		return;
	if (!curl_easy_getinfo(handle, CURLINFO_ACTIVESOCKET, &fd) && fd != CURL_SOCKET_BAD)
		(void)shutdown(fd, SHUT_RDWR);
	curl_easy_cleanup(handle);
}

/* A handle whose letter went wrong goes with its connection: the next one begins anew. */
static void
handle_give(struct smtp *smtp, CURL *handle, bool well)
{
	pthread_mutex_lock(&smtp->lock);
	if (well && smtp->n_kept < KEPT_MAX) {
		curl_easy_reset(handle);
		smtp->kept[smtp->n_kept++] = handle;
		handle = NULL;
	}
	pthread_mutex_unlock(&smtp->lock);
	handle_end(handle);
}

static size_t
letter_read(char *to, size_t size, size_t n, void *arg)
{
	struct sending *sending = arg;
	const size_t left = sending->letter->len - sending->sent;
	const size_t part = left < size * n ? left : size * n;
	memcpy(to, sending->letter->data + sending->sent, part);
	sending->sent += part;
	return part;
}

static CURLcode
server_set(CURL *handle, const struct smtp *smtp, uint32_t timeout_ms)
{
	CURLcode code = curl_easy_setopt(handle, CURLOPT_URL, smtp->url);
	if (!code)
		code = curl_easy_setopt(handle, CURLOPT_PROTOCOLS_STR, "smtp,smtps");
	if (!code)
		code = curl_easy_setopt(handle, CURLOPT_PROXY, "");
	if (!code)
		code = curl_easy_setopt(handle, CURLOPT_NOSIGNAL, 1L);
	if (!code)
		code = curl_easy_setopt(handle, CURLOPT_TIMEOUT_MS, (long)timeout_ms);
	if (!code)
		code = curl_easy_setopt(handle, CURLOPT_CONNECTTIMEOUT_MS, (long)timeout_ms);
	/* One connection at a time; for the answer to QUIT, when another takes its place, the first
	 * limit does not count: it would be two minutes. */
	if (!code)
		code = curl_easy_setopt(handle, CURLOPT_MAXCONNECTS, 1L);
	if (!code)
		code = curl_easy_setopt(handle, CURLOPT_SERVER_RESPONSE_TIMEOUT,
		                        (long)(timeout_ms + 999) / 1000);
	if (!code)
		code = curl_easy_setopt(handle, CURLOPT_MAXAGE_CONN, KEPT_AGE_S);
	if (!code)
		code = curl_easy_setopt(handle, CURLOPT_USE_SSL, smtp->use_ssl);
	if (!code)
		code = curl_easy_setopt(handle, CURLOPT_SSL_VERIFYPEER, smtp->verify ? 1L : 0L);
	if (!code)
		code = curl_easy_setopt(handle, CURLOPT_SSL_VERIFYHOST, smtp->verify ? 2L : 0L);
	if (!code && *smtp->ca_file)
		code = curl_easy_setopt(handle, CURLOPT_CAINFO, smtp->ca_file);
	if (!code && *smtp->user)
		code = curl_easy_setopt(handle, CURLOPT_USERNAME, smtp->user);
	if (!code && *smtp->user)
		code = curl_easy_setopt(handle, CURLOPT_PASSWORD, smtp->password);
	return code;
}

static CURLcode
letter_set(CURL *handle, const struct mail *mail, struct curl_slist *to, struct sending *sending)
{
	CURLcode code = curl_easy_setopt(handle, CURLOPT_MAIL_FROM, mail->from);
	if (!code)
		code = curl_easy_setopt(handle, CURLOPT_MAIL_RCPT, to);
	if (!code)
		code = curl_easy_setopt(handle, CURLOPT_UPLOAD, 1L);
	if (!code)
		code = curl_easy_setopt(handle, CURLOPT_READFUNCTION, letter_read);
	if (!code)
		code = curl_easy_setopt(handle, CURLOPT_READDATA, sending);
	return code;
}

/* ---- what an answer means ---- */

static void
say(struct attempt_result *result, enum attempt_outcome outcome, const char *reason)
{
	result->outcome = outcome;
	snprintf(result->reason, REASON_SIZE, "%s", reason);
}

static void
say_status(struct attempt_result *result, enum attempt_outcome outcome, long status)
{
	result->outcome = outcome;
	snprintf(result->reason, REASON_SIZE, "smtp-%ld", status);
}

/*
 * A server that said no has said it to this letter, unless it means us: it is closing (421), we are
 * not let in (53x), or it did so before it heard of the letter. Whatever ended without a word of
 * the server is its absence.
 */
static void
outcome(CURLcode code, long status, bool begun, struct attempt_result *ret_result)
{
	const bool refused =
		code == CURLE_SEND_ERROR || (code == CURLE_WEIRD_SERVER_REPLY && begun);
	if (code == CURLE_OK)
		say(ret_result, ATTEMPT_DELIVERED, "");
	else if (code == CURLE_LOGIN_DENIED)
		say(ret_result, ATTEMPT_UNREACHABLE, "smtp-login");
	else if (code == CURLE_PEER_FAILED_VERIFICATION || code == CURLE_SSL_CACERT_BADFILE)
		say(ret_result, ATTEMPT_UNREACHABLE, "smtp-certificate");
	else if (code == CURLE_USE_SSL_FAILED || code == CURLE_SSL_CONNECT_ERROR)
		say(ret_result, ATTEMPT_UNREACHABLE, "smtp-tls");
	else if (code == CURLE_COULDNT_RESOLVE_HOST || code == CURLE_COULDNT_CONNECT)
		say(ret_result, ATTEMPT_UNREACHABLE, "smtp-unreachable");
	else if (code == CURLE_OPERATION_TIMEDOUT)
		say(ret_result, ATTEMPT_UNREACHABLE, "smtp-timeout");
	else if (status < 400 || status > 599)
		say(ret_result, ATTEMPT_UNREACHABLE, "smtp-broken");
	else if (!refused || status == 421 || status / 10 == 53)
		say_status(ret_result, ATTEMPT_UNREACHABLE, status);
	else
		say_status(ret_result, status < 500 ? ATTEMPT_RETRY : ATTEMPT_REJECTED, status);
}

static void
slist_p(struct curl_slist **list)
{
	curl_slist_free_all(*list);
}

static void
letter_send(struct smtp *smtp, const struct mail *mail, const struct buf *letter,
            uint32_t timeout_ms, struct attempt_result *ret_result)
{
	struct sending sending = {.letter = letter};
	CLEANUP(slist_p) struct curl_slist *to = curl_slist_append(NULL, mail->to);
	CURL *handle = handle_take(smtp);
	long status = 0;
	if (!to || !handle || server_set(handle, smtp, timeout_ms) ||
	    letter_set(handle, mail, to, &sending)) {
		say(ret_result, ATTEMPT_RETRY, "no-memory");
		curl_easy_cleanup(handle);
		return;
	}
	CURLcode code = curl_easy_perform(handle);
	if (curl_easy_getinfo(handle, CURLINFO_RESPONSE_CODE, &status))
		status = 0;
	outcome(code, status, sending.sent > 0, ret_result);
	handle_give(smtp, handle, code == CURLE_OK);
}

static void
smtp_send(void *self, const struct outgoing_message *message, struct attempt_result *ret_result)
{
	struct smtp *smtp = self;
	CLEANUP(buf_done) struct buf letter = BUF_INIT(MAIL_BYTES_MAX);
	if (!*smtp->url) {
		say(ret_result, ATTEMPT_RETRY, "smtp-off");
		return;
	}
	enum err err = mail_write(message->mail, &letter);
	if (err == OK)
		letter_send(smtp, message->mail, &letter, message->timeout_ms, ret_result);
	else if (err == ERR_INVALID)
		say(ret_result, ATTEMPT_PERMANENT, "address");
	else
		say(ret_result, ATTEMPT_RETRY, "no-memory");
}

/* ---- opening ---- */

/* Where TLS is only tried, a certificate that nobody knows is no worse than none. */
static void
tls_choose(struct smtp *smtp, unsigned tls)
{
	const bool always = strncmp(smtp->url, "smtps://", 8) == 0;
	smtp->verify = always || tls == SMTP_TLS_REQUIRE;
	smtp->use_ssl = always || tls == SMTP_TLS_REQUIRE ? (long)CURLUSESSL_ALL
	                : tls == SMTP_TLS_TRY             ? (long)CURLUSESSL_TRY
	                                                  : (long)CURLUSESSL_NONE;
}

enum err
smtp_open(const struct settings *settings, struct channel_sender *ret_sender)
{
	struct smtp *smtp = calloc(1, sizeof(*smtp));
	if (!smtp)
		return ERR_MEMORY;
	snprintf(smtp->url, sizeof(smtp->url), "%s", settings->smtp_url);
	snprintf(smtp->user, sizeof(smtp->user), "%s", settings->smtp_user);
	snprintf(smtp->password, sizeof(smtp->password), "%s", settings->smtp_password);
	snprintf(smtp->ca_file, sizeof(smtp->ca_file), "%s", settings->smtp_ca_file);
	tls_choose(smtp, settings->smtp_tls);
	pthread_mutex_init(&smtp->lock, NULL); /* cannot fail on Linux */
	*ret_sender = (struct channel_sender){.self = smtp, .send = smtp_send};
	return OK;
}

void
smtp_close(struct channel_sender *sender)
{
	struct smtp *smtp = sender->self;
	if (!smtp)
		return;
	for (size_t i = 0; i < smtp->n_kept; i++)
		handle_end(smtp->kept[i]);
	pthread_mutex_destroy(&smtp->lock);
	free(smtp);
}
