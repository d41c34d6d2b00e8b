/* SPDX-License-Identifier: MIT */
/* room_index_order - the orders of an index: for each sort its slots, ascending. */
#include "base/mem.h"
#include "domain/room/room_index_parts.h"

#include <string.h>

/* Compares texts by their weights: the shorter one goes on with spaces, as SQL's PAD SPACE has it. */
static int
weights_compare(const char *a, const char *b, const char *space)
{
	int order = 0;
	while (*a && *a == *b) {
		a++;
		b++;
	}
	if (*a && *b)
		return *a < *b ? -1 : 1;
	for (const char *rest = *a ? a : b; *rest && !order; rest += 4)
		order = strncmp(rest, space, 4);
	return *a ? order : -order;
}

static int
numbers_compare(uint64_t a, uint64_t b)
{
	return (a > b) - (a < b);
}

static int
key_compare(const struct room_index *index, enum room_sort sort, const struct entry *a,
            const struct entry *b)
{
	switch (sort) {
	case ROOM_SORT_PRICE: return numbers_compare(a->price, b->price);
	case ROOM_SORT_NAME:
		return weights_compare(entry_text(a, ENTRY_NAME_WEIGHTS),
		                       entry_text(b, ENTRY_NAME_WEIGHTS), index->space);
	case ROOM_SORT_CITY:
		return a->city == b->city ? 0
		                          : weights_compare(intern_text(&index->cities, a->city),
		                                            intern_text(&index->cities, b->city),
		                                            index->space);
	case ROOM_SORT_CAPACITY: return numbers_compare(a->capacity, b->capacity);
	case ROOM_SORT_ID:
	case ROOM_SORT_MAX: break;
	}
	return 0;
}

static int
slots_compare(const struct room_index *index, enum room_sort sort, uint32_t a, uint32_t b)
{
	const struct entry *of_a = index->entries[a], *of_b = index->entries[b];
	const int order = key_compare(index, sort, of_a, of_b);
	return order ? order : numbers_compare(of_a->id, of_b->id);
}

/* Where a slot is among the first n of an order, or would be. */
static size_t
place_of(const struct room_index *index, enum room_sort sort, size_t n, uint32_t slot)
{
	size_t low = 0, high = n;
	while (low < high) {
		const size_t middle = low + (high - low) / 2;
		if (slots_compare(index, sort, index->order[sort][middle], slot) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

void
room_index_order_add(struct room_index *index, uint32_t slot)
{
	for (enum room_sort sort = 0; sort < ROOM_SORT_MAX; sort++) {
		uint32_t *order = index->order[sort];
		const size_t at =
			index->unsorted ? index->n : place_of(index, sort, index->n, slot);
		memmove(order + at + 1, order + at, (index->n - at) * sizeof(*order));
		order[at] = slot;
	}
}

void
room_index_order_remove(struct room_index *index, uint32_t slot)
{
	for (enum room_sort sort = 0; sort < ROOM_SORT_MAX; sort++) {
		uint32_t *order = index->order[sort];
		const size_t at = place_of(index, sort, index->n, slot);
		memmove(order + at, order + at + 1, (index->n - at - 1) * sizeof(*order));
	}
}

struct sorting {
	const struct room_index *index;
	enum room_sort sort;
};

static int
sorting_compare(const void *a, const void *b, void *arg)
{
	const struct sorting *sorting = arg;
	return slots_compare(sorting->index, sorting->sort, *(const uint32_t *)a,
	                     *(const uint32_t *)b);
}

void
room_index_sort(struct room_index *index)
{
	for (enum room_sort sort = 0; index->unsorted && sort < ROOM_SORT_MAX; sort++)
		qsort_r(index->order[sort], index->n, sizeof(*index->order[sort]), sorting_compare,
		        &(struct sorting){index, sort});
	index->unsorted = false;
}

/* The place of the first room with at least this number, in the order of the numbers. */
static size_t
place_of_id(const struct room_index *index, uint64_t id)
{
	size_t low = 0, high = index->n;
	while (low < high) {
		const size_t middle = low + (high - low) / 2;
		if (index->entries[index->order[ROOM_SORT_ID][middle]]->id < id)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

size_t
room_index_city_begin(const struct room_index *index, uint32_t city)
{
	const char *weights = intern_text(&index->cities, city);
	size_t low = 0, high = index->n;
	while (low < high) {
		const size_t middle = low + (high - low) / 2;
		const uint32_t slot = index->order[ROOM_SORT_CITY][middle];
		if (weights_compare(intern_text(&index->cities, index->entries[slot]->city),
		                    weights, index->space) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

bool
room_index_find(const struct room_index *index, uint64_t id, uint32_t *ret_slot)
{
	const size_t at = place_of_id(index, id);
	if (at == index->n || index->entries[index->order[ROOM_SORT_ID][at]]->id != id)
		return false;
	*ret_slot = index->order[ROOM_SORT_ID][at];
	return true;
}

bool
room_index_next(const struct room_index *index, uint64_t after, uint64_t *ret_id)
{
	const size_t at = after < UINT64_MAX ? place_of_id(index, after + 1) : index->n;
	if (at == index->n)
		return false;
	*ret_id = index->entries[index->order[ROOM_SORT_ID][at]]->id;
	return true;
}
