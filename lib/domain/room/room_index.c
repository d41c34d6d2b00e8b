/* SPDX-License-Identifier: MIT */
/* room_index - adds, changes and removes rooms and their taken nights. */
#include "domain/room/room_index.h"

#include "base/mem.h"
#include "domain/room/room_index_parts.h"

#include <string.h>

#define SLOTS_MIN BLOCK_BITS
/* What a slot takes in columns, orders and bitmaps. */
#define SLOT_BYTES                                                                            \
	(sizeof(struct entry *) + 2 * sizeof(uint32_t) + sizeof(uint64_t) + sizeof(uint8_t) + \
	 ROOM_SORT_MAX * sizeof(uint32_t) + (ROOM_INDEX_NIGHTS + 1) / 8)
#define ENTRY_OVERHEAD 16 /* of malloc(), for each entry */

/* ---- memory ---- */

enum err
room_index_new(day_t first, const char space_weights[5], size_t bytes_max,
               struct room_index **ret_index)
{
	struct room_index *index = calloc(1, sizeof(*index));
	if (!index)
		return ERR_MEMORY;
	index->first = first;
	index->bytes_max = bytes_max;
	memcpy(index->space, space_weights, sizeof(index->space));
	*ret_index = index;
	return OK;
}

void
room_index_free(struct room_index *index)
{
	if (!index)
		return;
	for (size_t slot = 0; slot < index->used; slot++)
		free(index->entries[slot]);
	for (size_t night = 0; night < ROOM_INDEX_NIGHTS; night++)
		free(index->taken[night]);
	for (enum room_sort sort = 0; sort < ROOM_SORT_MAX; sort++)
		free(index->order[sort]);
	free(index->vacant);
	free(index->entries);
	free(index->price);
	free(index->host);
	free(index->capacity);
	free(index->present);
	intern_done(&index->cities);
	free(index);
}

size_t
room_index_bytes(const struct room_index *index)
{
	return sizeof(*index) + index->cap * SLOT_BYTES + index->entry_bytes + index->cities.bytes;
}

/* Makes an array longer; what is new in it is 0. */
static enum err
array_grow(void *array, size_t item, size_t n, size_t more)
{
	char **items = array;
	char *grown = realloc(*items, (n + more) * item);
	if (!grown)
		return ERR_MEMORY;
	memset(grown + n * item, 0, more * item);
	*items = grown;
	return OK;
}

/* An array that has grown when another one could not is only longer than needed. */
static enum err
slots_grow(struct room_index *index)
{
	const size_t cap = index->cap;
	const size_t more = cap ? (cap / 2 + BLOCK_BITS - 1) / BLOCK_BITS * BLOCK_BITS : SLOTS_MIN;
	enum err err = OK;
	const struct {
		void *array;
		size_t item;
	} columns[] = {{&index->vacant, sizeof(*index->vacant)},
	               {&index->entries, sizeof(struct entry *)},
	               {&index->price, sizeof(*index->price)},
	               {&index->host, sizeof(*index->host)},
	               {&index->capacity, sizeof(*index->capacity)}};
	if (room_index_bytes(index) + more * SLOT_BYTES > index->bytes_max)
		return ERR_TOO_LARGE;
	for (size_t i = 0; err == OK && i < ARRAY_SIZE(columns); i++)
		err = array_grow(columns[i].array, columns[i].item, cap, more);
	for (enum room_sort sort = 0; err == OK && sort < ROOM_SORT_MAX; sort++)
		err = array_grow(&index->order[sort], sizeof(uint32_t), cap, more);
	if (err == OK)
		err = array_grow(&index->present, sizeof(uint64_t), cap / WORD_BITS,
		                 more / WORD_BITS);
	for (size_t night = 0; err == OK && night < ROOM_INDEX_NIGHTS; night++)
		err = array_grow(&index->taken[night], sizeof(uint64_t), cap / WORD_BITS,
		                 more / WORD_BITS);
	if (err == OK)
		index->cap += more;
	return err;
}

/* ---- entries ---- */

