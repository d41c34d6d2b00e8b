/* SPDX-License-Identifier: MIT */
/*
 * key_source - a file of keys that may be replaced while the program runs.
 *
 * The file is looked at once in KEY_LOOK_MS at most, when a key is needed: so a new key counts soon, a
 * removed one no longer, and tokens with made-up key ids cost nothing. A file that cannot be read
 * leaves the keys as they were. Not thread-safe: its owner has a lock.
 */
#ifndef ADAPTERS_JOSE_KEY_SOURCE_H
#define ADAPTERS_JOSE_KEY_SOURCE_H

#include "adapters/jose/key_set.h"

#include <stdbool.h>
#include <sys/stat.h>

#define KEY_LOOK_MS 1000 /* between two looks at the file */

struct key_source {
	char path[256];
	struct key_set keys; /* as last read */
	struct stat seen;    /* of the file that they were read from */
	int64_t looked_ms;   /* by monotonic_ms(); 0: never */
};

/* ERR_TOO_LARGE: the path is too long. A file that does not exist yet is no error. */
MUST_CHECK enum err key_source_open(const char *path, struct key_source *ret_source);

void key_source_close(struct key_source *source);

/* Reads the file again if it is time to and it is another one. Whether the keys have changed. */
bool key_source_look(struct key_source *source);

#endif
