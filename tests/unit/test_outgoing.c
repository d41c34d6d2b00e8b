/* SPDX-License-Identifier: MIT */
/* Every kind of outgoing transfer goes where it is addressed to: no redirect and no proxy of the
 * environment leads it elsewhere. And how mail servers are greeted. */
#include "tests/unit/test.h"

#include "adapters/curl/options.h"
#include "adapters/http/client.h"
#include "adapters/json/json.h"
#include "adapters/smtp/client_name.h"
#include "adapters/smtp/smtp.h"
#include "adapters/webhook/webhook.h"
#include "app/alarm/mail.h"
#include "base/mem.h"

#include <arpa/inet.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* ---- a server on loopback ---- */

struct server {
	int fd;
	unsigned port;
	atomic_uint connections;
	const char *reply; /* to a request by HTTP; NULL: it is a mail server */
	char got[8192];    /* of the last connection */
	pthread_t thread;
};

static void
say(int fd, const char *text)
{
	assert_int_equal(send(fd, text, strlen(text), MSG_NOSIGNAL), strlen(text));
}

/* Reads until the text occurs; false: the client has closed the connection. */
static bool
hear(struct server *server, int fd, const char *text)
{
	while (!strstr(server->got, text)) {
		const size_t len = strlen(server->got);
		ssize_t n = recv(fd, server->got + len, sizeof(server->got) - 1 - len, 0);
		if (n <= 0)
			return false;
		server->got[len + (size_t)n] = '\0';
	}
	return true;
}

static void
mail_accept(struct server *server, int fd)
{
	static const char *const talk[][2] = {{"EHLO ", "250 there\r\n"},
	                                      {"MAIL FROM:", "250 OK\r\n"},
	                                      {"RCPT TO:", "250 OK\r\n"},
	                                      {"DATA\r\n", "354 go on\r\n"},
	                                      {"\r\n.\r\n", "250 OK\r\n"}};
	say(fd, "220 there\r\n");
	for (size_t i = 0; i < ARRAY_SIZE(talk) && hear(server, fd, talk[i][0]); i++)
		say(fd, talk[i][1]);
}

static void *
serve(void *arg)
{
	struct server *server = arg;
	for (int fd; (fd = accept(server->fd, NULL, NULL)) >= 0; close(fd)) {
		server->connections++;
		memset(server->got, 0, sizeof(server->got));
		if (!server->reply)
			mail_accept(server, fd);
		else if (hear(server, fd, "\r\n\r\n"))
			say(fd, server->reply);
	}
	return NULL;
}

static struct server
server_begin(const char *reply)
{
	struct server server = {.reply = reply};
	struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t len = sizeof(at);
	server.fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	assert_int_equal(bind(server.fd, (struct sockaddr *)&at, len), 0);
	assert_int_equal(listen(server.fd, 16), 0);
	assert_int_equal(getsockname(server.fd, (struct sockaddr *)&at, &len), 0);
	server.port = ntohs(at.sin_port);
	return server;
}

static void
server_run(struct server *server)
{
	assert_int_equal(pthread_create(&server->thread, NULL, serve, server), 0);
}

static void
server_end(struct server *server)
{
	shutdown(server->fd, SHUT_RDWR);
	pthread_join(server->thread, NULL);
	close(server->fd);
}

/* ---- the world of a test ---- */

#define OK_REPLY "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}"

static const char *const proxy_names[] = {"http_proxy", "HTTP_PROXY", "https_proxy", "HTTPS_PROXY",
                                          "ALL_PROXY",  "all_proxy",  "smtp_proxy",  "SMTP_PROXY"};
static struct server target, elsewhere;

/* The environment's proxy, and where redirects lead, is `elsewhere`. */
static void
begin(const char *reply)
{
	char url[64];
	target = server_begin(reply);
	elsewhere = server_begin(OK_REPLY);
	server_run(&target);
	server_run(&elsewhere);
	snprintf(url, sizeof(url), "http://127.0.0.1:%u", elsewhere.port);
	for (size_t i = 0; i < ARRAY_SIZE(proxy_names); i++)
		assert_int_equal(setenv(proxy_names[i], url, 1), 0);
}

