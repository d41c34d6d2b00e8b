/* SPDX-License-Identifier: MIT */
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

#define BOOT_ID_LEN   36
#define BREAKER_MAGIC UINT64_C(0x32726b6272746c68)

/* The content of the file. The lock is robust: it stays usable if a process is killed that holds
 * it. A change of this struct needs a new LAYOUT, which is in the file's name: two versions of a
 * program that run at the same time must not share a file. */
#define LAYOUT 2
struct breaker_memory {
	uint64_t magic;
	char boot_id[40]; /* the monotonic clock starts anew at each boot */
	pthread_mutex_t lock;
	struct breaker breaker;
};

struct mapped_breaker {
	struct breaker_memory *memory;
	struct breaker_limits limits;
};

/* False: the lock cannot be used any more. A lock whose owner was killed can: every combination of
 * the breaker's numbers is a valid state, also a half-written one. */
static bool
lock(struct breaker_memory *memory)
{
	int failed = pthread_mutex_lock(&memory->lock);
	if (failed == EOWNERDEAD) {
		failed = pthread_mutex_consistent(&memory->lock);
		if (failed)
			pthread_mutex_unlock(&memory->lock);
	}
	return !failed;
}

static enum breaker_permit
permit(void *self)
{
	struct mapped_breaker *mapped = self;
	if (!lock(mapped->memory))
		return BREAKER_PERMITTED; /* as without a breaker: the call has its deadline still */
	enum breaker_permit granted =
		breaker_permit_call(&mapped->memory->breaker, &mapped->limits, monotonic_ms());
	pthread_mutex_unlock(&mapped->memory->lock);
	return granted;
}

static void
report(void *self, enum breaker_permit granted, bool success)
{
	struct mapped_breaker *mapped = self;
	if (!lock(mapped->memory))
		return;
	breaker_report(&mapped->memory->breaker, &mapped->limits, granted, success, monotonic_ms());
	pthread_mutex_unlock(&mapped->memory->lock);
}

static void
recover(void *self)
{
	struct mapped_breaker *mapped = self;
	if (!lock(mapped->memory))
		return;
	breaker_recover(&mapped->memory->breaker, monotonic_ms());
	pthread_mutex_unlock(&mapped->memory->lock);
}

static void
read_state(void *self, struct breaker *ret_breaker)
{
	struct mapped_breaker *mapped = self;
	*ret_breaker = (struct breaker){.state = BREAKER_CLOSED};
	if (!lock(mapped->memory))
		return;
	*ret_breaker = mapped->memory->breaker;
	pthread_mutex_unlock(&mapped->memory->lock);
}

static void
breaker_change(const struct shared_breaker *shared,
               void (*change)(struct breaker *, int64_t now_ms))
{
	struct mapped_breaker *self = shared->self;
	if (!lock(self->memory))
		return;
	change(&self->memory->breaker, monotonic_ms());
	pthread_mutex_unlock(&self->memory->lock);
}

void
shared_breaker_force(const struct shared_breaker *shared)
{
	breaker_change(shared, breaker_force);
}

void
shared_breaker_reset(const struct shared_breaker *shared)
{
	breaker_change(shared, breaker_reset);
}

static void
boot_id_read(char ret_id[40])
{
	memset(ret_id, 0, 40);
	int fd = open("/proc/sys/kernel/random/boot_id", O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return;
	if (read(fd, ret_id, BOOT_ID_LEN) != BOOT_ID_LEN)
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

/* Makes the file a breaker unless it is one of this boot whose lock can be used. Called with the file locked. A breaker
 * that the operator forced open stays forced after a reboot. */
static enum err
memory_init(struct breaker_memory *memory)
{
	char boot_id[40];
	boot_id_read(boot_id);
	bool is_breaker = memory->magic == BREAKER_MAGIC;
	if (is_breaker && !memcmp(memory->boot_id, boot_id, sizeof(boot_id)) && lock(memory)) {
		pthread_mutex_unlock(&memory->lock);
		return OK;
	}
	bool forced = is_breaker && memory->breaker.state == BREAKER_FORCED;
	memset(memory, 0, sizeof(*memory));
	enum err err = lock_init(&memory->lock);
	if (err != OK)
		return err;
	memory->breaker.since_ms = monotonic_ms();
	if (forced)
		memory->breaker.state = BREAKER_FORCED;
	memcpy(memory->boot_id, boot_id, sizeof(boot_id));
	memory->magic = BREAKER_MAGIC;
	return OK;
}

static enum err
memory_map(int fd, struct breaker_memory **ret_memory)
{
	if (flock(fd, LOCK_EX) || ftruncate(fd, sizeof(struct breaker_memory)))
		return ERR_SYSTEM_HERE();
	struct breaker_memory *memory =
		mmap(NULL, sizeof(*memory), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (memory == MAP_FAILED)
		return ERR_SYSTEM_HERE();
	enum err err = memory_init(memory);
	if (err != OK) {
		munmap(memory, sizeof(*memory));
		return err;
	}
	*ret_memory = memory;
	return OK;
}

static void
breaker_path(const char *folder, const char *name, char path[PATH_MAX])
{
	snprintf(path, PATH_MAX, "%s/breaker-%s.%d", folder, name, LAYOUT);
}

bool
shared_breaker_exists(const char *folder, const char *name)
{
	char path[PATH_MAX];
	breaker_path(folder, name, path);
	return access(path, F_OK) == 0;
}

enum err
shared_breaker_open(const char *folder, const char *name, const struct breaker_limits *limits,
                    struct shared_breaker *ret_breaker)
{
	char path[PATH_MAX];
	breaker_path(folder, name, path);
	struct mapped_breaker *self = calloc(1, sizeof(*self));
	if (!self)
		return ERR_MEMORY;
	self->limits = *limits;
	int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	enum err err = fd < 0 ? ERR_SYSTEM_HERE() : memory_map(fd, &self->memory);
	if (fd >= 0) {
		flock(fd, LOCK_UN); /* not by close: the mapping keeps the file open */
		close(fd);
	}
	if (err != OK) {
		free(self);
		return err;
	}
	*ret_breaker = (struct shared_breaker){.self = self,
	                                       .permit = permit,
	                                       .report = report,
	                                       .recover = recover,
	                                       .read = read_state};
	return OK;
}

void
shared_breaker_close(struct shared_breaker *shared)
{
	struct mapped_breaker *self = shared->self;
	if (!self)
		return;
	munmap(self->memory, sizeof(*self->memory));
	free(self);
	shared->self = NULL;
}
