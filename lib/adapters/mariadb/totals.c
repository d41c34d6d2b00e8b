/* SPDX-License-Identifier: MIT */
#include "adapters/mariadb/totals.h"

static bool
is_key(const struct total_key *a, const struct total_key *b)
{
	return a->table == b->table && a->statement == b->statement && a->owner_id == b->owner_id;
}

/* The place with the key, or else the one that is free or out of date first. */
static struct kept_total *
place_of(struct totals *totals, const struct total_key *key)
{
	struct kept_total *place = &totals->kept[0];
	for (size_t i = 0; i < TOTALS_MAX; i++) {
		struct kept_total *kept = &totals->kept[i];
		if (is_key(&kept->key, key))
			return kept;
		if (kept->until_ms < place->until_ms)
			place = kept;
	}
	return place;
}

/* While somebody counts it again, a number goes on, but not one that nobody has asked for for long. */
static bool
is_usable(const struct kept_total *kept, int64_t now_ms)
{
	return now_ms < kept->until_ms ||
	       (now_ms < kept->counting_ms && now_ms < kept->until_ms + TOTAL_KEPT_MAX);
}

bool
totals_find(struct totals *totals, const struct total_key *key, int64_t now_ms,
            struct total *ret_total)
{
	pthread_mutex_lock(totals->mutex);
	struct kept_total *kept = place_of(totals, key);
	const bool known = is_key(&kept->key, key);
	const bool usable = known && is_usable(kept, now_ms);
	if (usable)
		*ret_total = kept->total;
	else if (known)
		kept->counting_ms = now_ms + TOTAL_COUNT_MAX;
	pthread_mutex_unlock(totals->mutex);
	return usable;
}

void
totals_keep(struct totals *totals, const struct total_key *key, const struct total *total,
            int64_t began_ms, int64_t now_ms)
{
	const int64_t cost_ms = now_ms - began_ms;
	int64_t for_ms = total->rows < TOTAL_ROWS_MIN ? 0 : cost_ms * TOTAL_KEPT_FOR;
	if (for_ms > TOTAL_KEPT_MAX)
		for_ms = TOTAL_KEPT_MAX;
	pthread_mutex_lock(totals->mutex);
	struct kept_total *place = place_of(totals, key);
	if (for_ms)
		*place = (struct kept_total){
			.key = *key, .total = *total, .until_ms = began_ms + for_ms};
	else if (is_key(&place->key, key))
		*place = (struct kept_total){.until_ms = 0};
	pthread_mutex_unlock(totals->mutex);
}
