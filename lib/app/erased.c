/* SPDX-License-Identifier: MIT */
#include "app/erased.h"

#include "app/app.h"

enum err
erased_keep(const struct app *app, bool *ret_more)
{
	const struct erased_notes *notes = app->erased_notes;
	const struct erased_list *list = app->erased_list;
	struct erased_note waiting[ERASED_MAX];
	uint64_t ids[ERASED_MAX];
	size_t n = 0;
	*ret_more = false;
	if (!list)
		return OK;
	enum err err = notes->waiting(notes->self, ERASED_MAX, waiting, &n);
	if (err == OK && n)
		err = list->append(list->self, waiting, n);
	for (size_t i = 0; i < n; i++)
		ids[i] = waiting[i].id;
	if (err == OK && n)
		err = notes->forget(notes->self, ids, n);
	*ret_more = err == OK && n == ERASED_MAX;
	return err;
}
