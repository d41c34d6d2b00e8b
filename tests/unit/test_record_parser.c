/* SPDX-License-Identifier: MIT */
/* The records of a FastCGI request: what a web server sends is taken, and nothing else. */
#include "test.h"

#include "base/mem.h"
#include "fcgi/fcgi_connection.h"
#include "fcgi/record_parser.h"

#include <stdbool.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { BEGIN_REQUEST = 1, ABORT_REQUEST, END_REQUEST, PARAMS, STDIN, STDOUT, GET_VALUES = 9 };

#define BODY_MAX 100

/* A conversation that a test writes and then feeds. */
static struct buf bytes = BUF_INIT(1 << 20);
static struct record_parser parser;
static struct fcgi_connection connection;

static int
begin(void **state)
{
	(void)state;
	record_parser_init(&parser, BODY_MAX);
	fcgi_connection_prepare(&connection);
	return 0;
}

static int
end(void **state)
{
	(void)state;
	fcgi_connection_done(&connection);
	record_parser_done(&parser);
	buf_done(&bytes);
	return 0;
}

static void
add(const void *content, size_t n)
{
	assert_ok(buf_add(&bytes, content, n));
}

static void
record_add(unsigned type, const void *content, size_t n, unsigned padding)
{
	const unsigned char header[8] = {1,
	                                 (unsigned char)type,
	                                 0,
	                                 1,
	                                 (unsigned char)(n >> 8),
	                                 (unsigned char)n,
	                                 (unsigned char)padding};
	static const char zeros[255];
	add(header, sizeof(header));
	add(content, n);
	add(zeros, padding);
}

static void
begin_add(void)
{
	record_add(BEGIN_REQUEST, "\0\1\0\0\0\0\0", 8, 0);
}

/* A whole request with these parameters. */
static void
request_add(const void *params, size_t n)
{
	begin_add();
	if (n > 0)
		record_add(PARAMS, params, n, 0);
	record_add(PARAMS, "", 0, 0);
	record_add(STDIN, "", 0, 0);
}

static enum err
feed(void)
{
	return record_parser_feed(&parser, bytes.data, bytes.len);
}

/* Writes n pairs of a one-byte name and a value. */
static void
pairs_add(struct buf *to, size_t n, unsigned char value_length)
{
	char pair[258] = {1, (char)value_length, 'N'};
	memset(pair + 3, 'v', value_length);
	for (size_t i = 0; i < n; i++)
		assert_ok(buf_add(to, pair, 3u + value_length));
}

/* What libfcgi makes of the request; the test ends it with fcgi_connection_drop(). */
static char *const *
libfcgi_reads(int fd)
{
	assert_ok(fcgi_connection_init());
	assert_ok(fcgi_connection_open(&connection, fd, &parser));
	return fcgi_connection_params(&connection);
}

static void
a_request_is_complete_with_its_parameters_and_body(void **state)
{
	(void)state;
	begin_add();
	record_add(PARAMS, "\4\3NAMEabc\5\0EMPTY", 16, 7);
	record_add(PARAMS, "", 0, 0);
	record_add(STDIN, "one ", 4, 4);
	record_add(STDIN, "two", 3, 255);
	assert_ok(feed());
	assert_int_equal(parser.stage, STAGE_STDIN);
	buf_reset(&bytes);
	record_add(STDIN, "", 0, 0);
	add("the next request", 16);
	assert_ok(feed());
	assert_int_equal(parser.stage, STAGE_COMPLETE);
	assert_string_equal(parser.body.data, "one two");
	assert_int_equal(parser.body_arrived, 7);
	assert_false(parser.params_too_large);
	char *const *params = libfcgi_reads(STDOUT_FILENO);
	assert_string_equal(params[0], "FCGI_ROLE=RESPONDER");
	assert_string_equal(params[1], "NAME=abc");
	assert_string_equal(params[2], "EMPTY=");
	assert_null(params[3]);
	fcgi_connection_drop(&connection);
}

