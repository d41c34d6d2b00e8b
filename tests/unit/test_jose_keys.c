/* SPDX-License-Identifier: MIT */
/* Keys that are made, replaced, removed and unreadable. */
#include "tests/unit/jose_keys.h"

#include "adapters/jose/key_source.h"
#include "adapters/jose/token_cache.h"
#include "base/clock.h"

#include <jansson.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct key_count {
	unsigned n, signing, ending;
};

static void
key_count(void *arg, const struct key_info *info)
{
	struct key_count *count = arg;
	count->n++;
	count->signing += info->signs;
	count->ending += info->until != 0;
}

static struct key_count
count_keys(void)
{
	struct key_count count = {.n = 0};
	assert_ok(key_files_list(&files, key_count, &count));
	return count;
}

static void
a_private_key_is_its_owners_and_its_public_half_has_nothing_of_it(void **state)
{
	(void)state;
	struct stat file;
	json_error_t error;
	json_t *d = NULL;
	assert_int_equal(stat(private_key, &file), 0);
	assert_int_equal(file.st_mode & 0777, 0600);
	json_auto_t *set = json_load_file(public_keys, 0, &error);
	json_auto_t *key = json_load_file(private_key, 0, &error);
	assert_int_equal(json_unpack(key, "{s:o}", "d", &d), 0);
	assert_int_not_equal(json_unpack(set, "{s:[{s:o}]}", "keys", "d", &d), 0);
}

static void
making_keys_again_changes_nothing_and_a_lost_public_half_is_made_again(void **state)
{
	(void)state;
	char good[TOKEN_TEXT];
	issue(good);
	assert_ok(key_files_make(&files, NOW));
	assert_int_equal(count_keys().n, 1);
	assert_int_equal(unlink(public_keys), 0);
	assert_ok(key_files_make(&files, NOW));
	reopen();
	assert_ok(verify(good));
}

static void
replacing_a_key_ends_no_token(void **state)
{
	(void)state;
	char before[TOKEN_TEXT], meanwhile[TOKEN_TEXT], after[TOKEN_TEXT];
	issue(before);
	assert_ok(key_files_publish(&files, next_key, NOW));
	reopen();
	issue(meanwhile); /* by the key before */
	assert_ok(verify(meanwhile));
	assert_ok(key_files_switch(&files, next_key, false, NOW));
	assert_int_equal(count_keys().n, 2);
	assert_int_equal(count_keys().signing, 1);
	assert_int_equal(count_keys().ending, 1);
	assert_ok(verify(before));
	reopen();
	issue(after);
	assert_ok(verify(before));
	assert_ok(verify(meanwhile));
	assert_ok(verify(after));
	set_now(NOW + (instant_t)KEY_RETIRED_S * 1000);
	assert_err(verify(before), ERR_UNAUTHORIZED);
}

static void
the_next_replacement_removes_what_has_ended(void **state)
{
	(void)state;
	const instant_t later = NOW + (instant_t)(KEY_RETIRED_S + 1) * 1000;
	assert_ok(key_files_publish(&files, next_key, later));
	assert_ok(key_files_switch(&files, next_key, false, later));
	assert_int_equal(count_keys().n, 2);
}

static void
a_key_that_is_replaced_at_once_ends_its_tokens(void **state)
{
	(void)state;
	char before[TOKEN_TEXT], after[TOKEN_TEXT];
	reopen();
	issue(before);
	assert_ok(verify(before));
	assert_ok(key_files_publish(&files, next_key, NOW));
	assert_ok(key_files_switch(&files, next_key, true, NOW));
	assert_int_equal(count_keys().n, 1);
	reopen();
	issue(after);
	assert_ok(verify(after));
	assert_err(verify(before), ERR_UNAUTHORIZED);
}

/* Until the deadline, as the file is looked at by time. */
static enum err
await(const char *text, enum err expected)
{
	enum err err;
	const int64_t until = monotonic_ms() + 10 * KEY_LOOK_MS;
	do {
		err = verify(text);
		if (err != expected)
			sleep_ms(20);
	} while (err != expected && monotonic_ms() < until);
	return err;
}

static void
a_running_verifier_reads_new_keys_and_forgets_removed_ones(void **state)
{
	(void)state;
	char before[TOKEN_TEXT], after[TOKEN_TEXT];
	struct jose_issuer *next;
	issue(before);
	assert_ok(verify(before));
	assert_ok(key_files_publish(&files, next_key, NOW));
	assert_ok(jose_issuer_open(ISSUER, next_key, &next));
	struct jose_issuer *first = issuer;
	issuer = next;
	issue(after);
	issuer = first;
	jose_issuer_close(next);
	assert_ok(await(after, OK));
	assert_ok(key_files_switch(&files, next_key, true, NOW));
	assert_err(await(before, ERR_UNAUTHORIZED), ERR_UNAUTHORIZED);
	assert_ok(verify(after));
}

static void
keys_that_become_unreadable_stay_as_they_were(void **state)
{
	(void)state;
	char good[TOKEN_TEXT];
	struct key_source source;
	reopen();
	issue(good);
	assert_ok(key_source_open(public_keys, &source));
	FILE *file = fopen(public_keys, "w");
	fputs("{\"keys\":[", file);
	fclose(file);
	source.looked_ms -= KEY_LOOK_MS;
	assert_false(key_source_look(&source));
	assert_int_equal(source.keys.n, 1);
	key_source_close(&source);
	assert_int_equal(unlink(public_keys), 0);
	assert_ok(key_files_make(&files, NOW));
	reopen();
	assert_ok(verify(good));
}

