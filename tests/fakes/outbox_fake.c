/* SPDX-License-Identifier: MIT */
/* outbox_fake - an outbox in memory. */
#include "tests/fakes/outbox_fake.h"

#include <stdlib.h>
#include <string.h>

void
outbox_fake_init(struct outbox_fake *fake)
{
	*fake = (struct outbox_fake){.mutex = PTHREAD_MUTEX_INITIALIZER};
}

void
outbox_fake_done(struct outbox_fake *fake)
{
	for (size_t i = 0; i < fake->n; i++)
		free(fake->rows[i].row.body);
	fake->n = 0;
}

enum err
outbox_fake_put(struct outbox_fake *fake, const struct event *event, const char *body)
{
	char *copy = strdup(body);
	if (!copy)
		return ERR_MEMORY;
	pthread_mutex_lock(&fake->mutex);
	const bool full = fake->n == OUTBOX_FAKE_MAX;
	if (!full) {
		struct outbox_row *row = &fake->rows[fake->n].row;
		fake->rows[fake->n] = (struct outbox_fake_row){.owner = ""};
		*row = (struct outbox_row){.id = ++fake->n,
		                           .type = event->type,
		                           .correlation_id = event->correlation_id,
		                           .time = event->time,
		                           .body = copy,
		                           .body_len = strlen(copy)};
		memcpy(row->message_id, event->id, sizeof(row->message_id));
	}
	pthread_mutex_unlock(&fake->mutex);
	if (full)
		free(copy);
	return full ? ERR_TOO_MANY : OK;
}

void
outbox_fake_pass(struct outbox_fake *fake, uint32_t ms)
{
	pthread_mutex_lock(&fake->mutex);
	fake->now += ms;
	pthread_mutex_unlock(&fake->mutex);
}

static bool
is_claimable(const struct outbox_fake *fake, const struct outbox_fake_row *row)
{
	return !row->confirmed && (!row->owner[0] || row->leased_until <= fake->now);
}

/* Copies the row with its body. Whether there was memory. */
static bool
row_copy(const struct outbox_row *row, struct outbox_row *ret_row)
{
	*ret_row = *row;
	ret_row->body = strdup(row->body);
	return ret_row->body;
}

static enum err
outbox_fake_claim(void *self, const char *owner, uint32_t lease_s, size_t max,
                  struct outbox_row ret_rows[], size_t *ret_n)
{
	struct outbox_fake *fake = self;
	size_t n = 0;
	pthread_mutex_lock(&fake->mutex);
	const enum err err = fake->fails;
	for (size_t i = 0; err == OK && i < fake->n && n < max; i++) {
		struct outbox_fake_row *row = &fake->rows[i];
		if (!is_claimable(fake, row) || !row_copy(&row->row, &ret_rows[n]))
			continue;
		n++;
		memccpy(row->owner, owner, '\0', sizeof(row->owner) - 1);
		row->leased_until = fake->now + (instant_t)lease_s * 1000;
	}
	pthread_mutex_unlock(&fake->mutex);
	if (err == OK)
		*ret_n = n;
	return err;
}

/* owner NULL: confirms the rows of any owner; otherwise releases those of the owner. */
static enum err
ids_apply(struct outbox_fake *fake, const char *owner, const uint64_t ids[], size_t n)
{
	pthread_mutex_lock(&fake->mutex);
	const enum err err = fake->fails;
	for (size_t i = 0; err == OK && i < n; i++) {
		struct outbox_fake_row *row = &fake->rows[ids[i] - 1];
		if (!owner)
			row->confirmed = true;
		else if (strcmp(row->owner, owner) == 0)
			row->owner[0] = '\0';
	}
	pthread_mutex_unlock(&fake->mutex);
	return err;
}

static enum err
outbox_fake_confirm(void *self, const uint64_t ids[], size_t n)
{
	return ids_apply(self, NULL, ids, n);
}

static enum err
outbox_fake_release(void *self, const char *owner, const uint64_t ids[], size_t n)
{
	return ids_apply(self, owner, ids, n);
}

static enum err
outbox_fake_backlog(void *self, uint64_t *ret_rows, instant_t *ret_oldest)
{
	struct outbox_fake *fake = self;
	pthread_mutex_lock(&fake->mutex);
	const enum err err = fake->fails;
	*ret_rows = 0;
	*ret_oldest = 0;
	for (size_t i = 0; i < fake->n; i++) {
		const struct outbox_fake_row *row = &fake->rows[i];
		if (row->confirmed)
			continue;
		if (!*ret_rows || row->row.time < *ret_oldest)
			*ret_oldest = row->row.time;
		(*ret_rows)++;
	}
	pthread_mutex_unlock(&fake->mutex);
	return err;
}

struct outbox
outbox_fake_port(struct outbox_fake *fake)
{
	return (struct outbox){
		.self = fake,
		.claim = outbox_fake_claim,
		.confirm = outbox_fake_confirm,
		.release = outbox_fake_release,
		.backlog = outbox_fake_backlog,
	};
}