static void
a_request_may_arrive_byte_by_byte(void **state)
{
	(void)state;
	begin_add();
	record_add(PARAMS, "\4\x80\0\0\3NAM", 8, 3);
	record_add(PARAMS, "Eabc", 4, 1); /* a pair may be split over records */
	record_add(PARAMS, "", 0, 2);
	record_add(STDIN, "body", 4, 1);
	record_add(STDIN, "", 0, 2);
	for (size_t i = 0; i < bytes.len; i++) {
		assert_int_not_equal(parser.stage, STAGE_COMPLETE);
		assert_ok(record_parser_feed(&parser, bytes.data + i, 1));
	}
	assert_int_equal(parser.stage, STAGE_COMPLETE);
	assert_string_equal(libfcgi_reads(STDOUT_FILENO)[1], "NAME=abc");
	fcgi_connection_drop(&connection);
}

static void
lengths_that_no_memory_has_are_refused(void **state)
{
	(void)state;
	static const char params[] = "\xc0\0\0\0\xc0\0\0\0AAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
	request_add(params, sizeof(params) - 1);
	assert_err(feed(), ERR_MALFORMED);
	assert_string_equal(parser.fault, "a parameter is longer than its record");
}

static void
a_pair_must_be_whole_and_text(void **state)
{
	(void)state;
	static const struct {
		const char *pair;
		size_t n;
	} bad[] = {
		{"\1", 1},        {"\x80", 1},         {"\x80\0\0", 3}, {"\1\x80\0\0", 4},
		{"\2\1Nv", 4},    {"\1\2Nv", 4},       {"\1\0", 2},     {"\xff\xff\xff\xff\1N", 6},
		{"\0\1v", 3},     {"\0\0", 2},         {"\2\0N=", 4},   {"\2\0N\0", 4},
		{"\1\3Na\0b", 6}, {"\1\1Nv\1\2Nv", 8},
	};
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		request_add(bad[i].pair, bad[i].n);
		assert_err(feed(), ERR_MALFORMED);
		assert_non_null(strstr(parser.fault, "a parameter"));
		end(NULL);
		begin(NULL);
	}
}

/* Feeds a whole request, of whose records one has a wrong byte in its header. */
static enum err
feed_with(size_t at, unsigned char byte)
{
	end(NULL);
	begin(NULL);
	begin_add();
	record_add(PARAMS, "\1\1Nv", 4, 0);
	record_add(PARAMS, "", 0, 0);
	record_add(STDIN, "body", 4, 0);
	record_add(STDIN, "", 0, 0);
	bytes.data[at] = (char)byte;
	return feed();
}

static void
each_record_must_be_of_version_1_of_its_type_and_of_the_request(void **state)
{
	(void)state;
	static const size_t records[] = {0, 16, 28, 36, 48};
	assert_ok(feed_with(0, 1));
	assert_int_equal(parser.stage, STAGE_COMPLETE);
	for (size_t i = 0; i < ARRAY_SIZE(records); i++) {
		unsigned char own = (unsigned char)bytes.data[records[i] + 1];
		assert_err(feed_with(records[i], 0), ERR_MALFORMED);
		assert_err(feed_with(records[i], 2), ERR_MALFORMED);
		for (unsigned type = 0; type <= 12; type++)
			if (type != own)
				assert_err(feed_with(records[i] + 1, (unsigned char)type),
				           ERR_MALFORMED);
		assert_err(feed_with(records[i] + 2, 1), ERR_MALFORMED);
		assert_err(feed_with(records[i] + 3, 0), ERR_MALFORMED);
	}
}

static void
a_request_id_has_two_bytes_and_is_not_0(void **state)
{
	(void)state;
	request_add("\1\1Nv", 4);
	static const size_t records[] = {0, 16, 28, 36};
	for (size_t i = 0; i < ARRAY_SIZE(records); i++)
		bytes.data[records[i] + 2] = 1;
	assert_ok(feed());
	assert_int_equal(parser.stage, STAGE_COMPLETE);
	assert_int_equal(parser.request_id, 257);
	assert_err(feed_with(3, 0), ERR_MALFORMED);
}