static enum err
entry_new(struct room_index *index, const struct room_index_row *row, struct entry **ret_entry)
{
	const struct room *room = row->room;
	const char *const texts[ENTRY_TEXT_MAX] = {
		[ENTRY_NAME] = room->name,    [ENTRY_DESCRIPTION] = room->description,
		[ENTRY_CITY] = room->city,    [ENTRY_NAME_WEIGHTS] = row->name_weights,
		[ENTRY_FOLDED] = row->folded,
	};
	size_t sizes[ENTRY_TEXT_MAX], at = 0;
	uint32_t city;
	enum err err = intern_add(&index->cities, row->city_weights, &city);
	if (err != OK)
		return err;
	for (size_t i = 0; i < ENTRY_TEXT_MAX; i++)
		at += sizes[i] = strlen(texts[i]) + 1;
	const size_t size = sizeof(struct entry) + at;
	struct entry *entry = calloc(1, size);
	if (!entry)
		return ERR_MEMORY;
	*entry = (struct entry){.id = room->id,
	                        .host_id = room->host_id,
	                        .version = room->version,
	                        .price = room->price,
	                        .created_at = room->created_at,
	                        .updated_at = room->updated_at,
	                        .capacity = room->capacity,
	                        .city = city,
	                        .size = (uint32_t)size};
	memcpy(entry->currency, room->currency, sizeof(entry->currency));
	memcpy(entry->language, room->language, sizeof(entry->language));
	at = 0;
	for (size_t i = 0; i < ENTRY_TEXT_MAX; i++) {
		entry->at[i] = (uint32_t)at;
		memcpy(entry->texts + at, texts[i], sizes[i]);
		at += sizes[i];
	}
	*ret_entry = entry;
	return OK;
}

static bool
entry_has(const struct entry *entry, enum entry_text text, const char *is)
{
	return strcmp(entry_text(entry, text), is) == 0;
}

static bool
entry_is(const struct room_index *index, const struct entry *entry,
         const struct room_index_row *row)
{
	const struct room *room = row->room;
	return entry->host_id == room->host_id && entry->version == room->version &&
	       entry->price == room->price && entry->created_at == room->created_at &&
	       entry->updated_at == room->updated_at && entry->capacity == room->capacity &&
	       strcmp(entry->currency, room->currency) == 0 &&
	       strcmp(entry->language, room->language) == 0 &&
	       strcmp(intern_text(&index->cities, entry->city), row->city_weights) == 0 &&
	       entry_has(entry, ENTRY_NAME, room->name) &&
	       entry_has(entry, ENTRY_CITY, room->city) &&
	       entry_has(entry, ENTRY_DESCRIPTION, room->description) &&
	       entry_has(entry, ENTRY_NAME_WEIGHTS, row->name_weights) &&
	       entry_has(entry, ENTRY_FOLDED, row->folded);
}

/* A price or capacity that no room can have is cut to one that no search asks for. */
static void
columns_set(struct room_index *index, uint32_t slot, const struct entry *entry)
{
	index->price[slot] = entry->price < UINT32_MAX ? (uint32_t)entry->price : UINT32_MAX;
	index->capacity[slot] = entry->capacity < UINT8_MAX ? (uint8_t)entry->capacity : UINT8_MAX;
	index->host[slot] = entry->host_id;
}

/* ---- rooms ---- */

static enum err
bytes_check(const struct room_index *index, const struct entry *entry)
{
	const size_t bytes = room_index_bytes(index) + entry->size + ENTRY_OVERHEAD;
	return bytes > index->bytes_max ? ERR_TOO_LARGE : OK;
}

static enum err
entry_add(struct room_index *index, struct entry *entry)
{
	const bool is_vacant = index->n_vacant > 0;
	enum err err = bytes_check(index, entry);
	if (err == OK && !is_vacant && index->used == index->cap)
		err = slots_grow(index);
	if (err != OK)
		return err;
	const uint32_t slot =
		is_vacant ? index->vacant[--index->n_vacant] : (uint32_t)index->used++;
	index->entries[slot] = entry;
	index->entry_bytes += entry->size + ENTRY_OVERHEAD;
	columns_set(index, slot, entry);
	room_index_order_add(index, slot);
	index->present[slot / WORD_BITS] |= UINT64_C(1) << slot % WORD_BITS;
	index->n++;
	return OK;
}

static enum err
entry_replace(struct room_index *index, uint32_t slot, struct entry *entry)
{
	struct entry *old = index->entries[slot];
	enum err err = bytes_check(index, entry);
	if (err != OK)
		return err;
	memcpy(entry->nights, old->nights, sizeof(entry->nights));
	room_index_order_remove(index, slot);
	index->n--;
	index->entries[slot] = entry;
	index->entry_bytes += entry->size;
	index->entry_bytes -= old->size;
	columns_set(index, slot, entry);
	room_index_order_add(index, slot);
	index->n++;
	free(old);
	return OK;
}

bool
room_index_has(const struct room_index *index, const struct room_index_row *row)
{
	uint32_t slot;
	return room_index_find(index, row->room->id, &slot) &&
	       entry_is(index, index->entries[slot], row);
}

