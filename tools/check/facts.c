/* SPDX-License-Identifier: MIT */
#include "tools/check/facts.h"

#include "adapters/json/json.h"
#include "adapters/json/view.h"
#include "base/mem.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#define CONTENT_MAX 65536u /* bytes of a view; an event has no more either */

enum err
facts_add(struct facts *facts, const struct fact *fact)
{
	if (facts->n == facts->size) {
		size_t size = facts->size ? facts->size * 2 : 1024;
		struct fact *list = reallocarray(facts->list, size, sizeof(*list));
		if (!list)
			return ERR_MEMORY;
		facts->list = list;
		facts->size = size;
	}
	facts->list[facts->n++] = *fact;
	return OK;
}

static enum err
view_of(const struct event *event, struct json_object **ret_json)
{
	switch (event_kinds[event->type].aggregate) {
	case AGGREGATE_ROOM: return room_view(&event->data.room, ret_json);
	case AGGREGATE_BOOK: return book_view(&event->data.book, ret_json);
	case AGGREGATE_PAYMENT: return payment_view(&event->data.payment, ret_json);
	}
	return ERR_BUG_HERE();
}

enum err
fact_digest(const struct event *event, unsigned char ret_digest[FACT_DIGEST])
{
	CLEANUP(json_p) struct json_object *json = NULL;
	CLEANUP(buf_done) struct buf text = BUF_INIT(CONTENT_MAX);
	enum err err = view_of(event, &json);
	if (err == OK)
		err = json_write(json, &text);
	if (err != OK)
		return err;
	if (crypto_generichash(ret_digest, FACT_DIGEST, (const unsigned char *)text.data, text.len,
	                       NULL, 0) != 0)
		return ERR_BUG_HERE();
	return OK;
}

enum err
facts_add_event(struct facts *facts, const struct event *event)
{
	struct fact fact = {.aggregate = event_kinds[event->type].aggregate,
	                    .id = event_subject_id(event),
	                    .version = event->sequence,
	                    .at = event->time};
	enum err err = fact_digest(event, fact.digest);
	return err == OK ? facts_add(facts, &fact) : err;
}

static int
compare(const void *left, const void *right)
{
	const struct fact *a = left, *b = right;
	if (a->aggregate != b->aggregate)
		return a->aggregate < b->aggregate ? -1 : 1;
	if (a->id != b->id)
		return a->id < b->id ? -1 : 1;
	if (a->version != b->version)
		return a->version < b->version ? -1 : 1;
	return 0;
}

void
facts_sort(struct facts *facts)
{
	if (facts->n)
		qsort(facts->list, facts->n, sizeof(*facts->list), compare);
}

const struct fact *
facts_from(const struct facts *facts, const struct fact *fact)
{
	size_t low = 0, high = facts->n;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (compare(&facts->list[middle], fact) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low < facts->n ? &facts->list[low] : NULL;
}

bool
fact_same_subject(const struct fact *a, const struct fact *b)
{
	return a->aggregate == b->aggregate && a->id == b->id;
}

bool
fact_same(const struct fact *a, const struct fact *b)
{
	return compare(a, b) == 0;
}

void
facts_done(struct facts *facts)
{
	free(facts->list);
}
