/* SPDX-License-Identifier: MIT */
/*
 * A FastCGI service as a process, over a real socket: that its accept loop works, as libfcgi's own
 * does not, and that it shuts down gracefully.
 */
#include "fastcgi.h"
#include "service_process.h"

#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define GOOD_NOTE "{\"text\":\"hello\",\"number\":5}"

/* How many effects the service reports. */
static int
effects(const struct service_process *process)
{
	struct fastcgi_answer answer = fastcgi_request(process->socket, "GET", "/effects", "");
	int n = -1;
	assert_int_equal(answer.status, 200);
	assert_int_equal(sscanf(answer.body, "{\"effects\":%d}", &n), 1);
	fastcgi_free(&answer);
	return n;
}

static void
a_request_is_answered_with_length_location_and_links(void **state)
{
	struct service_process *process = service_start(*state, NULL);
	struct fastcgi_answer answer =
		fastcgi_request(process->socket, "POST", "/notes", GOOD_NOTE);
	char length[64];
	snprintf(length, sizeof(length), "Content-Length: %zu", strlen(answer.body));
	assert_true(answer.ended);
	assert_int_equal(answer.status, 201);
	assert_true(fastcgi_has_line(&answer, "Location: /notes/5"));
	assert_true(fastcgi_has_line(&answer, "ETag: \"7\""));
	assert_true(fastcgi_has_line(&answer, "Content-Type: application/hal+json"));
	assert_true(fastcgi_has_line(&answer, length));
	assert_string_equal(answer.body, "{\"text\":\"hello\",\"id\":5,\"status\":\"Kept\","
	                                 "\"_links\":{\"self\":{\"href\":\"/notes/5\"}}}\n");
	fastcgi_free(&answer);
	assert_int_equal(service_end(process), 0);
}

static void
a_response_of_a_megabyte_arrives_complete(void **state)
{
	struct service_process *process = service_start(*state, NULL);
	struct fastcgi_answer answer = fastcgi_request(process->socket, "GET", "/large", "");
	assert_true(answer.ended);
	assert_int_equal(answer.status, 200);
	assert_int_equal(strlen(answer.body), (1 << 20) - 1 + strlen("{\"text\":\"\"}\n"));
	fastcgi_free(&answer);
	assert_int_equal(service_end(process), 0);
}

static void
a_body_over_64_kib_is_refused_and_read_to_its_end(void **state)
{
	struct service_process *process = service_start(*state, NULL);
	char *body = calloc(1, 100 * 1024 + 1);
	memset(body, ' ', 100 * 1024);
	struct fastcgi_answer answer = fastcgi_request(process->socket, "POST", "/notes", body);
	assert_true(answer.ended);
	assert_int_equal(answer.status, 413);
	assert_int_equal(effects(process), 0);
	fastcgi_free(&answer);
	free(body);
	assert_int_equal(service_end(process), 0);
}

/* Sends a note with a Content-Length of announced bytes, while less or more arrive. */
static struct fastcgi_answer
note_of_length(const struct service_process *process, const char *announced, bool to_its_end)
{
	const char *const params[] = {"REQUEST_METHOD", "POST",         "DOCUMENT_URI",
	                              "/notes",         "CONTENT_TYPE", "application/json",
	                              "CONTENT_LENGTH", announced,      NULL};
	int fd = fastcgi_connect(process->socket);
	fastcgi_begin(fd, params);
	fastcgi_stdin(fd, GOOD_NOTE, strlen(GOOD_NOTE));
	if (to_its_end)
		fastcgi_stdin(fd, "", 0);
	else
		shutdown(fd, SHUT_WR);
	return fastcgi_receive(fd);
}

