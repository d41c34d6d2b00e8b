/* SPDX-License-Identifier: MIT */
/*
 * erased - the list of what was erased, which a restore applies before anything starts.
 *
 * An erasure stores its line with the change, as an event is stored; a job of the worker appends it to the
 * list. The list is kept apart from what backups have, so it survives the restore of one.
 */
#ifndef APP_ERASED_H
#define APP_ERASED_H

#include "domain/erased.h"

struct app;

#define ERASED_MAX      200  /* lines that one round appends */
#define ERASED_EVERY_MS 1000 /* between rounds, once there is nothing more */

/* A line that waits. */
struct erased_note {
	uint64_t id;
	char line[ERASED_LINE_SIZE];
};

/* The lines of a context that wait. What holds for all ports is in app/ports.h. */
struct erased_notes {
	void *self;

	/* Up to max lines, oldest first. They go on waiting. */
	enum err (*waiting)(void *self, size_t max, struct erased_note ret_notes[], size_t *ret_n);

	/* Removes lines that are in the list; those that are gone are skipped. */
	enum err (*forget)(void *self, const uint64_t ids[], size_t n);
};

/* The list. */
struct erased_list {
	void *self;

	/* Appends the lines; on OK they survive a loss of power. ERR_SYSTEM: none of them is to be
	 * believed to be there. */
	enum err (*append)(void *self, const struct erased_note notes[], size_t n);
};

/*
 * Moves a round of lines to the list; without a list they wait. Ended in between, it leaves lines that are
 * there twice, which says nothing else. ret_more: there may be more right now. As the ports' functions.
 */
MUST_CHECK enum err erased_keep(const struct app *app, bool *ret_more);

#endif
