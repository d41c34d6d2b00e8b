/* SPDX-License-Identifier: MIT */
#include "tools/common/file.h"

#include <stdio.h>

enum err
file_read(const char *path, struct buf *ret_content)
{
	char part[16384];
	size_t n;
	FILE *file = fopen(path, "re");
	if (!file)
		return ERR_SYSTEM_HERE();
	enum err err = buf_add(ret_content, "", 0);
	while (err == OK && (n = fread(part, 1, sizeof(part), file)) > 0)
		err = buf_add(ret_content, part, n);
	if (err == OK && ferror(file))
		err = ERR_SYSTEM_HERE();
	fclose(file);
	return err;
}
