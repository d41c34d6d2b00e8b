/* SPDX-License-Identifier: MIT */
#include "tools/queues/erased_ids.h"

#include "adapters/json/event.h"
#include "base/mem.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ROOM_FIRST 1024 /* doubled when it is full */

static int
ids_compare(const void *a, const void *b)
{
	const uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
	return x < y ? -1 : x > y;
}

/* The arrays are of powers of two, so the number says when one is full. */
static enum err
id_add(struct erased_ids *erased, uint64_t id)
{
	const size_t n = erased->n;
	if (!n || (n >= ROOM_FIRST && (n & (n - 1)) == 0)) {
		uint64_t *more = realloc(erased->ids, (n ? 2 * n : ROOM_FIRST) * sizeof(*more));
		if (!more)
			return ERR_MEMORY;
		erased->ids = more;
	}
	erased->ids[erased->n++] = id;
	return OK;
}

enum err
erased_ids_read(const char *path, struct erased_ids *ret_erased)
{
	CLEANUP(free_p) struct event *event = malloc(sizeof(*event));
	CLEANUP(free_p) char *line = NULL;
	size_t size = 0;
	enum err err = event ? OK : ERR_MEMORY;
	FILE *file = fopen(path, "re");
	if (!file)
		return ERR_SYSTEM_HERE();
	while (err == OK && getline(&line, &size, file) >= 0) {
		err = event_read(line, strcspn(line, "\n"), event);
		if (err == OK)
			err = id_add(ret_erased, event->correlation_id);
	}
	if (err == OK && ferror(file))
		err = ERR_SYSTEM_HERE();
	fclose(file);
	if (ret_erased->n)
		qsort(ret_erased->ids, ret_erased->n, sizeof(*ret_erased->ids), ids_compare);
	return err;
}

void
erased_ids_done(struct erased_ids *erased)
{
	free(erased->ids);
	*erased = (struct erased_ids){.ids = NULL};
}

bool
erased_ids_have(const struct erased_ids *erased, uint64_t id)
{
	return id && erased->n &&
	       bsearch(&id, erased->ids, erased->n, sizeof(*erased->ids), ids_compare);
}
