/* SPDX-License-Identifier: MIT */
#include "app/audit.h"

#include "app/app.h"

void
audit_paces_init(struct audit_paces *paces)
{
	*paces = (struct audit_paces){.of = {{0}}};
	pthread_mutex_init(&paces->lock, NULL); /* cannot fail on Linux */
}

static bool
pace_take(struct audit_paces *paces, enum audit_what what, instant_t now, uint32_t *ret_missed)
{
	pthread_mutex_lock(&paces->lock);
	const bool may = audit_pace_take(&paces->of[what], what, now, ret_missed);
	pthread_mutex_unlock(&paces->lock);
	return may;
}

static void
pace_give_back(struct audit_paces *paces, enum audit_what what, uint32_t missed)
{
	pthread_mutex_lock(&paces->lock);
	audit_pace_give_back(&paces->of[what], missed);
	pthread_mutex_unlock(&paces->lock);
}

enum err
audit_note(const struct app *app, const struct audit_entry *entry)
{
	struct audit_entry written = *entry;
	if (!app->audit || !pace_take(app->audit_paces, entry->what, app->now(), &written.missed))
		return OK;
	enum err err = app->audit->add(app->audit->self, &written);
	if (err != OK)
		pace_give_back(app->audit_paces, entry->what, written.missed);
	return err;
}