enum err
room_index_put(struct room_index *index, const struct room_index_row *row)
{
	struct entry *entry;
	uint32_t slot;
	enum err err = entry_new(index, row, &entry);
	if (err != OK)
		return err;
	err = room_index_find(index, row->room->id, &slot) ? entry_replace(index, slot, entry)
	                                                   : entry_add(index, entry);
	if (err != OK)
		free(entry);
	return err;
}

enum err
room_index_append(struct room_index *index, const struct room_index_row *row)
{
	struct entry *entry;
	enum err err = entry_new(index, row, &entry);
	if (err != OK)
		return err;
	index->unsorted = true;
	err = entry_add(index, entry);
	if (err != OK)
		free(entry);
	return err;
}

/* Sets the bitmaps of a slot to these nights. */
static void
nights_set(struct room_index *index, uint32_t slot, const uint64_t nights[NIGHT_WORDS])
{
	uint64_t *old = index->entries[slot]->nights;
	for (size_t word = 0; word < NIGHT_WORDS; word++) {
		uint64_t differ = old[word] ^ nights[word];
		for (; differ; differ &= differ - 1) {
			const size_t night = word * WORD_BITS + (size_t)__builtin_ctzll(differ);
			index->taken[night][slot / WORD_BITS] ^= UINT64_C(1) << slot % WORD_BITS;
		}
		old[word] = nights[word];
	}
}

/* The nights of stays, as an entry has them. */
static void
nights_of(const struct room_index *index, const struct stay stays[], size_t n,
          uint64_t ret_nights[NIGHT_WORDS])
{
	const day_t end = index->first + ROOM_INDEX_NIGHTS;
	memset(ret_nights, 0, NIGHT_WORDS * sizeof(*ret_nights));
	for (size_t i = 0; i < n; i++) {
		day_t night = stays[i].start > index->first ? stays[i].start : index->first;
		for (; night < stays[i].end && night < end; night++) {
			const size_t at = night_position(night);
			ret_nights[at / WORD_BITS] |= UINT64_C(1) << at % WORD_BITS;
		}
	}
}

bool
room_index_remove(struct room_index *index, uint64_t id)
{
	static const uint64_t none[NIGHT_WORDS];
	uint32_t slot;
	if (!room_index_find(index, id, &slot))
		return false;
	nights_set(index, slot, none);
	room_index_order_remove(index, slot);
	index->n--;
	index->present[slot / WORD_BITS] &= ~(UINT64_C(1) << slot % WORD_BITS);
	index->entry_bytes -= index->entries[slot]->size + ENTRY_OVERHEAD;
	free(index->entries[slot]);
	index->entries[slot] = NULL;
	index->vacant[index->n_vacant++] = slot;
	return true;
}

bool
room_index_has_stays(const struct room_index *index, uint64_t id, const struct stay stays[],
                     size_t n)
{
	uint64_t nights[NIGHT_WORDS];
	uint32_t slot;
	nights_of(index, stays, n, nights);
	return !room_index_find(index, id, &slot) ||
	       memcmp(index->entries[slot]->nights, nights, sizeof(nights)) == 0;
}

void
room_index_set_stays(struct room_index *index, uint64_t id, const struct stay stays[], size_t n)
{
	uint64_t nights[NIGHT_WORDS];
	uint32_t slot;
	if (!room_index_find(index, id, &slot))
		return;
	nights_of(index, stays, n, nights);
	nights_set(index, slot, nights);
}

/* ---- the window ---- */

static void
night_clear(struct room_index *index, size_t at)
{
	memset(index->taken[at], 0, index->cap / WORD_BITS * sizeof(uint64_t));
	for (size_t slot = 0; slot < index->used; slot++)
		if (index->entries[slot])
			index->entries[slot]->nights[at / WORD_BITS] &=
				~(UINT64_C(1) << at % WORD_BITS);
}

void
room_index_move(struct room_index *index, day_t first)
{
	const day_t end =
		first < index->first + ROOM_INDEX_NIGHTS ? first : index->first + ROOM_INDEX_NIGHTS;
	for (day_t night = index->first; index->cap && night < end; night++)
		night_clear(index, night_position(night));
	if (first > index->first)
		index->first = first;
}

day_t
room_index_first(const struct room_index *index)
{
	return index->first;
}

bool
room_index_covers(const struct room_index *index, struct stay stay)
{
	return stay_nights(stay) <= 0 ||
	       (stay.start >= index->first && stay.end <= index->first + ROOM_INDEX_NIGHTS);
}

size_t
room_index_rooms(const struct room_index *index)
{
	return index->n;
}
