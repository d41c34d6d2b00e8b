/* SPDX-License-Identifier: MIT */
/* alternatives - what else a guest could book if the stay is taken. */
#include "domain/book/alternatives.h"

struct stay
alternatives_range(struct stay stay)
{
	return (struct stay){stay.start - ALTERNATIVE_DAYS, stay.end + ALTERNATIVE_DAYS};
}

static bool
is_free(struct stay stay, const day_t taken[], size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (taken[i] >= stay.start && taken[i] < stay.end)
			return false;
	return true;
}

void
alternatives_choose_stays(struct stay stay, day_t from, const day_t taken[], size_t n,
                          struct alternatives *ret_alternatives)
{
	size_t chosen = 0;
	for (int i = 0; i < 2 * ALTERNATIVE_DAYS && chosen < ALTERNATIVE_STAYS_MAX; i++) {
		const int shift = i % 2 ? -(i / 2 + 1) : i / 2 + 1;
		const struct stay other = {stay.start + shift, stay.end + shift};
		if (other.start >= from && other.start <= from + STAY_DAYS_AHEAD &&
		    is_free(other, taken, n))
			ret_alternatives->stays[chosen++] = other;
	}
	ret_alternatives->n_stays = chosen;
}

static bool
is_nearer(money_t price, const struct priced_room *a, const struct priced_room *b)
{
	const bool a_dearer = a->price >= price, b_dearer = b->price >= price;
	const money_t from_a = a_dearer ? a->price - price : price - a->price;
	const money_t from_b = b_dearer ? b->price - price : price - b->price;
	if (from_a != from_b)
		return from_a < from_b;
	if (a_dearer != b_dearer)
		return a_dearer;
	return a_dearer ? a->room_id < b->room_id : a->room_id > b->room_id;
}

void
alternatives_choose_rooms(money_t price, const struct priced_room rooms[], size_t n,
                          struct alternatives *ret_alternatives)
{
	struct priced_room nearest[ALTERNATIVE_ROOMS_MAX + 1]; /* sorted; one more to insert */
	size_t chosen = 0;
	for (size_t i = 0; i < n; i++) {
		size_t at = chosen;
		for (; at && is_nearer(price, &rooms[i], &nearest[at - 1]); at--)
			nearest[at] = nearest[at - 1];
		nearest[at] = rooms[i];
		chosen += chosen < ALTERNATIVE_ROOMS_MAX;
	}
	for (size_t i = 0; i < chosen; i++)
		ret_alternatives->rooms[i] = nearest[i].room_id;
	ret_alternatives->n_rooms = chosen;
}