static void
a_request_begins_with_8_bytes_for_a_responder(void **state)
{
	(void)state;
	assert_err(feed_with(5, 0), ERR_MALFORMED);
	assert_err(feed_with(5, 7), ERR_MALFORMED);
	assert_err(feed_with(4, 1), ERR_MALFORMED);
	for (unsigned role = 0; role <= 4; role++)
		assert_err(feed_with(9, (unsigned char)role), role == 1 ? OK : ERR_MALFORMED);
	assert_err(feed_with(8, 1), ERR_MALFORMED);
	assert_ok(feed_with(10, 1)); /* a connection that is to be kept */
}

static void
management_and_abort_records_are_refused_everywhere(void **state)
{
	(void)state;
	static const unsigned char types[] = {GET_VALUES, ABORT_REQUEST, 77};
	for (size_t i = 0; i < 3 * ARRAY_SIZE(types); i++) {
		end(NULL);
		begin(NULL);
		if (i % 3 > 0)
			begin_add();
		if (i % 3 > 1)
			record_add(PARAMS, "", 0, 0);
		assert_ok(feed());
		buf_reset(&bytes);
		record_add(types[i / 3], "\16\0FCGI_MAX_CONNS", 16, 0);
		bytes.data[3] = 0; /* of no request */
		assert_err(feed(), ERR_MALFORMED);
	}
}

static void
parameters_of_64_kib_are_taken(void **state)
{
	(void)state;
	CLEANUP(buf_done) struct buf params = BUF_INIT(PARAMS_BYTES_MAX);
	pairs_add(&params, 512, 125);
	assert_int_equal(params.len, PARAMS_BYTES_MAX);
	begin_add();
	record_add(PARAMS, params.data, 65535, 1);
	record_add(PARAMS, params.data + 65535, 1, 0);
	record_add(PARAMS, "", 0, 0);
	record_add(STDIN, "", 0, 0);
	assert_ok(feed());
	assert_int_equal(parser.stage, STAGE_COMPLETE);
	assert_false(parser.params_too_large);
	char *const *all = libfcgi_reads(STDOUT_FILENO);
	for (size_t i = 1; i <= 512; i++)
		assert_int_equal(strlen(all[i]), 2 + 125);
	assert_null(all[513]);
	fcgi_connection_drop(&connection);
}

static void
of_larger_parameters_whole_pairs_are_kept(void **state)
{
	(void)state;
	CLEANUP(buf_done) struct buf params = BUF_INIT(2 * PARAMS_BYTES_MAX);
	pairs_add(&params, 600, 124);
	begin_add();
	record_add(PARAMS, params.data, 65535, 0);
	record_add(PARAMS, params.data + 65535, params.len - 65535, 0);
	record_add(PARAMS, "", 0, 0);
	record_add(STDIN, "", 0, 0);
	assert_ok(feed());
	assert_int_equal(parser.stage, STAGE_COMPLETE);
	assert_true(parser.params_too_large);
	assert_int_equal(parser.params.len, PARAMS_BYTES_MAX / 127 * 127);
	assert_string_equal(libfcgi_reads(STDOUT_FILENO)[0], "FCGI_ROLE=RESPONDER");
	fcgi_connection_drop(&connection);
}

static void
a_short_request_after_a_long_one_has_its_own_parameters_only(void **state)
{
	(void)state;
	CLEANUP(buf_done) struct buf params = BUF_INIT(PARAMS_BYTES_MAX);
	pairs_add(&params, 500, 100);
	for (int i = 0; i < 2; i++) {
		record_parser_done(&parser);
		record_parser_init(&parser, BODY_MAX);
		buf_reset(&bytes);
		request_add(params.data, i == 0 ? params.len : 103);
		assert_ok(feed());
		char *const *all = libfcgi_reads(STDOUT_FILENO);
		size_t n = 0;
		while (all[n])
			n++;
		assert_int_equal(n, 1 + (i == 0 ? 500 : 1));
		fcgi_connection_drop(&connection);
	}
}

