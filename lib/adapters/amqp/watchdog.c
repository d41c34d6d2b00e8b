/* SPDX-License-Identifier: MIT */
/* watchdog - shuts a socket down when a call on it takes too long. */
#include "adapters/amqp/watchdog.h"

#include "base/clock.h"
#include "base/day.h"

#include <fcntl.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

struct watchdog {
	pthread_t thread;
	pthread_mutex_t lock;
	pthread_cond_t changed;
	int fd;              /* a duplicate: the number stays ours whatever the library closes */
	int64_t deadline_ms; /* 0: nothing is under way */
	bool asleep;         /* the thread waits for something to begin */
	bool fired, ending;
};

/* Waits for a change, at most until the deadline. With the lock held. */
static void
sleep_until(struct watchdog *watchdog, int64_t deadline_ms)
{
	if (deadline_ms) {
		cond_wait_until(&watchdog->changed, &watchdog->lock, deadline_ms);
		return;
	}
	watchdog->asleep = true;
	pthread_cond_wait(&watchdog->changed, &watchdog->lock);
	watchdog->asleep = false;
}

static void
fire_if_late(struct watchdog *watchdog)
{
	if (!watchdog->deadline_ms || monotonic_ms() < watchdog->deadline_ms)
		return;
	if (watchdog->fd >= 0)
		shutdown(watchdog->fd, SHUT_RDWR);
	watchdog->fired = true;
	watchdog->deadline_ms = 0;
}

static void *
watch(void *arg)
{
	struct watchdog *watchdog = arg;
	pthread_mutex_lock(&watchdog->lock);
	while (!watchdog->ending) {
		sleep_until(watchdog, watchdog->deadline_ms);
		fire_if_late(watchdog);
	}
	pthread_mutex_unlock(&watchdog->lock);
	return NULL;
}

struct watchdog *
watchdog_new(void)
{
	struct watchdog *watchdog = calloc(1, sizeof(*watchdog));
	if (!watchdog)
		return NULL;
	watchdog->fd = -1;
	if (locks_init(&watchdog->lock, &watchdog->changed) == OK) {
		if (pthread_create(&watchdog->thread, NULL, watch, watchdog) == 0)
			return watchdog;
		pthread_cond_destroy(&watchdog->changed);
		pthread_mutex_destroy(&watchdog->lock);
	}
	free(watchdog);
	return NULL;
}

static void
wake(struct watchdog *watchdog)
{
	pthread_cond_signal(&watchdog->changed);
}

void
watchdog_free(struct watchdog *watchdog)
{
	if (!watchdog)
		return;
	pthread_mutex_lock(&watchdog->lock);
	watchdog->ending = true;
	wake(watchdog);
	pthread_mutex_unlock(&watchdog->lock);
	pthread_join(watchdog->thread, NULL);
	if (watchdog->fd >= 0)
		close(watchdog->fd);
	pthread_cond_destroy(&watchdog->changed);
	pthread_mutex_destroy(&watchdog->lock);
	free(watchdog);
}

enum err
watchdog_socket(struct watchdog *watchdog, int fd)
{
	int own = fd < 0 ? -1 : fcntl(fd, F_DUPFD_CLOEXEC, 0);
	pthread_mutex_lock(&watchdog->lock);
	if (watchdog->fd >= 0)
		close(watchdog->fd);
	watchdog->fd = own;
	pthread_mutex_unlock(&watchdog->lock);
	return fd >= 0 && own < 0 ? ERR_SYSTEM_HERE() : OK;
}

/* The thread is woken only when it sleeps without end: a later deadline it finds by itself. */
void
watchdog_begin(struct watchdog *watchdog, uint32_t limit_ms)
{
	pthread_mutex_lock(&watchdog->lock);
	watchdog->fired = false;
	watchdog->deadline_ms = monotonic_ms() + limit_ms;
	if (watchdog->asleep)
		wake(watchdog);
	pthread_mutex_unlock(&watchdog->lock);
}

bool
watchdog_end(struct watchdog *watchdog)
{
	pthread_mutex_lock(&watchdog->lock);
	bool fired = watchdog->fired;
	watchdog->deadline_ms = 0;
	pthread_mutex_unlock(&watchdog->lock);
	return fired;
}