static void
end(unsigned connections)
{
	for (size_t i = 0; i < ARRAY_SIZE(proxy_names); i++)
		unsetenv(proxy_names[i]);
	server_end(&target);
	server_end(&elsewhere);
	assert_int_equal(target.connections, connections);
	assert_int_equal(elsewhere.connections, 0);
}

static struct attempt_result
hook_call(bool any_address_allowed)
{
	static struct delivery_job job;
	static char body[] = "{}";
	struct webhook_options options = {.any_address_allowed = any_address_allowed};
	struct channel_sender sender = webhook_sender(&options);
	struct attempt_result result;
	job = (struct delivery_job){.channel = CHANNEL_WEBHOOK,
	                            .secret = "whsec_MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=",
	                            .body = body,
	                            .body_len = 2};
	snprintf(job.target, sizeof(job.target), "http://127.0.0.1:%u/hook", target.port);
	const struct outgoing_message message = {.job = &job, .id = "id", .timeout_ms = 5000};
	sender.send(sender.self, &message, &result);
	return result;
}

/* ---- redirects ---- */

#define REDIRECT                                                            \
	"HTTP/1.1 %d Elsewhere\r\nLocation: http://127.0.0.1:%u/inside\r\n" \
	"Content-Length: 0\r\nConnection: close\r\n\r\n"

static void
a_webhook_follows_no_redirect(void **state)
{
	(void)state;
	static const int statuses[] = {301, 302, 303, 307, 308};
	for (size_t i = 0; i < ARRAY_SIZE(statuses); i++) {
		char reply[256] = "", reason[16];
		begin(reply);
		snprintf(reply, sizeof(reply), REDIRECT, statuses[i], elsewhere.port);
		const struct attempt_result result = hook_call(true);
		snprintf(reason, sizeof(reason), "http-%d", statuses[i]);
		assert_string_equal(result.reason, reason);
		assert_int_equal(result.outcome, ATTEMPT_RETRY);
		end(1);
	}
}

static long
call_status(void)
{
	char url[64];
	const struct origin origin = {.request_id = "id"};
	const struct http_call call = {
		.method = "POST", .path = "/payments", .origin = &origin, .timeout_ms = 5000};
	struct http_client *client;
	struct json_object *json = NULL;
	long status = 0;
	snprintf(url, sizeof(url), "http://127.0.0.1:%u", target.port);
	const struct http_options options = {.url = url, .socket = "", .token = ""};
	assert_ok(http_client_open(&options, &client));
	assert_ok(http_call(client, &call, &status, &json));
	json_p(&json);
	http_client_close(client);
	return status;
}

static void
a_call_between_services_follows_no_redirect(void **state)
{
	(void)state;
	char reply[256] = "";
	begin(reply);
	snprintf(reply, sizeof(reply), REDIRECT, 307, elsewhere.port);
	assert_int_equal(call_status(), 307);
	end(1);
}

/* ---- proxies of the environment ---- */

static void
a_webhook_uses_no_proxy_of_the_environment(void **state)
{
	(void)state;
	begin(OK_REPLY);
	assert_int_equal(hook_call(true).outcome, ATTEMPT_DELIVERED);
	assert_non_null(strstr(target.got, "POST /hook HTTP/"));
	assert_non_null(strstr(target.got, "Content-Type: application/cloudevents+json"));
	end(1);
}

static void
a_proxy_of_the_environment_does_not_hide_a_private_address(void **state)
{
	(void)state;
	begin(OK_REPLY);
	const struct attempt_result result = hook_call(false);
	assert_int_equal(result.outcome, ATTEMPT_PERMANENT);
	assert_string_equal(result.reason, "private-address");
	end(0);
}

static void
a_call_between_services_uses_no_proxy_of_the_environment(void **state)
{
	(void)state;
	begin(OK_REPLY);
	assert_int_equal(call_status(), 200);
	assert_non_null(strstr(target.got, "POST /payments HTTP/"));
	end(1);
}