#define THREADS 4

/* Verifies tokens of its own, and one that all threads verify. Returns NULL if each counted. */
static void *
verify_many(void *shared)
{
	const struct token_issuer signs = jose_issuer_port(issuer);
	const struct token_verifier reads = jose_verifier_port(verifier);
	const int64_t until =
		monotonic_ms() + KEY_LOOK_MS * 3 / 2; /* so that the keys are looked at */
	for (unsigned i = 1; monotonic_ms() < until; i++) {
		struct token_claims claims, found;
		char text[TOKEN_TEXT];
		const char *why;
		token_access_claims(i, ROLE_GUEST, JTI, NOW, &claims);
		if (signs.issue(signs.self, &claims, text, sizeof(text)) != OK ||
		    reads.verify(reads.self, text, TOKEN_ACCESS, &found, &why) != OK ||
		    found.account_id != i ||
		    reads.verify(reads.self, shared, TOKEN_ACCESS, &found, &why) != OK ||
		    found.account_id != 42)
			return shared;
	}
	return NULL;
}

static void
threads_sign_and_verify_while_a_key_is_published(void **state)
{
	(void)state;
	pthread_t threads[THREADS];
	char shared[TOKEN_TEXT];
	issue(shared);
	for (unsigned i = 0; i < THREADS; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, verify_many, shared), 0);
	assert_ok(key_files_publish(&files, next_key, NOW));
	for (unsigned i = 0; i < THREADS; i++) {
		void *failed = NULL;
		pthread_join(threads[i], &failed);
		assert_null(failed);
	}
}

static void
without_any_key_nothing_is_decided(void **state)
{
	(void)state;
	char good[TOKEN_TEXT];
	struct jose_verifier *blind;
	struct token_claims claims;
	const char *why;
	const struct token_trust trust = {TOKEN_ACCESS, ISSUER, TOKEN_AUDIENCE,
	                                  "/nonexistent/keys"};
	issue(good);
	assert_ok(jose_verifier_open(&trust, 1, now, &blind));
	const struct token_verifier port = jose_verifier_port(blind);
	assert_err(port.verify(port.self, good, TOKEN_ACCESS, &claims, &why), ERR_UNAVAILABLE);
	jose_verifier_close(blind);
}

static void
keys_of_other_kinds_are_ignored(void **state)
{
	(void)state;
	struct key_set keys;
	char path[64];
	snprintf(path, sizeof(path), "%s/mixed", folder);
	FILE *file = fopen(path, "w");
	fputs("{\"keys\":[{\"kty\":\"RSA\",\"kid\":\"a\",\"n\":\"AA\",\"e\":\"AQAB\"},"
	      "{\"kty\":\"EC\",\"crv\":\"P-384\",\"kid\":\"b\"},"
	      "{\"kty\":\"EC\",\"crv\":\"P-256\",\"kid\":\"c\",\"use\":\"enc\"},"
	      "{\"kty\":\"oct\",\"kid\":\"d\",\"k\":\"AA\"},"
	      "{\"kty\":\"EC\",\"crv\":\"P-256\"},"
	      "{\"kty\":\"EC\",\"crv\":\"P-256\",\"kid\":\"e\",\"x\":\"AA\",\"y\":\"AA\"}]}",
	      file);
	fclose(file);
	assert_ok(key_set_read(path, &keys));
	assert_int_equal(keys.n, 1);
	assert_string_equal(keys.keys[0].kid, "e");
	key_set_done(&keys);
	unlink(path);
}

static void
the_cache_is_bounded_and_keeps_what_lives_longest(void **state)
{
	(void)state;
	struct token_cache *cache = calloc(1, sizeof(*cache));
	unsigned char hash[TOKEN_HASH_BYTES] = {0};
	struct token_claims claims = {.exp = 1};
	assert_non_null(cache);
	for (unsigned i = 0; i <= TOKEN_CACHE_WAYS; i++) { /* all in the same places */
		hash[31] = (unsigned char)i;
		claims.exp = (instant_t)i + 1;
		token_cache_put(cache, hash, &claims);
	}
	hash[31] = 0;
	assert_null(token_cache_get(cache, hash));
	hash[31] = TOKEN_CACHE_WAYS;
	assert_int_equal(token_cache_get(cache, hash)->exp, TOKEN_CACHE_WAYS + 1);
	token_cache_clear(cache);
	assert_null(token_cache_get(cache, hash));
	free(cache);
}

int
jose_key_tests(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_private_key_is_its_owners_and_its_public_half_has_nothing_of_it),
		cmocka_unit_test(
			making_keys_again_changes_nothing_and_a_lost_public_half_is_made_again),
		cmocka_unit_test(replacing_a_key_ends_no_token),
		cmocka_unit_test(the_next_replacement_removes_what_has_ended),
		cmocka_unit_test(a_key_that_is_replaced_at_once_ends_its_tokens),
		cmocka_unit_test(a_running_verifier_reads_new_keys_and_forgets_removed_ones),
		cmocka_unit_test(keys_that_become_unreadable_stay_as_they_were),
		cmocka_unit_test(threads_sign_and_verify_while_a_key_is_published),
		cmocka_unit_test(without_any_key_nothing_is_decided),
		cmocka_unit_test(keys_of_other_kinds_are_ignored),
		cmocka_unit_test(the_cache_is_bounded_and_keeps_what_lives_longest),
	};
	return cmocka_run_group_tests_name("keys", tests, NULL, end);
}
