/* SPDX-License-Identifier: MIT */
/* probe - a question that may take long, asked by a thread of its own. */
#include "adapters/system/probe.h"

#include "base/clock.h"

#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>
#include <time.h>

struct probe {
	enum err (*ask)(void *arg);
	void *arg;
	pthread_t thread;
	pthread_mutex_t lock; /* guards all that follows */
	pthread_cond_t changed;
	bool is_wanted, is_closing;
	uint64_t answers; /* how many there were */
	enum err answer;  /* the last one */
};

/* Waits until somebody wants to know. Whether that is so, or it is to end. */
static bool
want_await(struct probe *probe)
{
	pthread_mutex_lock(&probe->lock);
	while (!probe->is_wanted && !probe->is_closing)
		pthread_cond_wait(&probe->changed, &probe->lock);
	probe->is_wanted = false;
	bool goes_on = !probe->is_closing;
	pthread_mutex_unlock(&probe->lock);
	return goes_on;
}

static void *
probe_run(void *arg)
{
	struct probe *probe = arg;
	while (want_await(probe)) {
		enum err answer = probe->ask(probe->arg);
		pthread_mutex_lock(&probe->lock);
		probe->answer = answer;
		probe->answers++;
		pthread_cond_broadcast(&probe->changed);
		pthread_mutex_unlock(&probe->lock);
	}
	return NULL;
}

static void
probe_free(struct probe *probe)
{
	pthread_cond_destroy(&probe->changed);
	pthread_mutex_destroy(&probe->lock);
	free(probe);
}

enum err
probe_open(enum err (*ask)(void *arg), void *arg, struct probe **ret_probe)
{
	struct probe *probe = calloc(1, sizeof(*probe));
	if (!probe)
		return ERR_MEMORY;
	probe->ask = ask;
	probe->arg = arg;
	enum err err = locks_init(&probe->lock, &probe->changed);
	if (err != OK) {
		free(probe);
		return err;
	}
	const int code = pthread_create(&probe->thread, NULL, probe_run, probe);
	if (code != 0) {
		probe_free(probe);
		return ERR_SYSTEM_CODE(code);
	}
	*ret_probe = probe;
	return OK;
}

enum err
probe_ask(struct probe *probe, uint32_t limit_ms)
{
	const int64_t deadline_ms = monotonic_ms() + limit_ms;
	int gave_up = 0;
	pthread_mutex_lock(&probe->lock);
	uint64_t before = probe->answers;
	probe->is_wanted = true;
	pthread_cond_broadcast(&probe->changed);
	while (probe->answers == before && !gave_up)
		gave_up = cond_wait_until(&probe->changed, &probe->lock, deadline_ms);
	enum err answer = probe->answers == before ? ERR_TIMEOUT : probe->answer;
	pthread_mutex_unlock(&probe->lock);
	return answer;
}

void
probe_close(struct probe *probe)
{
	if (!probe)
		return;
	pthread_mutex_lock(&probe->lock);
	probe->is_closing = true;
	pthread_cond_broadcast(&probe->changed);
	pthread_mutex_unlock(&probe->lock);
	pthread_join(probe->thread, NULL);
	probe_free(probe);
}
