/* SPDX-License-Identifier: MIT */
/* intern - numbers for texts: a hash table with linear probing, at most half full. */
#include "base/intern.h"

#include <stdlib.h>
#include <string.h>

#define SLOTS_MIN 64

/* FNV-1a, 64 bits (Fowler, Noll, Vo). */
static uint64_t
hash_of(const char *text)
{
	uint64_t hash = UINT64_C(14695981039346656037);
	for (; *text; text++)
		hash = (hash ^ (unsigned char)*text) * UINT64_C(1099511628211);
	return hash;
}

/* Where the text is, or would be. There is always a free slot. */
static size_t
slot_of(const struct intern *intern, const char *text)
{
	size_t at = (size_t)hash_of(text) & (intern->n_slots - 1);
	while (intern->slots[at] && strcmp(intern->texts[intern->slots[at] - 1], text) != 0)
		at = (at + 1) & (intern->n_slots - 1);
	return at;
}

static enum err
slots_grow(struct intern *intern)
{
	const size_t n = intern->n_slots ? 2 * intern->n_slots : SLOTS_MIN;
	uint32_t *slots = calloc(n, sizeof(*slots));
	if (!slots)
		return ERR_MEMORY;
	free(intern->slots);
	intern->bytes += (n - intern->n_slots) * sizeof(*slots);
	intern->slots = slots;
	intern->n_slots = n;
	for (size_t i = 0; i < intern->n; i++)
		slots[slot_of(intern, intern->texts[i])] = (uint32_t)i + 1;
	return OK;
}

static enum err
texts_grow(struct intern *intern)
{
	const size_t cap = intern->cap ? 2 * intern->cap : SLOTS_MIN / 2;
	char **texts = realloc(intern->texts, cap * sizeof(*texts));
	if (!texts)
		return ERR_MEMORY;
	intern->bytes += (cap - intern->cap) * sizeof(*texts);
	intern->texts = texts;
	intern->cap = cap;
	return OK;
}

enum err
intern_add(struct intern *intern, const char *text, uint32_t *ret_number)
{
	enum err err = OK;
	if (2 * (intern->n + 1) > intern->n_slots)
		err = slots_grow(intern);
	if (err == OK && intern->n == intern->cap)
		err = texts_grow(intern);
	if (err != OK)
		return err;
	uint32_t *slot = &intern->slots[slot_of(intern, text)];
	if (!*slot) {
		char *copy = strdup(text);
		if (!copy)
			return ERR_MEMORY;
		intern->bytes += strlen(text) + 1;
		intern->texts[intern->n++] = copy;
		*slot = (uint32_t)intern->n;
	}
	*ret_number = *slot;
	return OK;
}

uint32_t
intern_find(const struct intern *intern, const char *text)
{
	return intern->n ? intern->slots[slot_of(intern, text)] : 0;
}

const char *
intern_text(const struct intern *intern, uint32_t number)
{
	return intern->texts[number - 1];
}

void
intern_done(struct intern *intern)
{
	for (size_t i = 0; i < intern->n; i++)
		free(intern->texts[i]);
	free(intern->texts);
	free(intern->slots);
	*intern = (struct intern){0};
}