/* Sends a mail to the target; path: of the URL. */
static struct attempt_result
mail_send(const char *path, const char *from)
{
	static struct delivery_job job;
	static struct mail mail;
	char url[128];
	struct channel_sender sender;
	struct attempt_result result;
	snprintf(url, sizeof(url), "smtp://127.0.0.1:%u%s", target.port, path);
	const struct smtp_options options = {
		.url = url, .from = from, .user = "", .password = "", .ca_file = ""};
	assert_ok(smtp_open(&options, &sender));
	mail = (struct mail){.id = "id", .to = "guest@example.com", .footer = ""};
	snprintf(mail.from, sizeof(mail.from), "%s", from);
	const struct outgoing_message message = {.job = &job, .mail = &mail, .timeout_ms = 5000};
	sender.send(sender.self, &message, &result);
	smtp_close(&sender);
	return result;
}

static void
a_mail_uses_no_proxy_of_the_environment(void **state)
{
	(void)state;
	begin(NULL);
	assert_int_equal(mail_send("", "no-reply@hotel.example").outcome, ATTEMPT_DELIVERED);
	end(1);
}

/* ---- the greeting ---- */

static void
a_mail_server_is_greeted_by_a_qualified_name_or_an_address(void **state)
{
	(void)state;
	static const struct {
		const char *path, *from, *greeting;
	} cases[] = {
		{"", "no-reply@hotel.example", "EHLO hotel.example\r\n"},
		{"/", "no-reply@hotel.example", "EHLO hotel.example\r\n"},
		{"/mx.example.org", "no-reply@hotel.example", "EHLO mx.example.org\r\n"},
		{"", "root@localhost", "EHLO [127.0.0.1]\r\n"},
	};
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		begin(NULL);
		assert_int_equal(mail_send(cases[i].path, cases[i].from).outcome,
		                 ATTEMPT_DELIVERED);
		assert_ptr_equal(strstr(target.got, cases[i].greeting), target.got);
		end(1);
	}
}

static bool
has_ipv6(void)
{
	const struct sockaddr_in6 here = {.sin6_family = AF_INET6,
	                                  .sin6_addr = IN6ADDR_LOOPBACK_INIT};
	int fd = socket(AF_INET6, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	bool has = fd >= 0 && bind(fd, (const struct sockaddr *)&here, sizeof(here)) == 0;
	close(fd);
	return has;
}

static void
an_address_in_a_greeting_is_that_of_this_machine(void **state)
{
	(void)state;
	char url[300];
	assert_ok(smtp_url_with_name("smtp://[::1]:25", "root@localhost", url, sizeof(url)));
	assert_non_null(strstr(url, "smtp://[::1]:25/"));
	if (has_ipv6())
		assert_non_null(strstr(url, "IPv6"));
	assert_ok(smtp_url_with_name("smtps://127.0.0.1", "x@a.example", url, sizeof(url)));
	assert_string_equal(url, "smtps://127.0.0.1/a.example");
	assert_err(smtp_url_with_name("smtp://", "x@a.example", url, sizeof(url)), ERR_INVALID);
	assert_err(smtp_url_with_name("smtp://127.0.0.1", "x@a.example", url, 20), ERR_INVALID);
}

static void
a_header_is_sent_whole_or_not_at_all(void **state)
{
	(void)state;
	struct curl_slist *headers = NULL;
	char value[HEADER_LINE_MAX + 1];
	memset(value, 'x', sizeof(value) - 1);
	value[HEADER_LINE_MAX] = '\0';
	assert_false(header_add(&headers, "Authorization", value));
	assert_null(headers);
	value[HEADER_LINE_MAX - sizeof("Authorization: ")] = '\0';
	assert_true(header_add(&headers, "Authorization", value));
	assert_int_equal(strlen(headers->data), strlen("Authorization: ") + strlen(value));
	slist_done(&headers);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_header_is_sent_whole_or_not_at_all),
		cmocka_unit_test(a_webhook_follows_no_redirect),
		cmocka_unit_test(a_call_between_services_follows_no_redirect),
		cmocka_unit_test(a_webhook_uses_no_proxy_of_the_environment),
		cmocka_unit_test(a_proxy_of_the_environment_does_not_hide_a_private_address),
		cmocka_unit_test(a_call_between_services_uses_no_proxy_of_the_environment),
		cmocka_unit_test(a_mail_uses_no_proxy_of_the_environment),
		cmocka_unit_test(a_mail_server_is_greeted_by_a_qualified_name_or_an_address),
		cmocka_unit_test(an_address_in_a_greeting_is_that_of_this_machine),
	};
	if (curl_start() != OK)
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
