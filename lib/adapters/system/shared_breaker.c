/* shared_breaker - a breaker in memory that the processes of a program share. */
#include "adapters/system/shared_breaker.h"

#include "base/clock.h"
#include "base/day.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <unistd.h>

#define SHARED_MAGIC UINT64_C(0x32726b6272746c68)

/* What lies in the file. The lock is robust: a holder that was killed leaves it usable. Whoever
 * changes it changes LAYOUT, which is in the file's name: programs of two versions that run at the
 * same time must not read each other's. */
#define LAYOUT 2
struct shared {
	uint64_t magic;
	char boot_id[40]; /* the monotonic clock starts anew at each boot */
	pthread_mutex_t lock;
	struct breaker breaker;
};

struct mapped_breaker {
	struct shared *shared;
	struct breaker_limits limits;
};

static void
lock(struct shared *shared)
{
	/* The breaker is a handful of numbers: whatever a dead holder left is a valid state. */
	if (pthread_mutex_lock(&shared->lock) == EOWNERDEAD)
		pthread_mutex_consistent(&shared->lock);
}

static enum breaker_pass
ask(void *self)
{
	struct mapped_breaker *shared = self;
	lock(shared->shared);
	enum breaker_pass pass =
		breaker_ask(&shared->shared->breaker, &shared->limits, monotonic_ms());
	pthread_mutex_unlock(&shared->shared->lock);
	return pass;
}

static void
report(void *self, enum breaker_pass pass, bool success)
{
	struct mapped_breaker *shared = self;
	lock(shared->shared);
	breaker_report(&shared->shared->breaker, &shared->limits, pass, success, monotonic_ms());
	pthread_mutex_unlock(&shared->shared->lock);
}

static void
look(void *self, struct breaker *ret_breaker)
{
	struct mapped_breaker *shared = self;
	lock(shared->shared);
	*ret_breaker = shared->shared->breaker;
	pthread_mutex_unlock(&shared->shared->lock);
}

static void
shared_change(const struct shared_breaker *shared, void (*change)(struct breaker *, int64_t now_ms))
{
	struct mapped_breaker *self = shared->self;
	lock(self->shared);
	change(&self->shared->breaker, monotonic_ms());
	pthread_mutex_unlock(&self->shared->lock);
}

void
shared_breaker_force(const struct shared_breaker *shared)
{
	shared_change(shared, breaker_force);
}

void
shared_breaker_reset(const struct shared_breaker *shared)
{
	shared_change(shared, breaker_close);
}

static void
boot_id_read(char ret_id[40])
{
	memset(ret_id, 0, 40);
	int fd = open("/proc/sys/kernel/random/boot_id", O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return;
	if (read(fd, ret_id, 36) < 0)
		memset(ret_id, 0, 40);
	close(fd);
}

static enum err
lock_init(pthread_mutex_t *mutex)
{
	pthread_mutexattr_t attributes;
	if (pthread_mutexattr_init(&attributes))
		return ERR_MEMORY;
	int failed = pthread_mutexattr_setpshared(&attributes, PTHREAD_PROCESS_SHARED) ||
	             pthread_mutexattr_setrobust(&attributes, PTHREAD_MUTEX_ROBUST) ||
	             pthread_mutex_init(mutex, &attributes);
	pthread_mutexattr_destroy(&attributes);
	return failed ? ERR_MEMORY : OK;
}

/* Makes what is in the file a breaker unless it is one. Called with the file locked. What the
 * operator wants stands beyond a reboot, with a new clock. */
static enum err
shared_init(struct shared *shared)
{
	char boot_id[40];
	boot_id_read(boot_id);
	bool is_breaker = shared->magic == SHARED_MAGIC;
	if (is_breaker && !memcmp(shared->boot_id, boot_id, sizeof(boot_id)))
		return OK;
	bool forced = is_breaker && shared->breaker.state == BREAKER_FORCED;
	memset(shared, 0, sizeof(*shared));
	enum err err = lock_init(&shared->lock);
	if (err != OK)
		return err;
	shared->breaker.since_ms = monotonic_ms();
	if (forced)
		shared->breaker.state = BREAKER_FORCED;
	memcpy(shared->boot_id, boot_id, sizeof(boot_id));
	shared->magic = SHARED_MAGIC;
	return OK;
}

static enum err
shared_map(int fd, struct shared **ret_shared)
{
	if (flock(fd, LOCK_EX) || ftruncate(fd, sizeof(struct shared)))
		return ERR_SYSTEM_HERE();
	struct shared *shared =
		mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (shared == MAP_FAILED)
		return ERR_SYSTEM_HERE();
	enum err err = shared_init(shared);
	if (err != OK) {
		munmap(shared, sizeof(*shared));
		return err;
	}
	*ret_shared = shared;
	return OK;
}

static void
shared_breaker_path(const char *folder, const char *name, char path[PATH_MAX])
{
	snprintf(path, PATH_MAX, "%s/breaker-%s.%d", folder, name, LAYOUT);
}

bool
shared_breaker_exists(const char *folder, const char *name)
{
	char path[PATH_MAX];
	shared_breaker_path(folder, name, path);
	return access(path, F_OK) == 0;
}

enum err
shared_breaker_open(const char *folder, const char *name, const struct breaker_limits *limits,
                    struct shared_breaker *ret_breaker)
{
	char path[PATH_MAX];
	shared_breaker_path(folder, name, path);
	struct mapped_breaker *self = calloc(1, sizeof(*self));
	if (!self)
		return ERR_MEMORY;
	self->limits = *limits;
	int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	enum err err = fd < 0 ? ERR_SYSTEM_HERE() : shared_map(fd, &self->shared);
	if (fd >= 0) {
		flock(fd, LOCK_UN); /* not by close: the mapping keeps the file open */
		close(fd);
	}
	if (err != OK) {
		free(self);
		return err;
	}
	*ret_breaker =
		(struct shared_breaker){.self = self, .ask = ask, .report = report, .look = look};
	return OK;
}

void
shared_breaker_close(struct shared_breaker *shared)
{
	struct mapped_breaker *self = shared->self;
	if (!self)
		return;
	munmap(self->shared, sizeof(*self->shared));
	free(self);
	shared->self = NULL;
}
