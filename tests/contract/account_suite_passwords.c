/* SPDX-License-Identifier: MIT */
/* account_suite_passwords - passwords, tokens and second factors of every account_store. */
#include "tests/contract/account_suite_parts.h"

#include <stdio.h>
#include <string.h>

/* ---- passwords and tokens ---- */

static void
a_new_password_ends_the_other_sessions(void **state)
{
	(void)state;
	struct account_secrets secrets;
	struct account account = added("ana@example.com");
	struct password_change change = {.account_id = account.id,
	                                 .password = "hash 2",
	                                 .keep_session = session_of(account.id, "here"),
	                                 .now = NOW};
	session_of(account.id, "there");
	assert_ok(store.password_set(store.self, &change));
	account = found(account.id, &secrets);
	assert_string_equal(secrets.password, "hash 2");
	assert_int_equal(account.version, 2);
	assert_true(session_lasts("here"));
	assert_false(session_lasts("there"));
	change.account_id++;
	assert_err(store.password_set(store.self, &change), ERR_NOT_FOUND);
}

static void
a_token_verifies_once_and_only_in_time(void **state)
{
	(void)state;
	struct account account = added("ana@example.com");
	assert_ok(store.token_put(store.self, &account, ACCOUNT_MAIL_VERIFY, HASH("t"), NOW));
	assert_err(store.verify(store.self, HASH("u"), NOW, &account), ERR_NOT_FOUND);
	assert_err(store.verify(store.self, HASH("t"), NOW + 30 * MINUTE, &account), ERR_NOT_FOUND);
	assert_err(store.reset_find(store.self, HASH("t"), NOW, &account), ERR_NOT_FOUND);
	assert_ok(store.verify(store.self, HASH("t"), NOW + 30 * MINUTE - 1, &account));
	assert_true(account.verified);
	assert_int_equal(account.version, 2);
	assert_err(store.verify(store.self, HASH("t"), NOW, &account), ERR_NOT_FOUND);
}

static void
a_newer_token_of_its_kind_replaces_the_older_one(void **state)
{
	(void)state;
	struct account account = added("ana@example.com");
	assert_ok(store.token_put(store.self, &account, ACCOUNT_MAIL_VERIFY, HASH("t"), NOW));
	assert_ok(store.token_put(store.self, &account, ACCOUNT_MAIL_RESET, HASH("r"), NOW));
	assert_ok(store.token_put(store.self, &account, ACCOUNT_MAIL_VERIFY, HASH("u"), NOW));
	assert_err(store.verify(store.self, HASH("t"), NOW, &account), ERR_NOT_FOUND);
	assert_ok(store.verify(store.self, HASH("u"), NOW, &account));
	assert_ok(store.reset_find(store.self, HASH("r"), NOW, &account));
}

static struct second_factor_offer
offer_of(uint64_t account_id)
{
	struct second_factor_offer offer = {
		.account_id = account_id, .otp = {.seal = "sealed-1", .sealed = "a1"}, .now = NOW};
	for (size_t i = 0; i < RECOVERY_CODES; i++) {
		char text[8];
		snprintf(text, sizeof(text), "c%zu", i);
		account_suite_hash(text, offer.recovery[i]);
	}
	return offer;
}

static void
second_factor_give(uint64_t account_id)
{
	const struct second_factor_offer offer = offer_of(account_id);
	assert_ok(store.second_factor_offer(store.self, &offer));
	assert_ok(store.second_factor_confirm(store.self, account_id, 100, 0, NOW, NULL));
}

static void
a_reset_uses_its_token_and_ends_all_sessions(void **state)
{
	(void)state;
	struct account_secrets secrets;
	struct account account = added("ana@example.com");
	session_of(account.id, "cookie");
	assert_ok(store.token_put(store.self, &account, ACCOUNT_MAIL_RESET, HASH("r"), NOW));
	assert_err(store.reset(store.self, HASH("r"), "hash 2", NOW + 30 * MINUTE, NULL, &account),
	           ERR_NOT_FOUND);
	char hash[PASSWORD_HASH_SIZE] = "hash 2";
	assert_ok(store.reset(store.self, HASH("r"), hash, NOW, NULL, &account));
	assert_true(account.verified);
	found(account.id, &secrets);
	assert_string_equal(secrets.password, "hash 2");
	assert_false(session_lasts("cookie"));
	assert_err(store.reset(store.self, HASH("r"), hash, NOW, NULL, &account), ERR_NOT_FOUND);
}

