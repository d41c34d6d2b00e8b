/* SPDX-License-Identifier: MIT */
#include "adapters/mariadb/id_list.h"

#include <inttypes.h>

enum err
id_list_write(const uint64_t ids[], size_t n, struct buf *text)
{
	buf_reset(text);
	enum err err = buf_add(text, "[", 1);
	for (size_t i = 0; err == OK && i < n; i++)
		err = buf_addf(text, "%s%" PRIu64, i ? "," : "", ids[i]);
	return err == OK ? buf_add(text, "]", 1) : err;
}