static void
a_request_with_a_truncated_body_has_no_effect_and_no_response(void **state)
{
	struct service_process *process = service_start(*state, NULL);
	struct {
		const char *announced;
		bool to_its_end;
	} bad[] = {{"1000", true}, {"1000", false}, {"27", false},
	           {"5", true},    {"-1", true},    {"x", true}};
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct fastcgi_answer answer =
			note_of_length(process, bad[i].announced, bad[i].to_its_end);
		assert_false(answer.ended);
		assert_int_equal(answer.len, 0);
		fastcgi_free(&answer);
	}
	assert_int_equal(effects(process), 0);
	assert_int_equal(service_end(process), 0);
}

static void
a_connection_that_does_not_speak_fastcgi_is_closed_and_does_no_harm(void **state)
{
	static const char *const garbage[] = {"GET / HTTP/1.1\r\nHost: x\r\n\r\n", "\x01\x01",
	                                      "\xff\xff\xff\xff\xff\xff\xff\xff\xff"};
	struct service_process *process =
		service_start(*state, (const char *const[]){"HOTEL_READ_TIMEOUT_MS=200", NULL});
	for (size_t i = 0; i < sizeof(garbage) / sizeof(garbage[0]); i++) {
		int fd = fastcgi_connect(process->socket);
		assert_true(send(fd, garbage[i], strlen(garbage[i]), MSG_NOSIGNAL) > 0);
		struct fastcgi_answer answer = fastcgi_receive(fd);
		assert_false(answer.ended);
		fastcgi_free(&answer);
	}
	assert_int_equal(effects(process), 0);
	assert_int_equal(service_end(process), 0);
}

static void
a_silent_peer_is_disconnected_and_holds_no_thread(void **state)
{
	struct service_process *process =
		service_start(*state, (const char *const[]){"HOTEL_THREADS=1",
	                                                    "HOTEL_READ_TIMEOUT_MS=100", NULL});
	int silent = fastcgi_connect(process->socket);
	assert_int_equal(send(silent, "\x01", 1, MSG_NOSIGNAL), 1);
	assert_int_equal(effects(process), 0);
	char byte;
	assert_int_equal(recv(silent, &byte, 1, 0), 0);
	close(silent);
	assert_int_equal(service_end(process), 0);
}

static void
a_slow_peer_is_disconnected_after_the_request_timeout(void **state)
{
	struct service_process *process = service_start(
		*state, (const char *const[]){"HOTEL_THREADS=1", "HOTEL_REQUEST_TIMEOUT_MS=100",
	                                      "HOTEL_READ_TIMEOUT_MS=60000", NULL});
	int fd = fastcgi_connect(process->socket);
	struct pollfd polled = {.fd = fd, .events = POLLRDHUP};
	/* One byte each 50 ms: the announced content never arrives completely. */
	static const unsigned char head[] = {1, 1, 0, 1, 0, 8, 0, 0, 0,    1,    0, 0,
	                                     0, 0, 0, 0, 1, 4, 0, 1, 0xff, 0xff, 0, 0};
	assert_int_equal(send(fd, head, sizeof(head), MSG_NOSIGNAL), sizeof(head));
	int cut = 0;
	for (int i = 0; i < 1000 && cut == 0; i++) {
		if (send(fd, "\x00", 1, MSG_NOSIGNAL) < 0)
			cut = 1;
		else
			cut = poll(&polled, 1, 50);
	}
	assert_int_equal(cut, 1);
	service_await_log(process, "event=request-not-received reason=timeout");
	close(fd);
	assert_int_equal(effects(process), 0);
	assert_int_equal(service_end(process), 0);
}

static void
hundreds_of_simultaneous_connections_are_all_answered(void **state)
{
	enum { MANY = 400 };
	struct service_process *process =
		service_start(*state, (const char *const[]){"HOTEL_THREADS=4", NULL});
	static int fds[MANY];
	for (int i = 0; i < MANY; i++) {
		fds[i] = fastcgi_send(process->socket, "POST", "/notes", GOOD_NOTE);
		assert_true(fds[i] >= 0);
	}
	for (int i = 0; i < MANY; i++) {
		struct fastcgi_answer answer = fastcgi_receive(fds[i]);
		assert_true(answer.ended);
		assert_int_equal(answer.status, 201);
		fastcgi_free(&answer);
	}
	assert_int_equal(effects(process), MANY);
	assert_int_equal(service_end(process), 0);
}

