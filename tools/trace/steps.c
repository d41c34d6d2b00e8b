/* steps - what happened to a booking, in order. */
#include "tools/trace/steps.h"

#include <stdlib.h>
#include <string.h>

enum err
steps_add(struct steps *steps, const struct step *step)
{
	if (steps->n == steps->size) {
		size_t size = steps->size ? steps->size * 2 : 32;
		struct step *list = reallocarray(steps->list, size, sizeof(*list));
		if (!list)
			return ERR_MEMORY;
		steps->list = list;
		steps->size = size;
	}
	steps->list[steps->n++] = *step;
	return OK;
}

static int
compare(const void *left, const void *right)
{
	const struct step *a = left, *b = right;
	if (!a->at != !b->at)
		return a->at ? -1 : 1;
	if (a->at != b->at)
		return a->at < b->at ? -1 : 1;
	if (a->rank != b->rank)
		return a->rank < b->rank ? -1 : 1;
	int order = strcmp(a->event_id, b->event_id);
	return order ? order : strcmp(a->what, b->what);
}

void
steps_sort(struct steps *steps)
{
	if (steps->n)
		qsort(steps->list, steps->n, sizeof(*steps->list), compare);
}

void
steps_done(struct steps *steps)
{
	free(steps->list);
}
