/* SPDX-License-Identifier: MIT */
/*
 * account_people - the context account on fakes, and Ana, for the tests of its use cases.
 */
#ifndef TESTS_UNIT_ACCOUNT_PEOPLE_H
#define TESTS_UNIT_ACCOUNT_PEOPLE_H

#include "tests/unit/test.h"

#include "app/account/account_audit.h"
#include "tests/fakes/account_fake.h"
#include "tests/fakes/token_fake.h"

#define PASSWORD "four plain words here"

/* What the tests look at and change; begin() makes it new. */
extern instant_t now;
extern struct account_fake fake;
extern struct account_parts_fake parts;
extern struct token_fake token_fake;
extern struct settings settings;
extern struct account_store accounts;
extern struct audit_fake audited;
extern struct otp_sealer sealer;

extern const struct app app;
extern const struct account_client from_here;
extern const struct audit_actor operator;

/* cmocka's setup. */
int begin(void **state);

/* Ana signs up, and asserts that she may. */
struct account ana(void);
enum err sign_up(enum role role, const char *password, struct faults *faults,
                 struct account *ret_account);
enum err sign_in(const char *password, const char *otp, struct sign_in_refusal *ret_refusal,
                 struct signed_in *ret_in);
struct signed_in ana_in(void);
struct account_proof proof_of(uint64_t account_id, const char *password, const char *otp);
struct second_factor_setup ana_second_factor(uint64_t account_id);

/* The tests of signing up and in, and of sessions; returns how many failed. */
int sign_in_tests(void);

#endif