static void
after_sigterm_all_requests_in_flight_are_answered_and_it_ends_with_0(void **state)
{
	enum { IN_FLIGHT = 4 };
	struct service_process *process = service_start(*state, NULL);
	int fds[IN_FLIGHT];
	for (int i = 0; i < IN_FLIGHT; i++)
		fds[i] = fastcgi_send(process->socket, "POST", "/gate", "{}");
	service_await_entered(process, IN_FLIGHT);
	service_terminate(process);
	service_await_log(process, "event=stopping");
	service_open_gate(process, IN_FLIGHT);
	for (int i = 0; i < IN_FLIGHT; i++) {
		struct fastcgi_answer answer = fastcgi_receive(fds[i]);
		assert_true(answer.ended);
		assert_int_equal(answer.status, 200);
		fastcgi_free(&answer);
	}
	assert_int_equal(service_await_exit(process), 0);
}

static void
a_process_is_replaced_behind_its_socket_without_a_failed_request(void **state)
{
	struct service_process *old = service_start(*state, NULL);
	struct service_process *new = service_start_beside(old);
	/* A process that has not blocked signals yet may be ended by the signal itself. */
	service_await_log(old, "event=started");
	service_await_log(new, "event=started");
	int failed = 0;
	for (int i = 0; i < 200; i++) {
		if (i == 50)
			service_terminate(old);
		struct fastcgi_answer answer =
			fastcgi_request(old->socket, "POST", "/notes", GOOD_NOTE);
		failed += answer.status != 201;
		fastcgi_free(&answer);
	}
	assert_int_equal(failed, 0);
	assert_int_equal(service_await_exit(old), 0);
	assert_int_equal(service_end(new), 0);
}

static void
a_stuck_thread_makes_it_say_so_and_exit_with_1(void **state)
{
	struct service_process *process =
		service_start(*state, (const char *const[]){"HOTEL_REQUEST_TIMEOUT_MS=100", NULL});
	int fd = fastcgi_send(process->socket, "POST", "/gate", "{}");
	service_await_log(process, "event=thread-stuck");
	struct fastcgi_answer answer = fastcgi_receive(fd);
	assert_false(answer.ended);
	fastcgi_free(&answer);
	assert_int_equal(service_await_exit(process), 1);
}

static void
the_admin_listener_answers_liveness_readiness_and_metrics(void **state)
{
	struct service_process *process = service_start(*state, NULL);
	service_await_log(process, "event=started");
	assert_int_equal(effects(process), 0);
	char *live = service_ask(process, "/livez"), *ready = service_ask(process, "/readyz");
	char *metrics = service_ask(process, "/metrics"), *none = service_ask(process, "/other");
	assert_non_null(strstr(live, "200 OK"));
	assert_non_null(strstr(ready, "200 OK"));
	assert_non_null(strstr(none, "404"));
	assert_non_null(strstr(metrics, "hotel_requests_total{method=\"GET\",route=\"/effects\","
	                                "status=\"200\"} 1\n"));
	assert_non_null(strstr(metrics, "hotel_request_duration_seconds_count{method=\"GET\","
	                                "route=\"/effects\"} 1\n"));
	assert_non_null(strstr(metrics, "hotel_threads 64\n"));
	assert_non_null(strstr(metrics, "hotel_threads_busy 0\n"));
	assert_non_null(strstr(metrics, "hotel_events_applied_total 0\n"));
	free(live);
	free(ready);
	free(metrics);
	free(none);
	assert_int_equal(service_end(process), 0);
}

