/* SPDX-License-Identifier: MIT */
#include "adapters/files/erased_file.h"

#include "base/buf.h"
#include "base/mem.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#define PATH_SIZE 512

static void
fd_close(const int *fd)
{
	if (*fd >= 0)
		close(*fd);
}

/* Begins a new line behind one that was cut off. */
static enum err
line_begin(int fd, off_t size, struct buf *text)
{
	char last = '\n';
	if (size && pread(fd, &last, 1, size - 1) != 1)
		return ERR_SYSTEM_HERE();
	return last == '\n' ? OK : buf_add(text, "\n", 1);
}

static enum err
text_write(int fd, const struct buf *text)
{
	for (size_t done = 0; done < text->len;) {
		const ssize_t n = write(fd, text->data + done, text->len - done);
		if (n < 0 && errno != EINTR)
			return ERR_SYSTEM_HERE();
		done += n > 0 ? (size_t)n : 0;
	}
	return fsync(fd) == 0 ? OK : ERR_SYSTEM_HERE();
}

/* A file that is new is in its folder only when the folder is on the disk, too. */
static enum err
folder_sync(const char *path)
{
	char folder[PATH_SIZE];
	const char *slash = strrchr(path, '/');
	if (slash)
		snprintf(folder, sizeof(folder), "%.*s", slash == path ? 1 : (int)(slash - path),
		         path);
	CLEANUP(fd_close)
	int fd = open(slash ? folder : ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	return fd >= 0 && fsync(fd) == 0 ? OK : ERR_SYSTEM_HERE();
}

/* What a full disk took of the lines is cut off again. */
static enum err
append_locked(int fd, const char *path, const struct erased_note notes[], size_t n)
{
	CLEANUP(buf_done) struct buf text = BUF_INIT(n * (ERASED_LINE_SIZE + 1) + 1);
	struct stat is;
	enum err err = fstat(fd, &is) == 0 ? OK : ERR_SYSTEM_HERE();
	if (err == OK)
		err = line_begin(fd, is.st_size, &text);
	for (size_t i = 0; err == OK && i < n; i++)
		err = buf_addf(&text, "%s\n", notes[i].line);
	if (err != OK)
		return err;
	err = text_write(fd, &text);
	if (err != OK && ftruncate(fd, is.st_size) != 0)
		err = ERR_SYSTEM_HERE();
	return err == OK && !is.st_size ? folder_sync(path) : err;
}

static enum err
append(void *self, const struct erased_note notes[], size_t n)
{
	const char *path = self;
	CLEANUP(fd_close) int fd = open(path, O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
	if (fd < 0 || flock(fd, LOCK_EX) != 0)
		return ERR_SYSTEM_HERE();
	return append_locked(fd, path, notes, n);
}

struct erased_list
erased_file_port(const char *path)
{
	return (struct erased_list){.self = (void *)path, .append = append};
}

enum err
erased_file_read(const char *path, erased_visit *visit, void *arg, uint64_t *ret_unreadable)
{
	CLEANUP(free_p) char *line = NULL;
	size_t size = 0;
	enum err err = OK;
	FILE *file = fopen(path, "re");
	*ret_unreadable = 0;
	if (!file)
		return errno == ENOENT ? OK : ERR_SYSTEM_HERE();
	while (err == OK && getline(&line, &size, file) >= 0) {
		struct erased erased;
		if (erased_read(line, &erased) == OK)
			err = visit(arg, &erased);
		else
			++*ret_unreadable;
	}
	if (err == OK && ferror(file))
		err = ERR_SYSTEM_HERE();
	fclose(file);
	return err;
}
