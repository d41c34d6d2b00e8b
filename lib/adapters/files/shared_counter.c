/* SPDX-License-Identifier: MIT */
/* shared_counter - a file of one number, mapped into memory. */
#include "adapters/files/shared_counter.h"

#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

enum err
shared_counter_open(const char *folder, const char *name, atomic_uint_fast64_t **ret_counter)
{
	char path[PATH_MAX];
	snprintf(path, sizeof(path), "%s/counter-%s", folder, name);
	int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (fd < 0)
		return ERR_SYSTEM_HERE();
	void *memory = MAP_FAILED;
	if (ftruncate(fd, sizeof(**ret_counter)) == 0)
		memory = mmap(NULL, sizeof(**ret_counter), PROT_READ | PROT_WRITE, MAP_SHARED, fd,
		              0);
	enum err err = memory == MAP_FAILED ? ERR_SYSTEM_HERE() : OK;
	close(fd);
	if (err == OK)
		*ret_counter = memory;
	return err;
}

void
shared_counter_close(atomic_uint_fast64_t *counter)
{
	if (counter)
		munmap(counter, sizeof(*counter));
}