static void
a_reset_removes_the_second_factor_of_an_account_that_was_never_verified(void **state)
{
	(void)state;
	struct account_secrets secrets;
	char hash[PASSWORD_HASH_SIZE] = "hash 2";
	struct account account = added("ana@example.com");
	second_factor_give(account.id);
	assert_ok(store.token_put(store.self, &account, ACCOUNT_MAIL_RESET, HASH("r"), NOW));
	assert_ok(store.reset(store.self, HASH("r"), hash, NOW, NULL, &account));
	assert_false(account.second_factor);
	found(account.id, &secrets);
	assert_string_equal(secrets.otp.seal, "");
	assert_err(store.recovery_use(store.self, account.id, HASH("c1")), ERR_NOT_FOUND);
	second_factor_give(account.id);
	assert_ok(store.token_put(store.self, &account, ACCOUNT_MAIL_RESET, HASH("s"), NOW));
	assert_ok(store.reset(store.self, HASH("s"), hash, NOW, NULL, &account));
	assert_true(account.second_factor);
}

/* ---- the second factor ---- */

static void
a_second_factor_counts_once_it_is_confirmed(void **state)
{
	(void)state;
	struct account_secrets secrets;
	struct account account = added("ana@example.com");
	const struct second_factor_offer offer = offer_of(account.id);
	const uint64_t here = session_of(account.id, "here");
	session_of(account.id, "there");
	assert_err(store.second_factor_confirm(store.self, account.id, 100, 0, NOW, NULL),
	           ERR_STATE_CONFLICT);
	assert_ok(store.second_factor_offer(store.self, &offer));
	account = found(account.id, &secrets);
	assert_false(account.second_factor);
	assert_string_equal(secrets.otp.seal, "sealed-1");
	assert_string_equal(secrets.otp.sealed, "a1");
	assert_ok(store.second_factor_offer(store.self, &offer));
	assert_ok(store.second_factor_confirm(store.self, account.id, 100, here, NOW, NULL));
	account = found(account.id, &secrets);
	assert_true(account.second_factor);
	assert_true(session_lasts("here"));
	assert_false(session_lasts("there"));
	assert_err(store.second_factor_offer(store.self, &offer), ERR_STATE_CONFLICT);
	assert_err(store.second_factor_confirm(store.self, account.id, 101, 0, NOW, NULL),
	           ERR_STATE_CONFLICT);
}

static void
codes_of_a_step_that_was_used_or_is_earlier_do_not_count(void **state)
{
	(void)state;
	struct account account = added("ana@example.com");
	second_factor_give(account.id);
	assert_err(store.otp_use(store.self, account.id, 100), ERR_NOT_FOUND);
	assert_ok(store.otp_use(store.self, account.id, 102));
	assert_err(store.otp_use(store.self, account.id, 102), ERR_NOT_FOUND);
	assert_err(store.otp_use(store.self, account.id, 101), ERR_NOT_FOUND);
	assert_ok(store.otp_use(store.self, account.id, 103));
}

struct listed_keys {
	size_t n;
	uint64_t account_ids[4];
	struct otp_stored otps[4];
};

static void
key_list(void *arg, uint64_t account_id, const struct otp_stored *otp)
{
	struct listed_keys *listed = arg;
	assert_true(listed->n < 4);
	listed->account_ids[listed->n] = account_id;
	listed->otps[listed->n++] = *otp;
}

static struct listed_keys
keys_but(const char *seal, uint64_t after, size_t max)
{
	struct listed_keys listed = {.n = 0};
	assert_ok(store.otp_list(store.self, seal, after, max, key_list, &listed));
	return listed;
}

