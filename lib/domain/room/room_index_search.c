/* SPDX-License-Identifier: MIT */
/* room_index_search - which rooms of an index a search finds, how many, and a page of them. */
#include "base/mem.h"
#include "domain/room/room_index_parts.h"

#include <string.h>

/* ---- the rooms that are left, as bits ---- */

/* A block is a number of words that is known beforehand: the compiler makes vector instructions of it. */
static void
block_take_away(uint64_t *restrict left, const uint64_t *restrict taken)
{
	for (size_t i = 0; i < BLOCK; i++)
		left[i] &= ~taken[i];
}

/* Those that are free for all nights. */
static void
nights_apply(const struct room_index *index, struct stay stay, uint64_t *left, size_t n_words)
{
	memcpy(left, index->present, n_words * sizeof(*left));
	for (day_t night = stay.start; night < stay.end; night++) {
		const uint64_t *taken = index->taken[night_position(night)];
		for (size_t word = 0; word < n_words; word += BLOCK)
			block_take_away(left + word, taken + word);
	}
}

/* Eight bytes that are 0 or 1 as eight bits: the product moves each into the highest byte. */
static uint64_t
bits_of(const uint8_t bytes[8])
{
	uint64_t all;
	memcpy(&all, bytes, sizeof(all));
	return all * UINT64_C(0x0102040810204080) >> 56;
}

static uint64_t
word_of(const uint8_t bytes[WORD_BITS])
{
	uint64_t word = 0;
	for (size_t i = 0; i < WORD_BITS / 8; i++)
		word |= bits_of(bytes + 8 * i) << 8 * i;
	return word;
}

/* Whether a word has at most four bits, which are faster looked at one by one. */
static bool
is_sparse(uint64_t word)
{
	for (int i = 0; i < 4; i++)
		word &= word - 1; /* without its lowest bit; 0 stays 0 */
	return !word;
}

/* Those that are free for one stay of a choice at least. free_of_one has as much space as left. */
static void
choice_apply(const struct room_index *index, const struct stay_choice *choice, uint64_t *left,
             uint64_t *free_of_one, size_t n_words)
{
	memset(left, 0, n_words * sizeof(*left));
	for (size_t i = 0; i < choice->n; i++) {
		nights_apply(index, choice->stays[i], free_of_one, n_words);
		for (size_t word = 0; word < n_words; word++)
			left[word] |= free_of_one[word];
	}
}

/* Keeps the bits of slots of which `fits` is true. All slots of a word are compared without a branch, so that the compiler
 * makes vector instructions of it. */
#define KEEP(fits)                                                                        \
	for (size_t word = 0; word < n_words; word++) {                                   \
		uint8_t kept[WORD_BITS];                                                  \
		if (is_sparse(left[word])) {                                              \
			for (uint64_t bits = left[word]; bits; bits &= bits - 1) {        \
				const size_t slot =                                       \
					word * WORD_BITS + (size_t)__builtin_ctzll(bits); \
				left[word] ^= (fits) ? 0 : bits & -bits;                  \
			}                                                                 \
			continue;                                                         \
		}                                                                         \
		for (size_t bit = 0; bit < WORD_BITS; bit++) {                            \
			const size_t slot = word * WORD_BITS + bit;                       \
			kept[bit] = (uint8_t)(fits);                                      \
		}                                                                         \
		left[word] &= word_of(kept);                                              \
	}

static void
price_apply(const struct room_index *index, money_t max_price, uint64_t *left, size_t n_words)
{
	const uint32_t *price = index->price;
	const uint32_t max = max_price < UINT32_MAX ? (uint32_t)max_price : UINT32_MAX;
	KEEP(price[slot] <= max)
}

static void
guests_apply(const struct room_index *index, uint32_t guests, uint64_t *left, size_t n_words)
{
	const uint8_t *capacity = index->capacity;
	KEEP(capacity[slot] >= guests)
}

static void
host_apply(const struct room_index *index, uint64_t host_id, uint64_t *left, size_t n_words)
{
	const uint64_t *host = index->host;
	KEEP(host[slot] == host_id)
}

static void
columns_apply(const struct room_index *index, const struct room_index_query *query, uint64_t *left,
              size_t n_words)
{
	if (query->max_price)
		price_apply(index, query->max_price, left, n_words);
	if (query->guests)
		guests_apply(index, query->guests, left, n_words);
	if (query->of_host)
		host_apply(index, query->host_id, left, n_words);
}

/* The rooms of a city are neighbours in the order of cities. */
static void
city_add(const struct room_index *index, const char *weights, uint64_t *bits)
{
	const uint32_t city = weights ? intern_find(&index->cities, weights) : 0;
	const uint32_t *order = index->order[ROOM_SORT_CITY];
	for (size_t i = city ? room_index_city_begin(index, city) : index->n;
	     i < index->n && index->entries[order[i]]->city == city; i++)
		bits[order[i] / WORD_BITS] |= UINT64_C(1) << order[i] % WORD_BITS;
}

static enum err
city_apply(const struct room_index *index, const struct room_index_query *query, uint64_t *left,
           size_t n_words)
{
	if (!query->city[0])
		return OK;
	CLEANUP(free_p) uint64_t *of_city = calloc(n_words, sizeof(*of_city));
	if (!of_city)
		return ERR_MEMORY;
	city_add(index, query->city[0], of_city);
	city_add(index, query->city[1], of_city);
	for (size_t word = 0; word < n_words; word++)
		left[word] &= of_city[word];
	return OK;
}

static bool
has_text(const struct entry *entry, const char *const text[2])
{
	const char *folded = entry_text(entry, ENTRY_FOLDED);
	return strstr(folded, text[0]) || (text[1] && strstr(folded, text[1]));
}

