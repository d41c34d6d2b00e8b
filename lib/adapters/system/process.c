/* SPDX-License-Identifier: MIT */
/* process - what a process uses: time, memory, descriptors; and what its disk has left. */
#include "adapters/system/process.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/statvfs.h>
#include <time.h>
#include <unistd.h>

/* The folder lists itself, its parent and the descriptor that reads it, too. */
static void
descriptors_metrics(struct metrics *to)
{
	struct rlimit limit;
	uint64_t n = 0;
	DIR *folder = opendir("/proc/self/fd");
	if (folder) {
		while (readdir(folder))
			n++;
		closedir(folder);
		METRIC(to, METRIC_PROCESS_FDS, n > 3 ? n - 3 : 0);
	}
	if (getrlimit(RLIMIT_NOFILE, &limit) == 0)
		METRIC(to, METRIC_PROCESS_FDS_MAX, limit.rlim_cur);
}

/* The second number of statm: pages in memory. */
static void
memory_metrics(struct metrics *to)
{
	char line[128];
	FILE *file = fopen("/proc/self/statm", "re");
	if (!file)
		return;
	const char *second = fgets(line, sizeof(line), file) ? strchr(line, ' ') : NULL;
	if (second)
		METRIC(to, METRIC_PROCESS_MEMORY,
		       strtoull(second, NULL, 10) * (uint64_t)sysconf(_SC_PAGESIZE));
	fclose(file);
}

static void
disk_metrics(const char *folder, struct metrics *to)
{
	struct statvfs disk;
	if (statvfs(folder, &disk) != 0)
		return;
	METRIC(to, METRIC_DISK_AVAILABLE, disk.f_bavail * disk.f_frsize);
	METRIC(to, METRIC_DISK_SIZE, disk.f_blocks * disk.f_frsize);
}

void
process_metrics(instant_t start, const char *folder, struct metrics *to)
{
	struct timespec used;
	if (clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used) == 0)
		METRIC_MS(to, METRIC_PROCESS_CPU, used.tv_sec * 1000 + used.tv_nsec / 1000000);
	descriptors_metrics(to);
	memory_metrics(to);
	METRIC_MS(to, METRIC_PROCESS_START, start);
	disk_metrics(folder, to);
}