static void
keys_with_another_seal_are_listed_and_stored_anew(void **state)
{
	(void)state;
	struct account_secrets secrets;
	const struct otp_stored from = {.seal = "sealed-1", .sealed = "a1"};
	const struct otp_stored to = {.seal = "sealed-2", .sealed = "b2"};
	const uint64_t none = added("ana@example.com").id;
	const uint64_t first = added("bea@example.com").id, last = added("cho@example.com").id;
	second_factor_give(first);
	second_factor_give(last);
	assert_int_equal(keys_but("sealed-1", 0, 4).n, 0);
	struct listed_keys listed = keys_but("sealed-2", none, 4);
	assert_int_equal(listed.n, 2);
	assert_int_equal(listed.account_ids[0], first);
	assert_string_equal(listed.otps[1].seal, "sealed-1");
	assert_string_equal(listed.otps[1].sealed, "a1");
	assert_int_equal(keys_but("sealed-2", 0, 1).n, 1);
	assert_int_equal(keys_but("sealed-2", first, 4).account_ids[0], last);
	const struct account before = found(first, &secrets);
	assert_ok(store.otp_reseal(store.self, first, &from, &to));
	assert_int_equal(found(first, &secrets).version, before.version);
	assert_string_equal(secrets.otp.seal, "sealed-2");
	assert_string_equal(secrets.otp.sealed, "b2");
	assert_err(store.otp_use(store.self, first, 100), ERR_NOT_FOUND); /* the step stays */
	assert_err(store.otp_reseal(store.self, first, &from, &to), ERR_NOT_FOUND);
	assert_err(store.otp_reseal(store.self, none, &from, &to), ERR_NOT_FOUND);
	assert_int_equal(keys_but("sealed-2", 0, 4).account_ids[0], last);
}

static void
a_recovery_code_counts_once_for_its_account(void **state)
{
	(void)state;
	const uint64_t id = added("ana@example.com").id, other = added("bea@example.com").id;
	second_factor_give(id);
	assert_err(store.recovery_use(store.self, other, HASH("c3")), ERR_NOT_FOUND);
	assert_ok(store.recovery_use(store.self, id, HASH("c3")));
	assert_err(store.recovery_use(store.self, id, HASH("c3")), ERR_NOT_FOUND);
	assert_ok(store.recovery_use(store.self, id, HASH("c4")));
}

static void
a_second_factor_that_is_removed_leaves_nothing(void **state)
{
	(void)state;
	struct account_secrets secrets;
	const uint64_t id = added("ana@example.com").id;
	assert_err(store.second_factor_remove(store.self, id, 0, NOW, NULL), ERR_STATE_CONFLICT);
	second_factor_give(id);
	session_of(id, "cookie");
	assert_ok(store.second_factor_remove(store.self, id, 0, NOW, NULL));
	assert_false(found(id, &secrets).second_factor);
	assert_string_equal(secrets.otp.seal, "");
	assert_false(session_lasts("cookie"));
	assert_err(store.recovery_use(store.self, id, HASH("c1")), ERR_NOT_FOUND);
	second_factor_give(id);
	assert_ok(store.otp_use(store.self, id, 101));
}

int
account_suite_passwords(const char *where)
{
	static const struct CMUnitTest tests[] = {
		TEST(a_new_password_ends_the_other_sessions),
		TEST(a_token_verifies_once_and_only_in_time),
		TEST(a_newer_token_of_its_kind_replaces_the_older_one),
		TEST(a_reset_uses_its_token_and_ends_all_sessions),
		TEST(a_reset_removes_the_second_factor_of_an_account_that_was_never_verified),
		TEST(a_second_factor_counts_once_it_is_confirmed),
		TEST(codes_of_a_step_that_was_used_or_is_earlier_do_not_count),
		TEST(keys_with_another_seal_are_listed_and_stored_anew),
		TEST(a_recovery_code_counts_once_for_its_account),
		TEST(a_second_factor_that_is_removed_leaves_nothing),
	};
	return cmocka_run_group_tests_name(where, tests, NULL, NULL);
}
