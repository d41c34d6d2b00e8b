/* SPDX-License-Identifier: MIT */
#include "tests/fakes/erased_fake.h"

#include <assert.h>
#include <string.h>

void
erased_notes_fake_add(struct erased_notes_fake *fake, const struct erased *erased)
{
	assert(fake->n < ERASED_FAKE_MAX);
	fake->notes[fake->n].id = ++fake->last_id;
	erased_write(erased, fake->notes[fake->n++].line);
}

static enum err
waiting(void *self, size_t max, struct erased_note ret_notes[], size_t *ret_n)
{
	const struct erased_notes_fake *fake = self;
	size_t n = 0;
	for (; n < fake->n && n < max; n++)
		ret_notes[n] = fake->notes[n];
	*ret_n = n;
	return fake->fails;
}

static bool
is_in(const uint64_t ids[], size_t n, uint64_t id)
{
	for (size_t i = 0; i < n; i++)
		if (ids[i] == id)
			return true;
	return false;
}

static enum err
forget(void *self, const uint64_t ids[], size_t n)
{
	struct erased_notes_fake *fake = self;
	size_t left = 0;
	if (fake->fails)
		return fake->fails;
	for (size_t i = 0; i < fake->n; i++)
		if (!is_in(ids, n, fake->notes[i].id))
			fake->notes[left++] = fake->notes[i];
	fake->n = left;
	return OK;
}

struct erased_notes
erased_notes_fake_port(struct erased_notes_fake *fake)
{
	return (struct erased_notes){.self = fake, .waiting = waiting, .forget = forget};
}

static enum err
append(void *self, const struct erased_note notes[], size_t n)
{
	struct erased_list_fake *fake = self;
	if (fake->fails)
		return fake->fails;
	assert(fake->n + n <= ERASED_FAKE_MAX);
	for (size_t i = 0; i < n; i++)
		strcpy(fake->lines[fake->n++], notes[i].line);
	return OK;
}

struct erased_list
erased_list_fake_port(struct erased_list_fake *fake)
{
	return (struct erased_list){.self = fake, .append = append};
}
