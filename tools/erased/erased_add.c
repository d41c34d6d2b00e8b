/* SPDX-License-Identifier: MIT */
/* erased_add - takes over the list of another machine. */
#include "adapters/files/erased_file.h"
#include "base/mem.h"
#include "tools/erased/erased_tool.h"

#include <search.h>
#include <stdlib.h>
#include <string.h>

/* The lines that are known: a tree of <search.h>. */
struct known {
	void *root;
};

static int
lines_compare(const void *a, const void *b)
{
	return strcmp(a, b);
}

static void
known_done(struct known *known)
{
	while (known->root) {
		char *line = *(char **)known->root;
		tdelete(line, &known->root, lines_compare);
		free(line);
	}
}

/* ret_new: it was not known before. */
static enum err
known_add(struct known *known, const struct erased *erased, bool *ret_new)
{
	char *line = malloc(ERASED_LINE_SIZE);
	if (!line)
		return ERR_MEMORY;
	erased_write(erased, line);
	char **found = tsearch(line, &known->root, lines_compare);
	*ret_new = found && *found == line;
	if (!*ret_new)
		free(line);
	return found ? OK : ERR_MEMORY;
}

static enum err
known_visit(void *arg, const struct erased *erased)
{
	bool is_new;
	return known_add(arg, erased, &is_new);
}

static enum err
line_add(const char *path, struct known *known, const struct erased *erased, uint64_t *n)
{
	const struct erased_list list = erased_file_port(path);
	struct erased_note note = {.id = 0};
	bool is_new;
	enum err err = known_add(known, erased, &is_new);
	if (err != OK || !is_new)
		return err;
	erased_write(erased, note.line);
	err = list.append(list.self, &note, 1);
	*n += err == OK;
	return err;
}

enum err
erased_add(const char *path, FILE *file, enum erased_kind kind, uint64_t *ret_n,
           uint64_t *ret_unreadable)
{
	CLEANUP(known_done) struct known known = {.root = NULL};
	CLEANUP(free_p) char *line = NULL;
	size_t size = 0;
	*ret_n = 0;
	enum err err = erased_file_read(path, known_visit, &known, ret_unreadable);
	*ret_unreadable = 0;
	while (err == OK && getline(&line, &size, file) >= 0) {
		struct erased erased;
		if (erased_read(line, &erased) != OK)
			++*ret_unreadable;
		else if (erased.kind == kind)
			err = line_add(path, &known, &erased, ret_n);
	}
	return err == OK && ferror(file) ? ERR_SYSTEM_HERE() : err;
}