static void
a_service_replaces_a_stale_socket_file_but_not_one_in_use(void **state)
{
	struct service_process *first = service_start_bound(*state, NULL);
	service_await_log(first, "event=started");
	struct service_process *second = service_start_bound(*state, NULL);
	service_await_log(second, "event=start-failed");
	assert_int_equal(service_await_exit(second), 1);
	assert_int_equal(effects(first), 0);
	service_kill(first);
	struct service_process *third = service_start_bound(*state, NULL);
	service_await_log(third, "event=started");
	assert_int_equal(effects(third), 0);
	assert_int_equal(service_end(third), 0);
}

static void
queued_connections_are_answered_before_a_service_ends(void **state)
{
	struct service_process *process =
		service_start_bound(*state, (const char *const[]){"HOTEL_THREADS=1", NULL});
	service_await_log(process, "event=started");
	int first = fastcgi_send(process->socket, "POST", "/gate", "{}");
	service_await_entered(process, 1);
	int queued = fastcgi_send(process->socket, "POST", "/gate", "{}");
	service_terminate(process);
	service_await_log(process, "event=stopping");
	service_open_gate(process, 2);
	struct fastcgi_answer answers[] = {fastcgi_receive(first), fastcgi_receive(queued)};
	for (size_t i = 0; i < 2; i++) {
		assert_true(answers[i].ended);
		assert_int_equal(answers[i].status, 200);
		fastcgi_free(&answers[i]);
	}
	assert_int_equal(service_await_exit(process), 0);
}

static void
a_service_opens_its_socket_only_when_it_is_ready(void **state)
{
	const char *const unready[] = {"HOTEL_CURRENCY=ISK", NULL};
	struct service_process *process = service_start_bound(*state, unready);
	service_await_log(process, "event=not-ready");
	assert_int_equal(access(process->socket, F_OK), -1);
	assert_int_equal(service_end(process), 0);
}

static void
wrong_settings_prevent_the_start_and_are_all_reported(void **state)
{
	struct service_process *process = service_start(
		*state, (const char *const[]){"HOTEL_THREADS=none", "HOTEL_THRAEDS=4", NULL});
	service_await_log(process, "HOTEL_THREADS=\"none\"");
	service_await_log(process, "HOTEL_THRAEDS");
	assert_int_equal(service_await_exit(process), 2);
}

static void
a_service_without_a_socket_says_how_to_give_it_one(void **state)
{
	struct service_process *process = service_start_alone(*state);
	service_await_log(process, "HOTEL_PROGRAM_SOCKET");
	assert_int_equal(service_await_exit(process), 1);
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, service_folder_make, service_folder_remove)
	const struct CMUnitTest tests[] = {
		TEST(a_request_is_answered_with_length_location_and_links),
		TEST(a_response_of_a_megabyte_arrives_complete),
		TEST(a_body_over_64_kib_is_refused_and_read_to_its_end),
		TEST(a_request_with_a_truncated_body_has_no_effect_and_no_response),
		TEST(a_connection_that_does_not_speak_fastcgi_is_closed_and_does_no_harm),
		TEST(a_silent_peer_is_disconnected_and_holds_no_thread),
		TEST(a_slow_peer_is_disconnected_after_the_request_timeout),
		TEST(hundreds_of_simultaneous_connections_are_all_answered),
		TEST(after_sigterm_all_requests_in_flight_are_answered_and_it_ends_with_0),
		TEST(a_process_is_replaced_behind_its_socket_without_a_failed_request),
		TEST(a_stuck_thread_makes_it_say_so_and_exit_with_1),
		TEST(the_admin_listener_answers_liveness_readiness_and_metrics),
		TEST(a_service_replaces_a_stale_socket_file_but_not_one_in_use),
		TEST(queued_connections_are_answered_before_a_service_ends),
		TEST(a_service_opens_its_socket_only_when_it_is_ready),
		TEST(wrong_settings_prevent_the_start_and_are_all_reported),
		TEST(a_service_without_a_socket_says_how_to_give_it_one),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
