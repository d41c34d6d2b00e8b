/* SPDX-License-Identifier: MIT */
/*
 * file - reads a whole file.
 */
#ifndef TOOLS_COMMON_FILE_H
#define TOOLS_COMMON_FILE_H

#include "base/buf.h"

/* Appends the content of a file. ERR_SYSTEM: errno says why. ERR_TOO_LARGE: it is longer than the
 * buf's maximum. ERR_MEMORY. */
MUST_CHECK enum err file_read(const char *path, struct buf *ret_content);

#endif
