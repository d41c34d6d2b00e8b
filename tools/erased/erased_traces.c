/* SPDX-License-Identifier: MIT */
/* erased_traces - the steps in the databases of the contexts that follow: mypage and alarm. */
#include "adapters/json/event.h"
#include "base/mem.h"
#include "base/text.h"
#include "tools/erased/erased_tool.h"

#include <stdlib.h>
#include <string.h>

/* Reads the next events of a file, at most EVENTS_MAX. */
static enum err
events_read(FILE *file, struct event events[EVENTS_MAX], size_t *ret_n)
{
	CLEANUP(free_p) char *line = NULL;
	size_t size = 0;
	ssize_t len = 0;
	enum err err = OK;
	for (*ret_n = 0; err == OK && *ret_n < EVENTS_MAX; *ret_n += err == OK) {
		len = getline(&line, &size, file);
		if (len < 0)
			return ferror(file) ? ERR_SYSTEM_HERE() : OK;
		err = event_read(line, strcspn(line, "\n"), &events[*ret_n]);
	}
	return err;
}

enum err
erased_events(const struct app *app, FILE *file, erased_apply *apply, uint64_t *ret_n)
{
	CLEANUP(free_p) struct event *events = calloc(EVENTS_MAX, sizeof(*events));
	size_t n = EVENTS_MAX;
	enum err err = events ? OK : ERR_MEMORY;
	*ret_n = 0;
	while (err == OK && n == EVENTS_MAX) {
		err = events_read(file, events, &n);
		if (err == OK && n)
			err = apply(app, events, n);
		*ret_n += err == OK ? n : 0;
	}
	return err;
}

enum err
erased_number_next(FILE *file, uint64_t *ret_number)
{
	char line[32];
	if (!fgets(line, sizeof(line), file))
		return ferror(file) ? ERR_SYSTEM_HERE() : ERR_NOT_FOUND;
	line[strcspn(line, "\n")] = '\0';
	return text_to_u64(line, INT64_MAX, ret_number);
}

enum err
erased_recipients(const struct app *app, FILE *accounts)
{
	const struct notification_store *store = app->notifications;
	uint64_t id;
	enum err err = OK;
	while (err == OK && (err = erased_number_next(accounts, &id)) == OK)
		err = store->recipient_erase(store->self, id);
	return err == ERR_NOT_FOUND ? OK : err;
}
