/* SPDX-License-Identifier: MIT */
/*
 * key_files - the two files of an issuer: its private key, and the public keys by which its tokens
 * are verified (a JWK set, RFC 7517). Operators make and replace them; programs only read them.
 *
 * A key is replaced without a token becoming invalid: first its successor is published, then, when
 * every verifier has had time to read it, the issuer signs with it, and the old public key stays until
 * no token of it can be valid.
 */
#ifndef ADAPTERS_JOSE_KEY_FILES_H
#define ADAPTERS_JOSE_KEY_FILES_H

#include "adapters/jose/token_text.h"

#define KEY_PUBLISH_MS 3000 /* from a key's publication to its use: three looks of a verifier */
/* How long a replaced key still counts: the life of a token, the leeway, and a margin. */
#define KEY_RETIRED_S  (TOKEN_ACCESS_LIFE_S + TOKEN_LEEWAY_S + 60)

struct key_files {
	const char *private_key; /* readable by the owner only */
	const char *public_keys;
};

struct key_info {
	char kid[TOKEN_KID_SIZE];
	bool signs;      /* it is the one that is signed with */
	instant_t since; /* 0: unknown */
	instant_t until; /* 0: no end */
};

/* Makes what is missing: a key, or the public half of one that exists. Idempotent. ERR_SYSTEM: a file
 * cannot be written; ERR_UNAVAILABLE: one that exists cannot be read; ERR_MEMORY. */
MUST_CHECK enum err key_files_make(const struct key_files *files, instant_t now);

/* Makes a key and publishes it; writes its private half to next_key, a path. As above. */
MUST_CHECK enum err key_files_publish(const struct key_files *files, const char *next_key,
                                      instant_t now);

/* The issuer signs with what key_files_publish() made from now on, and the key before ends after
 * KEY_RETIRED_S; with at_once it ends now. Keys that have ended are removed. As above. */
MUST_CHECK enum err key_files_switch(const struct key_files *files, const char *next_key,
                                     bool at_once, instant_t now);

/* The public keys in the order of their making. As above. */
MUST_CHECK enum err key_files_list(const struct key_files *files,
                                   void (*visit)(void *arg, const struct key_info *info),
                                   void *arg);

#endif
