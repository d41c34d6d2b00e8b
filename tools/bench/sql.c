/* SPDX-License-Identifier: MIT */
#include "tools/bench/sql.h"

#include "base/clock.h"
#include "base/mem.h"
#include "tools/bench/report.h"
#include "tools/bench/sql_text.h"

#include <mysql.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>

#define THREAD_IDS 100000000ull /* bookings of one thread: their ids collide with nobody's */
#define CONNECT_S  10

struct sql_bench {
	const struct settings *settings;
	const struct sql_plan *plan;
	atomic_bool over;
};

struct sql_thread {
	struct sql_bench *bench;
	pthread_t id;
	uint64_t number;
	MYSQL *server;
	enum err err;
	struct sql_result result;
};

static int64_t
now_us(void)
{
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

static enum err
failed(MYSQL *server)
{
	fprintf(stderr, "hotel-bench: MariaDB: %s (%u)\n", mysql_error(server),
	        mysql_errno(server));
	return ERR_UNAVAILABLE;
}

/* Runs all statements of a text; every one has to succeed. */
static enum err
run(MYSQL *server, const struct buf *text)
{
	if (mysql_real_query(server, text->data, text->len))
		return ERR_UNAVAILABLE;
	int more = 0;
	while (more == 0) {
		mysql_free_result(mysql_store_result(server));
		more = mysql_next_result(server);
	}
	return more > 0 ? ERR_UNAVAILABLE : OK;
}

static enum err
server_open(const struct settings *settings, MYSQL **ret_server)
{
	const bool tcp = settings->db_host[0] != '\0';
	const unsigned connect_s = CONNECT_S;
	MYSQL *server = mysql_init(NULL);
	if (!server)
		return ERR_MEMORY;
	*ret_server = server;
	if (mysql_options(server, MYSQL_OPT_CONNECT_TIMEOUT, &connect_s))
		return ERR_BUG_HERE();
	if (mysql_real_connect(server, tcp ? settings->db_host : NULL, settings->db_user,
	                       settings->db_password, NULL, tcp ? settings->db_port : 0,
	                       tcp ? NULL : settings->db_socket, CLIENT_MULTI_STATEMENTS))
		return OK;
	return failed(server);
}

/* Makes the bookings from `first` on, in three transactions. */
static enum err
bookings_make(struct sql_thread *thread, uint64_t first, struct buf *text)
{
	enum err err = OK;
	for (unsigned stage = 0; err == OK && stage < SQL_STAGES; stage++) {
		err = sql_text_stage(text, (enum sql_stage)stage, first,
		                     thread->bench->plan->merged);
		if (err == OK)
			err = run(thread->server, text);
	}
	return err;
}

static void *
thread_run(void *arg)
{
	struct sql_thread *thread = arg;
	const uint64_t merged = thread->bench->plan->merged;
	CLEANUP(buf_done) struct buf text = BUF_INIT(SQL_TEXT_MAX);
	uint64_t first = thread->number * THREAD_IDS;
	for (; !atomic_load(&thread->bench->over); first += merged) {
		const int64_t begun = now_us();
		enum err err = bookings_make(thread, first, &text);
		if (err == OK) {
			histogram_add(&thread->result.latency, now_us() - begun);
			thread->result.bookings += merged;
			continue;
		}
		thread->result.failed += merged;
		thread->err = failed(thread->server);
		break;
	}
	return NULL;
}

/* Starts the threads, which work until the time is over, and adds up what they did. */
static enum err
threads_run(struct sql_bench *bench, struct sql_thread *threads, struct sql_result *result)
{
	uint64_t started = 0;
	enum err err = OK;
	const int64_t begun = now_us();
	for (; err == OK && started < bench->plan->threads; started++) {
		int code =
			pthread_create(&threads[started].id, NULL, thread_run, &threads[started]);
		if (code != 0) {
			err = ERR_SYSTEM_CODE(code);
			break;
		}
	}
	if (err == OK)
		sleep_ms((int64_t)bench->plan->seconds * 1000);
	atomic_store(&bench->over, true);
	for (uint64_t i = 0; i < started; i++)
		pthread_join(threads[i].id, NULL);
	result->elapsed_us = now_us() - begun;
	for (uint64_t i = 0; i < started; i++) {
		result->bookings += threads[i].result.bookings;
		result->failed += threads[i].result.failed;
		histogram_merge(&result->latency, &threads[i].result.latency);
		err = err == OK ? threads[i].err : err;
	}
	return err;
}

static enum err
threads_open(struct sql_bench *bench, struct sql_thread *threads)
{
	CLEANUP(buf_done) struct buf text = BUF_INIT(SQL_TEXT_MAX);
	enum err err = buf_addf(&text, "USE " SQL_DATABASE);
	for (uint64_t i = 0; err == OK && i < bench->plan->threads; i++) {
		threads[i].bench = bench;
		threads[i].number = i + 1;
		err = server_open(bench->settings, &threads[i].server);
		if (err == OK && run(threads[i].server, &text) != OK)
			err = failed(threads[i].server);
	}
	return err;
}

static enum err
measure(struct sql_bench *bench, struct sql_result *result)
{
	const uint64_t n = bench->plan->threads;
	CLEANUP(free_p) struct sql_thread *threads = calloc(n, sizeof(*threads));
	if (!threads)
		return ERR_MEMORY;
	enum err err = threads_open(bench, threads);
	if (err == OK)
		err = threads_run(bench, threads, result);
	for (uint64_t i = 0; i < n; i++)
		mysql_close(threads[i].server);
	return err;
}

static enum err
tables(MYSQL *server, const char *statements)
{
	CLEANUP(buf_done) struct buf text = BUF_INIT(SQL_TEXT_MAX);
	enum err err = buf_addf(&text, "%s", statements);
	if (err != OK)
		return err;
	return run(server, &text) == OK ? OK : failed(server);
}

enum err
sql_run(const struct settings *settings, const struct sql_plan *plan, struct sql_result *ret_result)
{
	struct sql_bench bench = {.settings = settings, .plan = plan};
	MYSQL *server = NULL;
	*ret_result = (struct sql_result){0};
	enum err err = server_open(settings, &server);
	if (err == OK)
		err = tables(server, sql_text_make_tables);
	if (err == OK) {
		err = measure(&bench, ret_result);
		const enum err dropped = tables(server, sql_text_drop_tables);
		err = err == OK ? dropped : err;
	}
	mysql_close(server);
	return err;
}

enum err
sql_report(const struct sql_plan *plan, const struct sql_result *result)
{
	CLEANUP(json_p) struct json_object *report = json_new_object();
	json_put_value(&report, "rate", report_rate(result->bookings, result->elapsed_us));
	json_put_u64(&report, "threads", plan->threads);
	json_put_u64(&report, "merged", plan->merged);
	json_put_u64(&report, "bookings", result->bookings);
	json_put_u64(&report, "failed", result->failed);
	json_put_value(&report, "latency_ms", report_latency(&result->latency));
	return report_print(report);
}
