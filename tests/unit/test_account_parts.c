/* SPDX-License-Identifier: MIT */
/* What hashes and guesses passwords and makes one-time codes and tokens: the libraries behind ports. */
#include "tests/unit/test.h"

#include "adapters/oath/one_time_codes.h"
#include "adapters/sodium/opaque_tokens.h"
#include "adapters/sodium/otp_sealer.h"
#include "adapters/sodium/password_hasher.h"
#include "adapters/zxcvbn/password_guesser.h"
#include "base/mem.h"

#include <pthread.h>
#include <string.h>

static struct password_hasher hasher;

static int
open_hasher(void **state)
{
	(void)state;
	return password_hasher_open(&hasher) == OK ? 0 : -1;
}

static int
close_hasher(void **state)
{
	(void)state;
	password_hasher_close(&hasher);
	return 0;
}

/* ---- hashing ---- */

static void
a_password_is_verified_by_its_hash_alone(void **state)
{
	(void)state;
	char one[PASSWORD_HASH_SIZE], two[PASSWORD_HASH_SIZE];
	assert_ok(hasher.hash(hasher.self, "four plain words here", one));
	assert_ok(hasher.hash(hasher.self, "four plain words here", two));
	assert_string_not_equal(one, two);
	assert_ok(hasher.verify(hasher.self, "four plain words here", one));
	assert_err(hasher.verify(hasher.self, "four plain words her", one), ERR_UNAUTHORIZED);
}

static void
a_hash_is_argon2id_with_19_mib_and_two_passes(void **state)
{
	(void)state;
	char hash[PASSWORD_HASH_SIZE];
	assert_ok(hasher.hash(hasher.self, "x", hash));
	assert_memory_equal(hash, "$argon2id$v=19$m=19456,t=2,p=1$",
	                    strlen("$argon2id$v=19$m=19456,t=2,p=1$"));
}

static void
nobody_has_no_right_password(void **state)
{
	(void)state;
	assert_err(hasher.verify(hasher.self, "four plain words here", NULL), ERR_UNAUTHORIZED);
	assert_err(hasher.verify(hasher.self, "", NULL), ERR_UNAUTHORIZED);
}

static void *
hash_in_thread(void *arg)
{
	char hash[PASSWORD_HASH_SIZE];
	*(enum err *)arg = hasher.hash(hasher.self, "x", hash);
	return NULL;
}

static void
a_crowd_waits_and_what_is_too_much_of_it_is_refused(void **state)
{
	(void)state;
	pthread_t threads[64];
	enum err outcomes[ARRAY_SIZE(threads)];
	size_t done = 0;
	for (size_t i = 0; i < ARRAY_SIZE(threads); i++)
		assert_int_equal(pthread_create(&threads[i], NULL, hash_in_thread, &outcomes[i]),
		                 0);
	for (size_t i = 0; i < ARRAY_SIZE(threads); i++) {
		pthread_join(threads[i], NULL);
		assert_true(outcomes[i] == OK || outcomes[i] == ERR_UNAVAILABLE);
		done += outcomes[i] == OK;
	}
	assert_true(done > 0);
	assert_true(done < ARRAY_SIZE(threads));
}

/* ---- tokens ---- */