static void
texts_apply(const struct room_index *index, const struct room_index_query *query, uint64_t *left,
            size_t n_words)
{
	for (size_t word = 0; query->text[0] && word < n_words; word++)
		for (uint64_t bits = left[word]; bits; bits &= bits - 1) {
			const uint64_t lowest = bits & -bits;
			const size_t slot = word * WORD_BITS + (size_t)__builtin_ctzll(bits);
			if (!has_text(index->entries[slot], query->text))
				left[word] &= ~lowest;
		}
}

static void
room_apply(const struct room_index *index, const struct room_index_query *query, uint64_t *left,
           size_t n_words)
{
	uint32_t slot = 0;
	if (!query->room_id)
		return;
	const bool is_there = room_index_find(index, query->room_id, &slot);
	const uint64_t bit =
		is_there ? left[slot / WORD_BITS] & UINT64_C(1) << slot % WORD_BITS : 0;
	memset(left, 0, n_words * sizeof(*left));
	if (is_there)
		left[slot / WORD_BITS] = bit;
}

/* The number of bits in each byte ("Hacker's Delight", 5-1): processors of the first amd64 have no instruction for it. */
static uint64_t
bytes_count(uint64_t bits)
{
	bits -= bits >> 1 & UINT64_C(0x5555555555555555);
	bits = (bits & UINT64_C(0x3333333333333333)) + (bits >> 2 & UINT64_C(0x3333333333333333));
	return (bits + (bits >> 4)) & UINT64_C(0x0f0f0f0f0f0f0f0f);
}

/* A byte counts at most 8 of each word, so those of a block fit; their sum is added up in 16 bits. */
static uint64_t
block_count(const uint64_t bits[BLOCK])
{
	uint64_t sum = 0;
	for (size_t i = 0; i < BLOCK; i++)
		sum += bytes_count(bits[i]);
	sum = (sum & UINT64_C(0x00ff00ff00ff00ff)) + (sum >> 8 & UINT64_C(0x00ff00ff00ff00ff));
	return sum * UINT64_C(0x0001000100010001) >> 48;
}

static uint64_t
bits_count(const uint64_t bits[], size_t n_words)
{
	uint64_t n = 0;
	for (size_t word = 0; word < n_words; word += BLOCK)
		n += block_count(bits + word);
	return n;
}

/* ---- the page ---- */

static void
text_give(char *to, size_t size, const char *from)
{
	const size_t n = strlen(from) + 1;
	memcpy(to, from, n <= size ? n : size); /* it has come from a room, so it fits */
}

static void
room_of(const struct entry *entry, struct room *ret_room)
{
	ret_room->id = entry->id;
	ret_room->host_id = entry->host_id;
	ret_room->version = entry->version;
	ret_room->capacity = entry->capacity;
	ret_room->price = entry->price;
	ret_room->status = ROOM_OPEN;
	ret_room->created_at = entry->created_at;
	ret_room->updated_at = entry->updated_at;
	memcpy(ret_room->currency, entry->currency, sizeof(ret_room->currency));
	memcpy(ret_room->language, entry->language, sizeof(ret_room->language));
	text_give(ret_room->name, sizeof(ret_room->name), entry_text(entry, ENTRY_NAME));
	text_give(ret_room->city, sizeof(ret_room->city), entry_text(entry, ENTRY_CITY));
	text_give(ret_room->description, sizeof(ret_room->description),
	          entry_text(entry, ENTRY_DESCRIPTION));
}

/* Whether a room is free, by its own nights. */
static bool
is_free(const struct entry *entry, struct stay stay)
{
	bool taken = false;
	for (day_t night = stay.start; !taken && night < stay.end; night++)
		taken = bit_is_set(entry->nights, night_position(night));
	return !taken;
}

static struct stay
stay_of(const struct room_index_query *query, const struct entry *entry)
{
	for (size_t i = 0; query->choice && i < query->choice->n; i++)
		if (is_free(entry, query->choice->stays[i]))
			return query->choice->stays[i];
	return query->stay;
}

static void
page_show(const struct room_index *index, const struct room_index_query *query,
          const uint64_t left[], room_found *visit, void *arg)
{
	const uint32_t *order = index->order[query->sort];
	struct room room;
	uint64_t before = 0;
	uint32_t shown = 0;
	for (size_t i = 0; i < index->n && shown < query->limit; i++) {
		const uint32_t slot = order[query->descending ? index->n - 1 - i : i];
		if (!bit_is_set(left, slot) || before++ < query->offset)
			continue;
		room_of(index->entries[slot], &room);
		visit(arg, &room, stay_of(query, index->entries[slot]));
		shown++;
	}
}

enum err
room_index_search(const struct room_index *index, const struct room_index_query *query,
                  room_found *visit, void *arg, uint64_t *ret_total)
{
	const size_t n_words = (index->used + BLOCK_BITS - 1) / BLOCK_BITS * BLOCK;
	CLEANUP(free_p) uint64_t *left = malloc((2 * n_words + 1) * sizeof(*left));
	enum err err = OK;
	if (!left)
		return ERR_MEMORY;
	if (n_words) {
		if (query->choice)
			choice_apply(index, query->choice, left, left + n_words, n_words);
		else
			nights_apply(index, query->stay, left, n_words);
		room_apply(index, query, left, n_words);
		err = city_apply(index, query, left, n_words); /* it leaves few for the others */
		if (err != OK)
			return err;
		columns_apply(index, query, left, n_words);
		texts_apply(index, query, left, n_words);
	}
	const uint64_t total = bits_count(left, n_words);
	if (total > query->offset)
		page_show(index, query, left, visit, arg);
	*ret_total = total;
	return OK;
}
