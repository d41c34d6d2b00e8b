/* SPDX-License-Identifier: MIT */
/*
 * jose_config - the context of one call of libjose: it says nothing on stderr, where the library
 * writes its errors otherwise. The library counts its uses without a lock, so that threads share none.
 */
#ifndef ADAPTERS_JOSE_JOSE_CONFIG_H
#define ADAPTERS_JOSE_JOSE_CONFIG_H

#include <jose/cfg.h>

/* Free it by jose_cfg_auto_t. NULL: out of memory. */
jose_cfg_t *jose_config(void);

#endif