static void
tokens_are_random_and_a_hash_is_always_the_same(void **state)
{
	(void)state;
	struct opaque_tokens tokens;
	char one[OPAQUE_TOKEN_TEXT], two[OPAQUE_TOKEN_TEXT];
	char hash[SECRET_HASH_TEXT], again[SECRET_HASH_TEXT];
	assert_ok(opaque_tokens_open(&tokens));
	tokens.make(tokens.self, one, hash);
	tokens.make(tokens.self, two, again);
	assert_string_not_equal(one, two);
	assert_string_not_equal(hash, again);
	assert_int_equal(strlen(one), 43);
	tokens.hash(tokens.self, one, again);
	assert_string_equal(hash, again);
	tokens.hash(tokens.self, "abc", hash); /* FIPS 180-2, B.1 */
	assert_string_equal(hash,
	                    "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

/* ---- one-time codes ---- */

/* RFC 6238, appendix B, of whose eight digits the last six. */
static void
codes_are_those_of_the_standard(void **state)
{
	(void)state;
	static const unsigned char key[] = "12345678901234567890";
	static const struct {
		int64_t s;
		const char *code;
	} vectors[] = {{59, "287082"},
	               {1111111109, "081804"},
	               {1234567890, "005924"},
	               {2000000000, "279037"}};
	struct one_time_codes codes;
	assert_ok(one_time_codes_open(&codes));
	for (size_t i = 0; i < ARRAY_SIZE(vectors); i++) {
		uint64_t step;
		assert_ok(
			codes.check(codes.self, key, vectors[i].code, vectors[i].s * 1000, &step));
		assert_int_equal(step, vectors[i].s / 30);
	}
}

static void
a_code_counts_one_step_early_or_late_and_no_more(void **state)
{
	(void)state;
	static const unsigned char key[] = "12345678901234567890";
	const int64_t now = INT64_C(1111111109) * 1000;
	struct one_time_codes codes;
	uint64_t step;
	assert_ok(one_time_codes_open(&codes));
	assert_ok(codes.check(codes.self, key, "081804", now - 30000, &step));
	assert_int_equal(step, now / 30000);
	assert_ok(codes.check(codes.self, key, "081804", now + 30000, &step));
	assert_err(codes.check(codes.self, key, "081804", now - 60000, &step), ERR_UNAUTHORIZED);
	assert_err(codes.check(codes.self, key, "081804", now + 60000, &step), ERR_UNAUTHORIZED);
	assert_err(codes.check(codes.self, key, "", now, &step), ERR_UNAUTHORIZED);
}

/* ---- guessing ---- */

static void
common_passwords_in_any_spelling_are_refused(void **state)
{
	(void)state;
	static const char *const common[] = {"password",
	                                     "password1",
	                                     "12345678",
	                                     "qwertyuiop",
	                                     "iloveyou",
	                                     "P@ssw0rd1",
	                                     "letmein1",
	                                     "trustno1",
	                                     "sunshine1",
	                                     "football2",
	                                     "jennifer1",
	                                     "welcome123",
	                                     "summer2024",
	                                     "aaaaaaaaaa",
	                                     "1q2w3e4r",
	                                     "19840512",
	                                     "ana.kim@example.com",
	                                     "ANA.KIM1",
	                                     "example12"};
	static const char *const about[] = {"ana.kim@example.com", "Ana Kim", NULL};
	struct password_guesser guesser = password_guesser_zxcvbn();
	for (size_t i = 0; i < ARRAY_SIZE(common); i++)
		if (password_judge(common[i], guesser.bits(guesser.self, common[i], about)) !=
		    PASSWORD_COMMON)
			fail_msg("%s is not refused", common[i]);
}

static void
passwords_that_nobody_would_try_are_taken(void **state)
{
	(void)state;
	static const char *const good[] = {"correct horse battery staple",
	                                   "xK3vq9Zt",
	                                   "한글 비밀번호 하나",
	                                   "kd82msl1",
	                                   "tr0ub4dour&3",
	                                   "three plain words"};
	static const char *const about[] = {"ana.kim@example.com", "", NULL};
	struct password_guesser guesser = password_guesser_zxcvbn();
	for (size_t i = 0; i < ARRAY_SIZE(good); i++)
		if (password_judge(good[i], guesser.bits(guesser.self, good[i], about)) !=
		    PASSWORD_FINE)
			fail_msg("%s is refused", good[i]);
}

/* ---- keys of one-time codes ---- */

static struct otp_stored
sealed_by(const char *words, uint64_t account_id, const unsigned char key[OTP_KEY_BYTES])
{
	struct otp_sealer sealer;
	struct otp_stored otp;
	assert_ok(otp_sealer_open(words, &sealer));
	sealer.seal_key(sealer.self, account_id, key, &otp);
	assert_true(*sealer.seal ? strcmp(sealer.seal, otp.seal) == 0 : !*otp.sealed);
	otp_sealer_close(&sealer);
	return otp;
}

static enum err
opened_by(const char *words, uint64_t account_id, const struct otp_stored *otp,
          unsigned char key[OTP_KEY_BYTES])
{
	struct otp_sealer sealer;
	assert_ok(otp_sealer_open(words, &sealer));
	enum err err = sealer.open_key(sealer.self, account_id, otp, key);
	otp_sealer_close(&sealer);
	return err;
}

static void
a_sealed_key_is_opened_for_its_account_by_any_word_of_the_secret(void **state)
{
	(void)state;
	static const unsigned char key[OTP_KEY_BYTES] = "12345678901234567890";
	unsigned char opened[OTP_KEY_BYTES] = "";
	struct otp_stored otp = sealed_by("first", 7, key), again = sealed_by("first", 7, key);
	assert_int_equal(strncmp(otp.seal, OTP_SEAL_PREFIX, strlen(OTP_SEAL_PREFIX)), 0);
	assert_int_equal(strlen(otp.seal), 2 * OTP_KEY_BYTES);
	assert_null(strstr(otp.sealed, "3132333435"));
	assert_string_not_equal(otp.sealed, again.sealed);
	assert_string_equal(otp.seal, again.seal);
	assert_ok(opened_by("first", 7, &otp, opened));
	assert_memory_equal(opened, key, OTP_KEY_BYTES);
	assert_ok(opened_by("second first", 7, &otp, opened));
	assert_ok(opened_by("  first  second", 7, &otp, opened));
	assert_err(opened_by("second", 7, &otp, opened), ERR_NOT_FOUND);
	assert_err(opened_by("", 7, &otp, opened), ERR_NOT_FOUND);
	assert_err(opened_by("first", 8, &otp, opened), ERR_NOT_FOUND);
	otp.sealed[0] = otp.sealed[0] == '0' ? '1' : '0';
	assert_err(opened_by("first", 7, &otp, opened), ERR_NOT_FOUND);
	otp.sealed[0] = '\0';
	assert_err(opened_by("first", 7, &otp, opened), ERR_NOT_FOUND);
}

static void
a_key_from_before_is_opened_as_it_is(void **state)
{
	(void)state;
	static const unsigned char key[OTP_KEY_BYTES] = "12345678901234567890";
	unsigned char opened[OTP_KEY_BYTES] = "";
	const struct otp_stored none = {.seal = ""}, plain = sealed_by("", 7, key);
	assert_string_equal(plain.seal, "3132333435363738393031323334353637383930");
	assert_ok(opened_by("first", 7, &plain, opened));
	assert_memory_equal(opened, key, OTP_KEY_BYTES);
	assert_ok(opened_by("", 7, &plain, opened));
	assert_err(opened_by("first", 7, &none, opened), ERR_NOT_FOUND);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_password_is_verified_by_its_hash_alone),
		cmocka_unit_test(a_hash_is_argon2id_with_19_mib_and_two_passes),
		cmocka_unit_test(nobody_has_no_right_password),
		cmocka_unit_test(a_crowd_waits_and_what_is_too_much_of_it_is_refused),
		cmocka_unit_test(tokens_are_random_and_a_hash_is_always_the_same),
		cmocka_unit_test(codes_are_those_of_the_standard),
		cmocka_unit_test(a_code_counts_one_step_early_or_late_and_no_more),
		cmocka_unit_test(common_passwords_in_any_spelling_are_refused),
		cmocka_unit_test(passwords_that_nobody_would_try_are_taken),
		cmocka_unit_test(a_sealed_key_is_opened_for_its_account_by_any_word_of_the_secret),
		cmocka_unit_test(a_key_from_before_is_opened_as_it_is),
	};
	return cmocka_run_group_tests(tests, open_hasher, close_hasher);
}
