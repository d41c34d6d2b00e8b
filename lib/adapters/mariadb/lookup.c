/* SPDX-License-Identifier: MIT */
#include "adapters/mariadb/lookup.h"

#include "adapters/mariadb/id_list.h"
#include "adapters/mariadb/merge.h"
#include "base/mem.h"

#include <stdlib.h>
#include <string.h>

struct lookup {
	struct db *db;
	struct lookup_options options;
	struct merge *merge;
};

/* What one thread looks for. */
struct wanted {
	uint64_t id;
	void *row;
	enum err err;
};

/* What is looked for together. */
struct batch {
	const struct lookup *lookup;
	struct wanted *const *all;
	size_t n;
};

static enum err
row_take(void *row, void *arg)
{
	const struct batch *batch = arg;
	const struct lookup_options *options = &batch->lookup->options;
	uint64_t id;
	memcpy(&id, (const char *)row + options->id_offset, sizeof(id));
	for (size_t i = 0; i < batch->n; i++)
		if (batch->all[i]->id == id) {
			memcpy(batch->all[i]->row, row, options->row_size);
			batch->all[i]->err = OK;
		}
	return OK;
}

static enum err
batch_find(struct db_conn *conn, struct batch *batch, void *row)
{
	CLEANUP(buf_done) struct buf list = BUF_INIT(ID_LIST_BYTES(MERGE_MAX));
	const struct lookup_options *options = &batch->lookup->options;
	uint64_t ids[MERGE_MAX];
	for (size_t i = 0; i < batch->n; i++) {
		ids[i] = batch->all[i]->id;
		batch->all[i]->err = ERR_NOT_FOUND;
	}
	enum err err = id_list_write(ids, batch->n, &list);
	return err == OK ? db_each(conn, options->table, options->many, &list, row, row_take, batch)
	                 : err;
}

static enum err
one_find(struct db_conn *conn, const struct lookup *lookup, struct wanted *wanted, void *row)
{
	const struct lookup_options *options = &lookup->options;
	enum err err = db_find(conn, options->table, options->one, &wanted->id, row);
	if (err == OK)
		memcpy(wanted->row, row, options->row_size);
	wanted->err = err;
	return err;
}

static void
wanted_find(void *self, void *const items[], size_t n)
{
	const struct lookup *lookup = self;
	struct wanted *all[MERGE_MAX];
	struct batch batch = {.lookup = lookup, .all = all, .n = n};
	for (size_t i = 0; i < n; i++)
		all[i] = items[i];
	CLEANUP(free_p) void *row = calloc(1, lookup->options.row_size);
	struct db_try try = db_begin(lookup->db, DB_READ);
	while (db_next(&try))
		try.err = !row     ? ERR_MEMORY
		          : n == 1 ? one_find(try.conn, lookup, all[0], row)
		                   : batch_find(try.conn, &batch, row);
	for (size_t i = 0; try.err != OK && i < n; i++)
		all[i]->err = try.err;
}

enum err
lookup_open(struct db *db, const struct lookup_options *options, struct lookup **ret_lookup)
{
	struct lookup *lookup = calloc(1, sizeof(*lookup));
	if (!lookup)
		return ERR_MEMORY;
	lookup->db = db;
	lookup->options = *options;
	const struct merge_options merge = {.max = MERGE_MAX,
	                                    .lanes = 1,
	                                    .wait_ms = db_wait_ms(db),
	                                    .work = wanted_find,
	                                    .self = lookup};
	enum err err = merge_open(&merge, &lookup->merge);
	if (err == OK)
		*ret_lookup = lookup;
	else
		free(lookup);
	return err;
}

void
lookup_close(struct lookup *lookup)
{
	if (!lookup)
		return;
	merge_close(lookup->merge);
	free(lookup);
}

enum err
lookup_find(struct lookup *lookup, uint64_t id, void *ret_row)
{
	struct wanted wanted = {.id = id, .row = ret_row};
	enum err err = merge_submit(lookup->merge, &wanted);
	return err == OK ? wanted.err : err;
}
