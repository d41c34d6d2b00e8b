/* SPDX-License-Identifier: MIT */
/*
 * jose_keys - keys of two issuers in a folder, and what signs and verifies by them, for the tests of lib/adapters/jose.
 */
#ifndef TESTS_UNIT_JOSE_KEYS_H
#define TESTS_UNIT_JOSE_KEYS_H

#include "adapters/jose/issuer.h"
#include "adapters/jose/key_files.h"
#include "adapters/jose/verifier.h"
#include "tests/contract/token_suite.h"
#include "tests/unit/test.h"

#define ISSUER  TOKEN_SUITE_ISSUER
#define NOW     1800000000000
#define JTI     "01920000-0000-7000-8000-000000000000"
#define SECONDS "1800000000"

extern char folder[];
extern char private_key[64], public_keys[64], next_key[64], other_key[64],
	other_keys[64];               /* paths */
extern const struct key_files files;  /* of the issuer of access tokens */
extern const struct key_files others; /* of book, for tokens of services */
extern struct jose_issuer *issuer;
extern struct jose_verifier *verifier;
extern char kid[TOKEN_KID_SIZE]; /* by which the issuer signs now */

/* The clock of all. */
instant_t now(void);
void set_now(instant_t instant);

/* cmocka's setup and teardown: the folder with its keys. */
int begin(void **state);
int end(void **state);

/* A verifier that reads its files at once. */
void reopen(void);

/* What a token is worth; a refusal has to have a reason. */
enum err verify_as(const char *token, enum token_kind kind, struct token_claims *ret_claims);
enum err verify(const char *token);

/* An access token of account 42. */
void issue(char token[TOKEN_TEXT]);

/* For key_files_list(): copies the id of the key that signs to arg. */
void kid_take(void *arg, const struct key_info *info);

/* The tests of keys that are replaced, the last of all; returns how many failed. */
int jose_key_tests(void);

#endif
