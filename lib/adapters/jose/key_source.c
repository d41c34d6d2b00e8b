/* SPDX-License-Identifier: MIT */
#include "adapters/jose/key_source.h"

#include "base/clock.h"
#include "base/text.h"

enum err
key_source_open(const char *path, struct key_source *ret_source)
{
	*ret_source = (struct key_source){.looked_ms = 0};
	enum err err = text_copy(ret_source->path, sizeof(ret_source->path), path);
	if (err == OK)
		(void)key_source_look(ret_source);
	return err;
}

void
key_source_close(struct key_source *source)
{
	key_set_done(&source->keys);
}

static bool
is_same_file(const struct stat *a, const struct stat *b)
{
	return a->st_dev == b->st_dev && a->st_ino == b->st_ino && a->st_size == b->st_size &&
	       a->st_mtim.tv_sec == b->st_mtim.tv_sec && a->st_mtim.tv_nsec == b->st_mtim.tv_nsec;
}

bool
key_source_look(struct key_source *source)
{
	struct stat now;
	struct key_set keys;
	const int64_t ms = monotonic_ms();
	if (source->looked_ms && ms - source->looked_ms < KEY_LOOK_MS)
		return false;
	source->looked_ms = ms;
	if (stat(source->path, &now) != 0 || is_same_file(&now, &source->seen) ||
	    key_set_read(source->path, &keys) != OK)
		return false;
	key_set_done(&source->keys);
	source->keys = keys;
	source->seen = now;
	return true;
}