static void
of_more_than_1024_parameters_the_first_are_kept(void **state)
{
	(void)state;
	CLEANUP(buf_done) struct buf params = BUF_INIT(PARAMS_BYTES_MAX);
	pairs_add(&params, PARAMS_COUNT_MAX, 2);
	request_add(params.data, params.len);
	assert_ok(feed());
	assert_false(parser.params_too_large);
	end(NULL);
	begin(NULL);
	pairs_add(&params, 1, 2);
	request_add(params.data, params.len);
	assert_ok(feed());
	assert_true(parser.params_too_large);
	assert_int_equal(parser.params.len, PARAMS_COUNT_MAX * 5);
}

static void
parameters_without_end_are_refused_at_128_kib(void **state)
{
	(void)state;
	CLEANUP(buf_done) struct buf params = BUF_INIT(PARAMS_BYTES_MAX);
	pairs_add(&params, 256, 125);
	begin_add();
	assert_ok(feed());
	enum err err = OK;
	int n = 0;
	for (; err == OK && n < 100; n++) {
		buf_reset(&bytes);
		record_add(PARAMS, params.data, params.len, 0);
		err = feed();
	}
	assert_err(err, ERR_TOO_LARGE);
	assert_int_equal(n, 5); /* of 32 KiB */
	assert_int_equal(parser.params.len, PARAMS_BYTES_MAX);
	assert_string_equal(parser.fault, "the parameters are too large");
}

static void
of_a_large_body_the_beginning_is_kept_and_all_is_counted(void **state)
{
	(void)state;
	static const char body[150] = "begins";
	begin_add();
	record_add(PARAMS, "", 0, 0);
	for (int i = 0; i < 10; i++)
		record_add(STDIN, body, sizeof(body), 0);
	record_add(STDIN, "", 0, 0);
	assert_ok(feed());
	assert_int_equal(parser.stage, STAGE_COMPLETE);
	assert_int_equal(parser.body.len, BODY_MAX);
	assert_int_equal(parser.body_arrived, 1500);
	assert_string_equal(parser.body.data, "begins");
}

static void
a_response_goes_to_the_connection_and_leaves_it_open(void **state)
{
	(void)state;
	int pair[2];
	char text[64];
	CLEANUP(buf_done) struct buf head = BUF_INIT(64), body = BUF_INIT(64);
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair), 0);
	request_add("\1\1Nv", 4);
	assert_ok(feed());
	assert_string_equal(libfcgi_reads(pair[0])[1], "N=v");
	assert_ok(buf_add(&head, "Status: 204\r\n\r\n", 15));
	assert_ok(fcgi_connection_send(&connection, &head, &body));
	assert_int_equal(recv(pair[1], text, sizeof(text), 0), 8 + 16 + 8 + 16);
	assert_int_equal(text[1], STDOUT);
	assert_memory_equal(text + 8, "Status: 204\r\n\r\n", 15);
	assert_int_equal(text[8 + 16 + 8 + 1], END_REQUEST);
	assert_int_equal(send(pair[0], "x", 1, MSG_NOSIGNAL), 1);
	close(pair[0]);
	close(pair[1]);
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)
	const struct CMUnitTest tests[] = {
		TEST(a_request_is_complete_with_its_parameters_and_body),
		TEST(a_request_may_arrive_byte_by_byte),
		TEST(lengths_that_no_memory_has_are_refused),
		TEST(a_pair_must_be_whole_and_text),
		TEST(each_record_must_be_of_version_1_of_its_type_and_of_the_request),
		TEST(a_request_id_has_two_bytes_and_is_not_0),
		TEST(a_request_begins_with_8_bytes_for_a_responder),
		TEST(management_and_abort_records_are_refused_everywhere),
		TEST(parameters_of_64_kib_are_taken),
		TEST(of_larger_parameters_whole_pairs_are_kept),
		TEST(a_short_request_after_a_long_one_has_its_own_parameters_only),
		TEST(of_more_than_1024_parameters_the_first_are_kept),
		TEST(parameters_without_end_are_refused_at_128_kib),
		TEST(of_a_large_body_the_beginning_is_kept_and_all_is_counted),
		TEST(a_response_goes_to_the_connection_and_leaves_it_open),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
